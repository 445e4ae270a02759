#include "runtime/kafka_group.h"

#include <stdlib.h>

#include "base/clock.h"
#include "runtime/kafka_admin_internal.h"
#include "runtime/kafka_outside.h"

#define KAFKA_GROUP_TIME_TRIES 2
#define KAFKA_GROUP_MOVING_MS  200

/* ---- who is in it ---- */

static void kafka_group_copy(struct arena *arena, const rd_kafka_ConsumerGroupDescription_t *from,
                             struct kafka_group *group)
{
    group->state = arena_copy(arena, str_of(rd_kafka_consumer_group_state_name(
                                         rd_kafka_ConsumerGroupDescription_state(from))));
    group->member_count = rd_kafka_ConsumerGroupDescription_member_count(from);
    group->members = ARENA_ARRAY(arena, struct kafka_group_member, group->member_count + 1);
    for (size_t i = 0; i < group->member_count; i++) {
        const rd_kafka_MemberDescription_t *member =
            rd_kafka_ConsumerGroupDescription_member(from, i);
        const rd_kafka_MemberAssignment_t *assignment =
            rd_kafka_MemberDescription_assignment(member);
        const rd_kafka_topic_partition_list_t *partitions =
            assignment != NULL ? rd_kafka_MemberAssignment_partitions(assignment) : NULL;

        group->members[i] = (struct kafka_group_member){
            .client = arena_copy(arena, str_of(rd_kafka_MemberDescription_client_id(member))),
            .host = arena_copy(arena, str_of(rd_kafka_MemberDescription_host(member))),
            .partition_count = partitions != NULL ? (size_t)partitions->cnt : 0,
        };
    }
}

static bool kafka_group_take(struct kafka_admin_call *call, struct arena *arena,
                             struct kafka_group *group, struct err *err)
{
    size_t count = 0;
    const rd_kafka_ConsumerGroupDescription_t **groups =
        rd_kafka_DescribeConsumerGroups_result_groups(
            rd_kafka_event_DescribeConsumerGroups_result(call->event), &count);

    CHECK(count == 1);
    const rd_kafka_error_t *error = rd_kafka_ConsumerGroupDescription_error(groups[0]);
    if (error != NULL && rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_admin_fail(call->admin, rd_kafka_error_code(error),
                                rd_kafka_error_string(error), call->doing, err);
    kafka_group_copy(arena, groups[0], group);
    return true;
}

bool kafka_group_describe(struct kafka_admin *admin, struct arena *arena, struct str group,
                          struct kafka_group *group_out, struct err *err)
{
    struct kafka_group found = { .name = arena_copy(arena, group) };
    const char *name = found.name.data;
    struct kafka_admin_call call;

    kafka_admin_begin(&call, admin, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, "asking for a group");
    rd_kafka_DescribeConsumerGroups(kafka_admin_client(admin), &name, 1, call.options, call.queue);
    bool done = kafka_admin_wait(&call, err) && kafka_group_take(&call, arena, &found, err);
    kafka_admin_end(&call);
    if (done)
        *group_out = found;
    return done;
}

/* ---- where it stands ---- */

/* All there is to ask about: every partition of every topic but Kafka's own. */
static rd_kafka_topic_partition_list_t *kafka_group_everything(const rd_kafka_metadata_t *metadata)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(64);

    for (int i = 0; i < metadata->topic_cnt; i++) {
        const struct rd_kafka_metadata_topic *topic = &metadata->topics[i];

        if (str_starts(str_of(topic->topic), STR("__")))
            continue;
        for (int32_t p = 0; p < topic->partition_cnt; p++)
            (void)rd_kafka_topic_partition_list_add(list, topic->topic, p);
    }
    return list;
}

static bool kafka_group_is_asked(const struct str *topics, size_t topic_count, const char *topic)
{
    for (size_t i = 0; i < topic_count; i++)
        if (str_is(topics[i], topic))
            return true;
    return false;
}

/* A list under construction; nothing is known of its places but name and committed offset. */
struct kafka_group_list {
    struct arena *arena;
    const struct str *topics; /* asked for */
    size_t topic_count;
    struct kafka_group_place *rows;
    size_t count;
};

