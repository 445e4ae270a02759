#include "runtime/kafka_group.h"

#include <stdlib.h>

#include "runtime/kafka_admin_internal.h"

/* ---- who is in it ---- */

static void kafka_group_copy(struct arena *arena,
                             const rd_kafka_ConsumerGroupDescription_t *from,
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

    kafka_admin_begin(&call, admin, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS,
                      "asking for a group");
    rd_kafka_DescribeConsumerGroups(kafka_admin_client(admin), &name, 1, call.options,
                                    call.queue);
    bool done = kafka_admin_wait(&call, err) && kafka_group_take(&call, arena, &found, err);
    kafka_admin_end(&call);
    if (done)
        *group_out = found;
    return done;
}

/* ---- where it stands ---- */

/* A list under construction; nothing is known of its places but their names. */
struct kafka_group_places {
    struct arena *arena;
    struct kafka_group_place *rows;
    size_t count, capacity;
};

static void kafka_group_add(struct kafka_group_places *places, struct str topic,
                            int32_t partition, int64_t committed)
{
    for (size_t i = 0; i < places->count; i++) {
        struct kafka_group_place *row = &places->rows[i];

        if (row->partition == partition && str_eq(row->topic, topic)) {
            row->committed = committed >= 0 ? committed : row->committed;
            return;
        }
    }
    CHECK(places->count < places->capacity);
    places->rows[places->count++] = (struct kafka_group_place){
        .topic = arena_copy(places->arena, topic),
        .partition = partition,
        .committed = committed >= 0 ? committed : KAFKA_GROUP_NONE,
    };
}

static const rd_kafka_topic_partition_list_t *
kafka_group_listed(struct kafka_admin_call *call, struct err *err)
{
    size_t count = 0;
    const rd_kafka_group_result_t **groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(call->event), &count);

    CHECK(count == 1);
    const rd_kafka_error_t *error = rd_kafka_group_result_error(groups[0]);
    if (error != NULL) {
        (void)kafka_admin_fail(call->admin, rd_kafka_error_code(error),
                               rd_kafka_error_string(error), call->doing, err);
        return NULL;
    }
    return rd_kafka_group_result_partitions(groups[0]);
}

/* Of each topic asked for, and of those committed in, as many places as it has partitions. */
static size_t kafka_group_capacity(const rd_kafka_metadata_t *metadata,
                                   const rd_kafka_topic_partition_list_t *committed)
{
    size_t capacity = (size_t)committed->cnt;

    for (int i = 0; i < metadata->topic_cnt; i++)
        capacity += (size_t)metadata->topics[i].partition_cnt;
    return capacity + 1;
}

static const struct rd_kafka_metadata_topic *
kafka_group_topic(const rd_kafka_metadata_t *metadata, struct str name)
{
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (str_is(name, metadata->topics[i].topic)
            && metadata->topics[i].err == RD_KAFKA_RESP_ERR_NO_ERROR)
            return &metadata->topics[i];
    return NULL;
}

static void kafka_group_add_all(struct kafka_group_places *places,
                                const rd_kafka_metadata_t *metadata,
                                const rd_kafka_topic_partition_list_t *committed,
                                const struct str *topics, size_t topic_count)
{
    for (size_t i = 0; i < topic_count; i++) {
        const struct rd_kafka_metadata_topic *topic = kafka_group_topic(metadata, topics[i]);

        for (int32_t p = 0; topic != NULL && p < topic->partition_cnt; p++)
            kafka_group_add(places, topics[i], p, KAFKA_GROUP_NONE);
    }
    for (int i = 0; i < committed->cnt; i++) {
        const rd_kafka_topic_partition_t *row = &committed->elems[i];
        const struct rd_kafka_metadata_topic *topic =
            kafka_group_topic(metadata, str_of(row->topic));

        if (topic != NULL && row->partition < topic->partition_cnt && row->offset >= 0)
            kafka_group_add(places, str_of(row->topic), row->partition, row->offset);
    }
}

