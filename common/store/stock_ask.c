/* stock_ask — SCREEN, LOOK and PLAN: what anomaly and route ask of the store (stock_store.h). */
#include "store/stock_ask.h"

#include <string.h>

#include "store/stock_call.h"

/* Word and record's text of one ask; true when there is a record. */
static bool stock_ask_take(struct stock_reply *reply, struct stock_trace_maker *maker,
                           struct str order_id, struct str *word_out,
                           struct stock_record *record_out)
{
    *word_out = stock_reply_take(reply);
    struct str text = stock_reply_take_raw(reply);

    if (text.size == 0)
        return false;
    if (!stock_record_parse(record_out, text)) {
        reply->short_of = true;
        return false;
    }
    stock_trace_put(maker, order_id, text, stock_record_seq(record_out));
    return true;
}

/* ---- SCREEN ---- */

static void stock_ask_put_screen(struct stock_args *args, const struct stock_screen_ask *ask)
{
    stock_args_put_text(args, ask->order_id);
    stock_args_put_int(args, ask->rev);
    stock_args_put(args, str_of(verdict_kind_name(ask->verdict.kind)));
    stock_args_put_text(args, ask->verdict.rules_version);
    stock_args_put(args, stock_pack_reasons(args->arena, &ask->verdict));
}

bool stock_store_screen(struct stock_store *store, struct arena *arena,
                        const struct stock_screen_ask *asks, size_t count,
                        struct stock_screen_answer *answers_out, struct stock_trace *trace_out,
                        struct err *err)
{
    struct stock_trace trace;
    struct stock_trace_maker maker;
    struct stock_args args;
    struct stock_reply reply = { 0 };

    stock_call_init(store, &args, arena, "SCREEN", 1 + count * 5);
    stock_args_put_int(&args, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        stock_ask_put_screen(&args, &asks[i]);
    if (!stock_call(store, &args, &reply, err))
        return false;
    struct stock_screen_answer *answers = ARENA_ARRAY(arena, struct stock_screen_answer, count + 1);

    stock_trace_init(&maker, arena, &trace, store->epoch, count);
    for (size_t i = 0; i < count; i++) {
        struct stock_record record;
        struct str word;
        bool known = stock_ask_take(&reply, &maker, asks[i].order_id, &word, &record);

        answers[i].outcome = STOCK_SCREEN_SUPERSEDED;
        if (known && str_is(word, "NOTED")) {
            answers[i].outcome = STOCK_SCREEN_NOTED;
            (void)stock_record_verdict(&record, arena, &answers[i].verdict);
        }
    }
    stock_trace_take_scalars(&maker, &reply);
    stock_call_end(&reply);
    if (!stock_reply_end(&reply, err))
        return false;
    for (size_t i = 0; i < count; i++)
        answers_out[i] = answers[i];
    *trace_out = trace;
    return true;
}

/* ---- LOOK ---- */

bool stock_store_look(struct stock_store *store, struct arena *arena, const struct str *skus,
                      size_t count, const struct stock_day *days, size_t day_count,
                      struct stock_look **looks_out, size_t *look_count_out, int64_t *used_out,
                      struct err *err)
{
    int64_t *used = ARENA_ARRAY(arena, int64_t, day_count + 1);
    struct stock_args args;
    struct stock_reply reply = { 0 };

    stock_call_init(store, &args, arena, "LOOK", 2 + count + day_count * 2);
    stock_args_put_list(&args, skus, count);
    stock_args_put_int(&args, (int64_t)day_count);
    for (size_t i = 0; i < day_count; i++) {
        stock_args_put_text(&args, days[i].warehouse);
        stock_args_put_int(&args, days[i].day);
    }
    if (!stock_call(store, &args, &reply, err))
        return false;
    for (size_t i = 0; i < day_count; i++)
        used[i] = stock_reply_take_int(&reply);
    size_t look_count = stock_reply_left(&reply) / 3;
    struct stock_look *looks = ARENA_ARRAY(arena, struct stock_look, look_count + 1);