static void kafka_group_fill(struct kafka_group_list *places,
                             const rd_kafka_topic_partition_list_t *answers)
{
    places->rows = ARENA_ARRAY(places->arena, struct kafka_group_place, (size_t)answers->cnt + 1);
    for (int i = 0; i < answers->cnt; i++) {
        const rd_kafka_topic_partition_t *answer = &answers->elems[i];

        if (answer->offset < 0
            && !kafka_group_is_asked(places->topics, places->topic_count, answer->topic))
            continue;
        places->rows[places->count++] = (struct kafka_group_place){
            .topic = arena_copy(places->arena, str_of(answer->topic)),
            .partition = answer->partition,
            .committed = answer->offset >= 0 ? answer->offset : KAFKA_GROUP_NONE,
        };
    }
}

/* The coordinator starts, or moves to another broker: it answers in a moment. */
static bool kafka_group_is_moving(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_COORDINATOR
           || code == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE
           || code == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS
           || code == RD_KAFKA_RESP_ERR__WAIT_COORD;
}

/* By a consumer of that group that never joins it: rd_kafka_ListConsumerGroupOffsets() of
 * librdkafka 2.0.2 crashes while the coordinator starts or moves. */
static bool kafka_group_list(struct kafka_admin *admin, struct str group,
                             rd_kafka_topic_partition_list_t *everything,
                             struct kafka_group_list *places, struct err *err)
{
    int64_t until_us = clock_monotonic_us() + admin->timeout_ms * 1000;
    rd_kafka_t *consumer = NULL;
    rd_kafka_resp_err_t code;

    if (!kafka_outside_open(admin->kafka, arena_copy(places->arena, group).data, &consumer, err))
        return false;
    for (;;) {
        code = rd_kafka_committed(consumer, everything, (int)admin->timeout_ms);
        if (!kafka_group_is_moving(code) || clock_monotonic_us() > until_us)
            break;
        clock_sleep_ms(KAFKA_GROUP_MOVING_MS);
    }
    kafka_outside_close(consumer);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_admin_fail(admin, code, NULL, "asking for a group's offsets", err);
    kafka_group_fill(places, everything);
    return true;
}

static bool kafka_group_collect(struct kafka_admin *admin, struct str group,
                                struct kafka_group_list *places, struct err *err)
{
    const rd_kafka_metadata_t *metadata = NULL;
    rd_kafka_resp_err_t code =
        rd_kafka_metadata(kafka_admin_client(admin), 1, NULL, &metadata, (int)admin->timeout_ms);

    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_admin_fail(admin, code, NULL, "asking for topics", err);
    rd_kafka_topic_partition_list_t *everything = kafka_group_everything(metadata);
    rd_kafka_metadata_destroy(metadata);
    bool done = everything->cnt == 0 || kafka_group_list(admin, group, everything, places, err);
    rd_kafka_topic_partition_list_destroy(everything);
    return done;
}

static int kafka_group_compare(const void *a, const void *b)
{
    const struct kafka_group_place *x = a, *y = b;
    int order = str_compare(x->topic, y->topic);

    return order != 0 ? order : (x->partition > y->partition) - (x->partition < y->partition);
}

bool kafka_group_places(struct kafka_admin *admin, struct arena *arena, struct str group,
                        const struct str *topics, size_t topic_count,
                        struct kafka_group_place **places_out, size_t *count_out, struct err *err)
{
    struct kafka_group_list places = {
        .arena = arena,
        .topics = topics,
        .topic_count = topic_count,
    };
    bool done = kafka_group_collect(admin, group, &places, err);

    for (size_t i = 0; done && i < places.count; i++)
        done = kafka_admin_ends(admin, places.rows[i].topic.data, places.rows[i].partition,
                                &places.rows[i].low, &places.rows[i].high, err);
    if (!done)
        return false;
    if (places.count > 0)
        qsort(places.rows, places.count, sizeof(*places.rows), kafka_group_compare);
    *places_out = places.rows;
    *count_out = places.count;
    return true;
}

int64_t kafka_group_next(const struct kafka_group_place *place)
{
    return place->committed > place->low ? place->committed : place->low;
}