static bool kafka_group_collect(struct kafka_admin_call *call, struct kafka_group_places *places,
                                const struct str *topics, size_t topic_count, struct err *err)
{
    const rd_kafka_metadata_t *metadata = NULL;
    const rd_kafka_topic_partition_list_t *committed = kafka_group_listed(call, err);

    if (committed == NULL)
        return false;
    rd_kafka_resp_err_t code = rd_kafka_metadata(kafka_admin_client(call->admin), 1, NULL,
                                                 &metadata, (int)call->admin->timeout_ms);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_admin_fail(call->admin, code, NULL, "asking for topics", err);
    places->capacity = kafka_group_capacity(metadata, committed);
    places->rows = ARENA_ARRAY(places->arena, struct kafka_group_place, places->capacity);
    kafka_group_add_all(places, metadata, committed, topics, topic_count);
    rd_kafka_metadata_destroy(metadata);
    return true;
}

static bool kafka_group_ends(struct kafka_admin *admin, struct kafka_group_place *place,
                             struct err *err)
{
    rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(
        kafka_admin_client(admin), place->topic.data, place->partition, &place->low,
        &place->high, (int)admin->timeout_ms);

    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return true;
    (void)kafka_admin_fail(admin, code, NULL, "asking for the ends of a partition", err);
    return err_in(err, "topic %.*s partition %d", STR_ARG(place->topic), (int)place->partition);
}

static int kafka_group_compare(const void *a, const void *b)
{
    const struct kafka_group_place *x = a, *y = b;
    int order = str_compare(x->topic, y->topic);

    return order != 0 ? order : (x->partition > y->partition) - (x->partition < y->partition);
}

bool kafka_group_places(struct kafka_admin *admin, struct arena *arena, struct str group,
                        const struct str *topics, size_t topic_count,
                        struct kafka_group_place **places_out, size_t *count_out,
                        struct err *err)
{
    struct kafka_group_places places = { .arena = arena };
    rd_kafka_ListConsumerGroupOffsets_t *ask =
        rd_kafka_ListConsumerGroupOffsets_new(arena_copy(arena, group).data, NULL);
    struct kafka_admin_call call;

    kafka_admin_begin(&call, admin, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
                      "asking for a group's offsets");
    rd_kafka_ListConsumerGroupOffsets(kafka_admin_client(admin), &ask, 1, call.options,
                                      call.queue);
    bool done = kafka_admin_wait(&call, err)
        && kafka_group_collect(&call, &places, topics, topic_count, err);
    kafka_admin_end(&call);
    rd_kafka_ListConsumerGroupOffsets_destroy(ask);
    for (size_t i = 0; done && i < places.count; i++)
        done = kafka_group_ends(admin, &places.rows[i], err);
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
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(kafka_admin_client(admin), list,
                                                          (int)admin->timeout_ms);

    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; i++)
        code = list->elems[i].err;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return kafka_admin_fail(admin, code, NULL, "asking for the offsets of a time", err);
    return true;
}

bool kafka_group_at_time(struct kafka_admin *admin, struct arena *arena,
                         const struct kafka_group_place *places, size_t count, int64_t time_ms,
                         int64_t **offsets_out, struct err *err)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count + 1);
    int64_t *offsets = ARENA_ARRAY(arena, int64_t, count + 1);
    bool done;

    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, places[i].topic.data, places[i].partition)
            ->offset = time_ms;
    done = count == 0 || kafka_group_times(admin, list, err);
    for (size_t i = 0; done && i < count; i++) {
        int64_t offset = list->elems[i].offset;

        offsets[i] = offset >= 0 ? offset : places[i].high;
    }
    rd_kafka_topic_partition_list_destroy(list);
    if (done)
        *offsets_out = offsets;
    return done;
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
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID
        || code == RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP)
        return err_set(err, ERR_RETRY, "the group is not empty, so Kafka moves nothing: pause or "
                       "stop its members first (%s)", rd_kafka_err2name(code));
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
    kafka_admin_begin(&call, admin, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS,
                      "moving a group");
    rd_kafka_AlterConsumerGroupOffsets(kafka_admin_client(admin), &ask, 1, call.options,
                                       call.queue);
    bool done = kafka_admin_wait(&call, err) && kafka_group_moved(&call, err);
    kafka_admin_end(&call);
    rd_kafka_AlterConsumerGroupOffsets_destroy(ask);
    rd_kafka_topic_partition_list_destroy(list);
    return done;
}
