/*
 * schemas_test — every example under schemas/examples is a case.
 *
 * Each good-* decodes, and what it decodes to encodes to an equal message; each bad-* is refused
 * with the reason that stands in its file. schemas/topics.json names the kinds as the code has
 * them. tests/schemas/ holds the same files against the JSON Schemas.
 */
#include "examples.h"

#include "codec/event_codec.h"
#include "codec/order_codec.h"

/* ---- good ---- */

/* Equal as values: members in any order, text and digits alike. */
static bool is_equal(const struct json *a, const struct json *b)
{
    const struct json *other = b->child;

    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind != JSON_OBJECT && a->kind != JSON_ARRAY)
        return str_eq(a->text, b->text);
    for (const struct json *item = a->child; item; item = item->next) {
        if (a->kind == JSON_OBJECT)
            other = json_get(b, arena_copy(arena, item->name).data);
        if (!is_equal(item, other))
            return false;
        other = other->next;
    }
    return true;
}

static void assert_equal_bodies(const char *name, struct str a, struct str b)
{
    const struct json *left, *right;
    struct err err;

    if (!json_parse(arena, a, &left, &err) || !json_parse(arena, b, &right, &err))
        fail_msg("%s: %s", name, err.text);
    if (!is_equal(left, right))
        fail_msg("%s: encodes to something else:\n%.*s", name, STR_ARG(b));
}

/* Headers that one may leave out are there afterwards, and those that came stay as they were;
 * a time keeps its moment, not its zone. */
static void assert_equal_headers(const char *name, const struct message *a,
                                 const struct message *b)
{
    for (size_t i = 0; i < a->header_count; i++) {
        struct str got = message_header(b, arena_copy(arena, a->headers[i].name).data);

        if (str_is(a->headers[i].name, "ce_time"))
            continue;
        if (!str_eq(got, a->headers[i].value))
            fail_msg("%s: header %.*s becomes \"%.*s\"", name, STR_ARG(a->headers[i].name),
                     STR_ARG(got));
    }
}

/* The digest that belongs there, for whoever writes an example. */
static void tell_digest(const struct json *example)
{
    const struct json *value = json_at(example, "message.value.order");
    struct order order;
    struct err err;

    if (order_decode(arena, value, &order, &err))
        print_message("the order's digest is %.*s\n", STR_ARG(order.digest));
}

static void check_good(const char *name, const struct json *example)
{
    struct message message = examples_message(example), again;
    struct event event, back;
    struct err err = { 0 };

    if (!event_decode(arena, &message, &event, &err)) {
        tell_digest(example);
        fail_msg("%s is refused: %s", name, err.text);
    }
    assert_true(str_starts(str_of(name), str_of(event_kind_name(event.kind))));
    event_encode(arena, &event, &again);
    assert_int_equal(again.topic, message.topic);
    assert_true(str_eq(again.key, message.key));
    assert_equal_headers(name, &message, &again);
    if (event.kind == EVENT_PAYLOAD_RECEIVED)
        assert_true(str_eq(again.value, message.value));
    else
        assert_equal_bodies(name, message.value, again.value);
    if (!event_decode(arena, &again, &back, &err))
        fail_msg("%s is refused the second time: %s", name, err.text);
    assert_true(back.time_ms == event.time_ms && back.entered_ms == event.entered_ms);
}

static void schemas_test_good_examples(void **state)
{
    (void)state;
    assert_true(examples_each("good-", check_good) >= EVENT_KIND_COUNT - 1);
}

/* ---- bad ---- */

static void check_bad(const char *name, const struct json *example)
{
    struct message message = examples_message(example);
    struct str reason = json_get(example, "reason")->text;
    struct event event;
    struct err err = { 0 };

    assert_true(reason.size > 0);
    if (event_decode(arena, &message, &event, &err))
        fail_msg("%s is taken", name);
    if (!strstr(err.text, arena_copy(arena, reason).data))
        fail_msg("%s: the reason is \"%s\"", name, err.text);
    assert_int_equal(err.class, ERR_REJECT);
}

static void schemas_test_bad_examples(void **state)
{
    (void)state;
    assert_true(examples_each("bad-", check_bad) >= EVENT_KIND_COUNT - 1);
}

/* ---- cut short, bit by bit ---- */