int64_t kafka_group_lag(const struct kafka_group_place *place)
{
    int64_t lag = place->high - kafka_group_next(place);

    return lag > 0 ? lag : 0;
}

/* ---- moving it ---- */

static bool kafka_group_times(struct kafka_admin *admin, rd_kafka_topic_partition_list_t *list,
                              struct err *err)
{
    rd_kafka_resp_err_t code =
        rd_kafka_offsets_for_times(kafka_admin_client(admin), list, (int)admin->timeout_ms);

    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; i++)
        code = list->elems[i].err;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_admin_fail(admin, code, NULL, "asking for the offsets of a time", err);
    return true;
}

/* Asks once; an offset that was found already stays. *open_out: so many partitions that hold
 * something have nothing so late. */
static bool kafka_group_ask_time(struct kafka_admin *admin, const struct kafka_group_place *places,
                                 size_t count, int64_t time_ms, int64_t *offsets, size_t *open_out,
                                 struct err *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count + 1);
    bool done;

    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, places[i].topic.data, places[i].partition)->offset =
            time_ms;
    done = kafka_group_times(admin, list, err);
    *open_out = 0;
    for (size_t i = 0; done && i < count; i++) {
        if (list->elems[i].offset >= 0)
            offsets[i] = list->elems[i].offset;
        *open_out += offsets[i] == places[i].high && places[i].high > places[i].low;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return done;
}

/* "Nothing so late" was seen, rarely, of a partition that had something: it is asked twice. */
bool kafka_group_at_time(struct kafka_admin *admin, struct arena *arena,
                         const struct kafka_group_place *places, size_t count, int64_t time_ms,
                         int64_t **offsets_out, struct err *err)
{
    int64_t *offsets = ARENA_ARRAY(arena, int64_t, count + 1);
    size_t open = count;

    for (size_t i = 0; i < count; i++)
        offsets[i] = places[i].high;
    for (int tries = 0; open > 0 && tries < KAFKA_GROUP_TIME_TRIES; tries++)
        if (!kafka_group_ask_time(admin, places, count, time_ms, offsets, &open, err))
            return false;
    *offsets_out = offsets;
    return true;
}

static bool kafka_group_moved(struct kafka_admin_call *call, struct err *err)
{
    size_t count = 0;
    const rd_kafka_group_result_t **groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
        rd_kafka_event_AlterConsumerGroupOffsets_result(call->event), &count);

    CHECK(count == 1);
    const rd_kafka_error_t *error = rd_kafka_group_result_error(groups[0]);
    rd_kafka_resp_err_t code =
        error != NULL ? rd_kafka_error_code(error) : RD_KAFKA_RESP_ERR_NO_ERROR;
    const rd_kafka_topic_partition_list_t *list = rd_kafka_group_result_partitions(groups[0]);
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && list != NULL && i < list->cnt; i++)
        code = list->elems[i].err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID || code == RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP)
        return err_set(err, ERR_RETRY,
                       "the group is not empty, so Kafka moves nothing: pause or "
                       "stop its members first (%s)",
                       rd_kafka_err2name(code));
    return kafka_admin_fail(call->admin, code, NULL, call->doing, err);
}

bool kafka_group_move(struct kafka_admin *admin, struct arena *arena, struct str group,
                      const struct kafka_group_move *moves, size_t count, struct err *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count + 1);
    rd_kafka_AlterConsumerGroupOffsets_t *ask;
    struct kafka_admin_call call;

    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, arena_copy(arena, moves[i].topic).data,
                                          moves[i].partition)
            ->offset = moves[i].offset;
    ask = rd_kafka_AlterConsumerGroupOffsets_new(arena_copy(arena, group).data, list);
    kafka_admin_begin(&call, admin, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, "moving a group");
    rd_kafka_AlterConsumerGroupOffsets(kafka_admin_client(admin), &ask, 1, call.options,
                                       call.queue);
    bool done = kafka_admin_wait(&call, err) && kafka_group_moved(&call, err);
    kafka_admin_end(&call);
    rd_kafka_AlterConsumerGroupOffsets_destroy(ask);
    rd_kafka_topic_partition_list_destroy(list);
    return done;
}
