/* batch: next offsets from the events themselves, and events given up one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "runtime/batch.h"

static struct event event_at(enum topic topic, int32_t partition, int64_t offset)
{
    return (struct event){
        .origin = { .topic = topic, .partition = partition, .offset = offset }
    };
}

static void batch_next_offsets_takes_the_last_of_each_partition(void **state)
{
    (void)state;
    const struct event events[] = {
        event_at(TOPIC_ORDERS_CHANGES, 0, 10), event_at(TOPIC_STOCK_FEED, 0, 3),
        event_at(TOPIC_ORDERS_CHANGES, 1, 7),  event_at(TOPIC_ORDERS_CHANGES, 0, 11),
        event_at(TOPIC_ORDERS_CHANGES, 0, 15), /* compaction and markers leave gaps */
        event_at(TOPIC_STOCK_FEED, 0, 4),
    };
    struct batch_offset out[3];

    assert_int_equal(batch_next_offsets(events, 6, out, 3), 3);
    assert_int_equal(out[0].topic, TOPIC_ORDERS_CHANGES);
    assert_int_equal(out[0].partition, 0);
    assert_int_equal(out[0].next, 16);
    assert_int_equal(out[1].topic, TOPIC_STOCK_FEED);
    assert_int_equal(out[1].next, 5);
    assert_int_equal(out[2].partition, 1);
    assert_int_equal(out[2].next, 8);
}

static void batch_next_offsets_of_nothing_are_none(void **state)
{
    (void)state;
    struct batch_offset out[1];

    assert_int_equal(batch_next_offsets(NULL, 0, out, 1), 0);
}

static void batch_next_offset_after_the_first_message_is_one(void **state)
{
    (void)state;
    const struct event events[] = { event_at(TOPIC_ORDERS_RAW, 5, 0) };
    struct batch_offset out[1];

    assert_int_equal(batch_next_offsets(events, 1, out, 1), 1);
    assert_int_equal(out[0].next, 1);
}

static void batch_reject_notes_each_event_once(void **state)
{
    (void)state;
    struct arena *arena = arena_open(1 << 20);
    const struct event events[3] = { { .kind = EVENT_NONE } };
    struct batch batch = { .events = events, .count = 3, .arena = arena };
    struct err why = { .class = ERR_REJECT, .text = "first" };

    batch_reject(&batch, 2, &why);
    memcpy(why.text, "other", 6); /* the text is copied */
    batch_reject(&batch, 2, &why);
    batch_reject(&batch, 0, &why);
    assert_int_equal(batch.reject_count, 2);
    assert_int_equal(batch.rejects[0].index, 2);
    assert_true(str_is(batch.rejects[0].reason, "first"));
    assert_true(str_is(batch.rejects[1].reason, "other"));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batch_next_offsets_takes_the_last_of_each_partition),
        cmocka_unit_test(batch_next_offsets_of_nothing_are_none),
        cmocka_unit_test(batch_next_offset_after_the_first_message_is_one),
        cmocka_unit_test(batch_reject_notes_each_event_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