static void check_cut(const char *name, const struct json *example)
{
    struct message message = examples_message(example);
    struct event event;
    struct err err;
    size_t size = message.value.size;

    if (message.topic == TOPIC_ORDERS_RAW)
        return;
    for (size_t cut = 0; cut < size; cut += cut < 64 || size - cut < 64 ? 1 : 13) {
        /* a copy of its own size, so that a read past its end is seen */
        char *bytes = test_malloc(cut + 1);

        memcpy(bytes, message.value.data, cut);
        message.value = (struct str){ bytes, cut };
        if (event_decode(arena, &message, &event, &err))
            fail_msg("%s is taken when cut after %zu bytes", name, cut);
        message = examples_message(example);
        test_free(bytes);
    }
    arena_reset(arena);
}

static void schemas_test_cut_short(void **state)
{
    /* The arena is reset between files: no file name of the walk may live in it. */
    static const char *const files[] = {
        "order.snapshot_taken/good-full.json", "order.routed/good-reserved.json",
        "stock.moved/good-issue.json", "alert.raised/good-held.json",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        check_cut(files[i], examples_read(arena_format(arena, EXAMPLES "/%s", files[i]).data));
}

/* ---- bytes that are wrong anywhere ---- */

static uint64_t random_state;

static uint64_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Bytes changed, doubled or taken out: the decoder may take or refuse it, but must say why, and
 * what it takes must encode. */
static void check_random(const char *name, const struct json *example)
{
    static const char pool[] = "\"\\{}[],:0-9eu\x00\xff\xc0 atn";
    struct message message = examples_message(example), again;
    struct arena *scratch = arena_open((size_t)16 << 20);
    struct str value = message.value;
    struct event event;
    struct err err;

    for (int round = 0; round < 40 && value.size > 0; round++) {
        char *bytes = test_malloc(value.size);
        size_t size = value.size, at = random_next() % size;

        memcpy(bytes, value.data, size);
        for (uint64_t changes = random_next() % 4; changes > 0; changes--)
            bytes[random_next() % size] = pool[random_next() % (sizeof(pool) - 1)];
        if (random_next() % 2 == 0)
            memmove(bytes + at, bytes + at + 1, --size - at);
        message.value = (struct str){ bytes, size };
        err = (struct err){ 0 };
        if (event_decode(scratch, &message, &event, &err))
            event_encode(scratch, &event, &again);
        else if (err.class != ERR_REJECT || err.text[0] == '\0')
            fail_msg("%s: refused without a reason", name);
        test_free(bytes);
        arena_reset(scratch);
    }
    arena_close(scratch);
}

static void schemas_test_random_bytes(void **state)
{
    (void)state;
    random_state = 0x5eed5eed5eed5eed;
    examples_each("good-", check_random);
}

/* ---- topics.json ---- */

static void schemas_test_every_kind_is_complete(void **state)
{
    (void)state;
    for (enum event_kind kind = EVENT_NONE + 1; kind < EVENT_KIND_COUNT; kind++) {
        const char *name = event_kind_name(kind);
        struct str folder = arena_format(arena, "%s/%s", EXAMPLES, name);
        DIR *examples = opendir(folder.data);

        if (!examples)
            fail_msg("there are no examples of %s", name);
        closedir(examples);
        examples_read(arena_format(arena, "%s/events/%s.v1.json", SCHEMAS, name).data);
    }
}

static void schemas_test_topics_name_their_kinds(void **state)
{
    const struct json *topics = json_get(examples_read(SCHEMAS "/topics.json"), "topics");
    size_t kinds = 0;

    (void)state;
    assert_int_equal(topics->count, TOPIC_COUNT - 1);
    for (const struct json *row = topics->child; row; row = row->next) {
        enum topic topic = topic_of(json_get(row, "name")->text);

        assert_int_not_equal(topic, TOPIC_END);
        for (const struct json *kind = json_get(row, "kinds")->child; kind; kind = kind->next) {
            assert_int_not_equal(event_kind_of(kind->text), EVENT_NONE);
            assert_int_equal(event_kind_topic(event_kind_of(kind->text)), topic);
            kinds++;
        }
    }
    assert_int_equal(kinds, EVENT_KIND_COUNT - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schemas_test_good_examples),
        cmocka_unit_test(schemas_test_bad_examples),
        cmocka_unit_test(schemas_test_cut_short),
        cmocka_unit_test(schemas_test_random_bytes),
        cmocka_unit_test(schemas_test_every_kind_is_complete),
        cmocka_unit_test(schemas_test_topics_name_their_kinds),
    };

    return cmocka_run_group_tests(tests, examples_open, examples_close);
}