    for (size_t i = 0; i < look_count; i++) {
        looks[i].sku = stock_reply_take_text(&reply);
        looks[i].warehouse = stock_reply_take_text(&reply);
        looks[i].units = stock_reply_take_int(&reply);
    }
    stock_call_end(&reply);
    if (!stock_reply_end(&reply, err))
        return false;
    *looks_out = looks;
    *look_count_out = look_count;
    if (day_count > 0)
        memcpy(used_out, used, day_count * sizeof *used);
    return true;
}

bool stock_store_stir(struct stock_store *store, struct arena *arena, struct str rules_version,
                      bool again, struct err *err)
{
    struct stock_args args;
    struct stock_reply reply = { 0 };

    stock_call_init(store, &args, arena, "STIR", 1);
    stock_args_put_text(&args, arena_format(arena, "%.*s%s", STR_ARG(rules_version),
                                            again ? "+" : ""));
    if (!stock_call(store, &args, &reply, err))
        return false;
    stock_call_end(&reply);
    return stock_reply_end(&reply, err);
}

/* ---- PLAN ---- */

/* Shipment ids hold the plan's number, which only the record knows. All are asked as a first
 * plan; those that are not are asked again with the number the script told. */
struct stock_ask_round {
    size_t *todo; /* indexes of asks */
    size_t count;
    int64_t *numbers; /* of each ask */
    const struct stock_capacity *capacities;
    size_t capacity_count;
};

static void stock_ask_put_plan(struct stock_args *args, const struct stock_plan_ask *ask,
                               int64_t number)
{
    stock_args_put_text(args, ask->order_id);
    stock_args_put_int(args, ask->rev);
    stock_args_put_text(args, ask->digest);
    stock_args_put_int(args, ask->at);
    stock_args_put(args, ask->unroutable ? STR("1") : STR_NONE);
    stock_args_put_int(args, number);
    stock_args_put_text(args, ask->plan.rules_version);
    stock_args_put_text(args, ask->plan.reason);
    stock_args_put_text(args, ask->plan.runner_up);
    stock_args_put(args, stock_pack_parcels(args->arena, ask, number));
}

static enum stock_plan_outcome stock_ask_plan_outcome(struct str word)
{
    static const char *const names[] = {
        [STOCK_PLAN_NOTED] = "NOTED",           [STOCK_PLAN_SAME] = "SAME",
        [STOCK_PLAN_SUPERSEDED] = "SUPERSEDED", [STOCK_PLAN_UNPAID] = "UNPAID",
        [STOCK_PLAN_FULL] = "FULL",
    };

    for (size_t i = STOCK_PLAN_NOTED; i < sizeof(names) / sizeof(names[0]); i++)
        if (str_is(word, names[i]))
            return (enum stock_plan_outcome)i;
    return STOCK_PLAN_NONE;
}

/* One call for the asks still to do; keeps in the round those whose number was wrong. */
static bool stock_ask_plan_round(struct stock_store *store, struct arena *arena,
                                 const struct stock_plan_ask *asks, struct stock_ask_round *round,
                                 struct stock_trace_maker *maker,
                                 struct stock_plan_answer *answers, struct err *err)
{
    struct stock_args args;
    struct stock_reply reply = { 0 };
    size_t again = 0;

    stock_call_init(store, &args, arena, "PLAN",
                    2 + round->capacity_count * 2 + round->count * 10);
    stock_args_put_int(&args, (int64_t)round->capacity_count);
    for (size_t i = 0; i < round->capacity_count; i++) {
        stock_args_put_text(&args, round->capacities[i].warehouse);
        stock_args_put_int(&args, round->capacities[i].per_day);
    }
    stock_args_put_int(&args, (int64_t)round->count);
    for (size_t i = 0; i < round->count; i++)
        stock_ask_put_plan(&args, &asks[round->todo[i]], round->numbers[round->todo[i]]);
    if (!stock_call(store, &args, &reply, err))
        return false;
    for (size_t i = 0; i < round->count; i++) {
        size_t which = round->todo[i];
        struct stock_record record;
        struct str word;
        bool known = stock_ask_take(&reply, maker, asks[which].order_id, &word, &record);
        struct stock_plan_answer *answer = &answers[which];

        answer->outcome = stock_ask_plan_outcome(word);
        if (known && answer->outcome == STOCK_PLAN_NONE) {
            round->numbers[which] = stock_record_number(&record) + 1;
            round->todo[again++] = which;
        } else if (answer->outcome == STOCK_PLAN_NOTED || answer->outcome == STOCK_PLAN_SAME) {
            stock_record_plan(&record, arena, answer);
        }
    }
    stock_trace_take_scalars(maker, &reply);
    stock_call_end(&reply);
    round->count = again;
    return stock_reply_end(&reply, err);
}

bool stock_store_plan(struct stock_store *store, struct arena *arena,
                      const struct stock_plan_ask *asks, size_t count,
                      const struct stock_capacity *capacities, size_t capacity_count,
                      struct stock_plan_answer *answers_out, struct stock_trace *trace_out,
                      struct err *err)
{
    struct stock_plan_answer *answers = ARENA_ARRAY(arena, struct stock_plan_answer, count + 1);
    struct stock_ask_round round = { .todo = ARENA_ARRAY(arena, size_t, count + 1),
                                     .count = count,
                                     .numbers = ARENA_ARRAY(arena, int64_t, count + 1),
                                     .capacities = capacities,
                                     .capacity_count = capacity_count };
    struct stock_trace trace;
    struct stock_trace_maker maker;

    stock_trace_init(&maker, arena, &trace, store->epoch, count);
    for (size_t i = 0; i < count; i++) {
        round.todo[i] = i;
        round.numbers[i] = 1;
    }
    do {
        if (!stock_ask_plan_round(store, arena, asks, &round, &maker, answers, err))
            return false;
    } while (round.count > 0);
    for (size_t i = 0; i < count; i++)
        answers_out[i] = answers[i];
    *trace_out = trace;
    return true;
}
