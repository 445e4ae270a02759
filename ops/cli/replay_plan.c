#include "cli/replay_plan.h"

static struct replay_row replay_plan_row(const struct kafka_group_place *place, int64_t wanted)
{
    struct replay_row row = {
        .topic = place->topic,
        .partition = place->partition,
        .from = kafka_group_next(place),
    };

    row.lost = wanted < place->low ? place->low - wanted : 0;
    row.to = wanted < place->low ? place->low : wanted;
    if (row.to > row.from)
        row.to = row.from;
    return row;
}

void replay_plan_decide(struct arena *arena, const struct kafka_group_place *places,
                        const int64_t *wanted, size_t count, struct replay_plan *plan_out)
{
    struct replay_plan plan = { .rows = ARENA_ARRAY(arena, struct replay_row, count + 1) };

    for (size_t i = 0; i < count; i++) {
        struct replay_row row = replay_plan_row(&places[i], wanted[i]);

        plan.again += row.from - row.to;
        plan.moves += row.to < row.from;
        plan.rows[plan.count++] = row;
    }
    *plan_out = plan;
}

static size_t replay_plan_choose(const struct replay_target *target,
                                 struct kafka_group_place *places, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (target->topic.size > 0 && !str_eq(places[i].topic, target->topic))
            continue;
        if (target->partition >= 0 && places[i].partition != target->partition)
            continue;
        places[kept++] = places[i];
    }
    return kept;
}

static bool replay_plan_wanted(struct cli *cli, struct kafka_admin *admin,
                               const struct replay_target *target,
                               const struct kafka_group_place *places, size_t count,
                               int64_t **wanted_out, struct err *err)
{
    int64_t *wanted;

    if (target->goal == REPLAY_GOAL_TIME)
        return kafka_group_at_time(admin, cli->arena, places, count, target->value, wanted_out,
                                   err);
    wanted = ARENA_ARRAY(cli->arena, int64_t, count + 1);
    for (size_t i = 0; i < count; i++)
        wanted[i] = target->goal == REPLAY_GOAL_START ? places[i].low : target->value;
    *wanted_out = wanted;
    return true;
}

bool replay_plan_ask(struct cli *cli, struct kafka_admin *admin, const struct replay_target *target,
                     const struct str *topics, size_t topic_count, struct replay_plan *plan_out,
                     struct err *err)
{
    struct kafka_group_place *places = NULL;
    int64_t *wanted = NULL;
    size_t count = 0;

    if (!kafka_group_places(admin, cli->arena, target->group, topics, topic_count, &places, &count,
                            err))
        return false;
    count = replay_plan_choose(target, places, count);
    if (count == 0)
        return err_set(err, ERR_RETRY,
                       "group %.*s has no such partition: `sluice topics list` "
                       "shows who reads what",
                       STR_ARG(target->group));
    if (!replay_plan_wanted(cli, admin, target, places, count, &wanted, err))
        return false;
    replay_plan_decide(cli->arena, places, wanted, count, plan_out);
    return true;
}

bool replay_plan_do(struct cli *cli, struct kafka_admin *admin, struct str group,
                    const struct replay_plan *plan, struct err *err)
{
    struct kafka_group_move *moves =
        ARENA_ARRAY(cli->arena, struct kafka_group_move, plan->count + 1);
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++)
        if (plan->rows[i].to < plan->rows[i].from)
            moves[count++] = (struct kafka_group_move){
                .topic = plan->rows[i].topic,
                .partition = plan->rows[i].partition,
                .offset = plan->rows[i].to,
            };
    return count == 0 || kafka_group_move(admin, cli->arena, group, moves, count, err);
}
