/* route_decide — see route_decide.h. */
#include "route/route_decide.h"

#include <string.h>

#include "route/route_draft_decide.h"
#include "route/route_words_decide.h"

enum route_way route_decide_way(const struct answer_body *answer)
{
    if (answer->stopping_count > 0)
        return ROUTE_WAY_STOP;
    if (answer->state == STOCK_STATE_RESERVED && answer->paid
        && answer->verdict.kind == VERDICT_KIND_CLEAR && answer->claimed_count > 0)
        return ROUTE_WAY_PLAN;
    return ROUTE_WAY_NONE;
}

/* ---- the problem ---- */

static const struct route_want *route_decide_wants(const struct route_draft *draft,
                                                   const int64_t *units)
{
    const struct answer_body *answer = draft->answer;
    struct route_want *wants = ARENA_ARRAY(draft->arena, struct route_want,
                                           answer->claimed_count);

    for (size_t k = 0; k < answer->claimed_count; k++)
        wants[k] = (struct route_want){
            .units = units[k],
            .grams = route_policy_grams(draft->board->policy, answer->claimed[k].sku),
        };
    return wants;
}

/* Units free of each claimed SKU, by warehouse. */
static const int64_t *route_decide_free(const struct route_draft *draft, size_t site_count)
{
    size_t want_count = draft->answer->claimed_count;
    int64_t *free = ARENA_ARRAY(draft->arena, int64_t, site_count * want_count);

    for (size_t k = 0; k < want_count; k++) {
        size_t count;
        const struct route_free *rows = route_board_rows(draft->board,
                                                         draft->answer->claimed[k].sku, &count);

        for (size_t i = 0; i < count; i++) {
            if (rows[i].index != ROUTE_ANY)
                free[rows[i].index * want_count + k] = rows[i].units;
        }
    }
    return free;
}

/* The warehouses nearest first: of what costs the same, the solver prefers what stands first. */
static void route_decide_rank(const struct route_draft *draft, size_t count,
                              size_t order[ROUTE_WAREHOUSES_MAX])
{
    for (size_t i = 0; i < count; i++) {
        int64_t km = draft->places[i].km;
        size_t place = i;

        for (; place > 0 && draft->places[order[place - 1]].km > km; place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
}

/* The solver's sites as warehouses again. */
static void route_decide_name(const struct route_draft *draft, const size_t *order,
                              struct route_split *split)
{
    struct route_parcel *parcels = ARENA_ARRAY(draft->arena, struct route_parcel,
                                               split->parcel_count);

    for (size_t i = 0; i < split->parcel_count; i++) {
        parcels[i] = split->parcels[i];
        parcels[i].site = order[parcels[i].site];
    }
    split->parcels = parcels;
}

static bool route_decide_solve(const struct route_draft *draft, const int64_t *units,
                               struct route_solution *solution_out, struct str *why_out)
{
    size_t site_count = draft->board->policy->warehouse_count;
    size_t want_count = draft->answer->claimed_count;
    struct route_site *sites = ARENA_ARRAY(draft->arena, struct route_site, site_count);
    const int64_t *free = route_decide_free(draft, site_count);
    struct route_problem problem = {
        .wants = route_decide_wants(draft, units),
        .want_count = want_count,
        .sites = sites,
        .site_count = site_count,
        .effort = ROUTE_EFFORT_PLAIN,
    };
    size_t order[ROUTE_WAREHOUSES_MAX];
    struct route_lack lack;

    route_decide_rank(draft, site_count, order);
    for (size_t i = 0; i < site_count; i++) {
        const struct route_place *place = &draft->places[order[i]];

        sites[i] = (struct route_site){
            .free = free + order[i] * want_count,
            .late = place->late,
            .fixed_fen = place->fixed_fen,
            .offers = place->offers,
            .offer_count = place->bar == ROUTE_BAR_NONE ? place->count : 0,
        };
    }
    if (route_solve(draft->arena, &problem, solution_out, &lack)) {
        route_decide_name(draft, order, &solution_out->best);
        route_decide_name(draft, order, &solution_out->second);
        return true;
    }
    *why_out = route_words_lack(draft, units, &lack);
    return false;
}

/* ---- the plan ---- */

static void route_decide_add(const struct route_draft *draft, const struct route_parcel *from,
                             struct plan *plan)
{
    const struct answer_body *answer = draft->answer;
    const struct route_policy *policy = draft->board->policy;
    const struct route_place *place = &draft->places[from->site];
    struct parcel *parcel = &plan->parcels[plan->parcel_count++];

    *parcel = (struct parcel){
        .warehouse = policy->warehouses[from->site].id,
        .carrier = policy->carriers[place->offers[from->offer].carrier].id,
        .items = ARENA_ARRAY(draft->arena, struct stock_units, answer->claimed_count),
        .state = PARCEL_STATE_PLANNED,
        .day = place->day,
    };
    for (size_t k = 0; k < answer->claimed_count; k++) {
        if (from->units[k] > 0)
            parcel->items[parcel->item_count++] = (struct stock_units){
                .sku = answer->claimed[k].sku, .units = from->units[k] };
    }
}

static struct str route_decide_join(struct arena *arena, struct str all, struct str more)
{
    if (all.size == 0)
        return more;
    return arena_format(arena, "%.*s；%.*s", STR_ARG(all), STR_ARG(more));
}

/* Solves for these units, adds the parcels and takes them from the board. */
static bool route_decide_group(struct route_draft *draft, struct route_board *board,
                               const int64_t *units, const char *name, struct plan *plan,
                               struct str *why_out)
{
    struct route_solution solution;
    size_t first = plan->parcel_count;

    if (!route_decide_solve(draft, units, &solution, why_out))
        return false;
    for (size_t i = 0; i < solution.best.parcel_count; i++)
        route_decide_add(draft, &solution.best.parcels[i], plan);
    struct str reason = route_words_reason(draft, &solution);
    struct str second = route_words_second(draft, &solution);

    if (name) {
        reason = arena_format(draft->arena, "%s：%.*s", name, STR_ARG(reason));
        second = arena_format(draft->arena, "%s：%.*s", name, STR_ARG(second));
    }
    plan->reason = route_decide_join(draft->arena, plan->reason, reason);
    plan->runner_up = route_decide_join(draft->arena, plan->runner_up, second);
    for (size_t i = first; i < plan->parcel_count; i++)
        route_board_take(board, &plan->parcels[i], 1);
    board->unproven += !solution.proven;
    return true;
}

/* Spot goods, then what was sold in advance, each in parcels of their own. */
static bool route_decide_apart(struct route_draft *draft, struct route_board *board,
                               struct plan *plan, struct str *why_out)
{
    const struct answer_body *answer = draft->answer;
    int64_t *spot = ARENA_ARRAY(draft->arena, int64_t, answer->claimed_count);

    for (size_t k = 0; k < answer->claimed_count; k++)
        spot[k] = answer->claimed[k].units - draft->presold[k];
    if (!route_decide_group(draft, board, spot, "现货", plan, why_out))
        return false;
    route_draft_refresh(draft);
    if (route_decide_group(draft, board, draft->presold, "预售", plan, why_out))
        return true;
    for (size_t i = 0; i < plan->parcel_count; i++)
        route_board_take(board, &plan->parcels[i], -1);
    return false;
}

static bool route_decide_together(struct route_draft *draft, struct route_board *board,
                                  struct plan *plan, struct str *why_out)
{
    const struct answer_body *answer = draft->answer;
    int64_t *units = ARENA_ARRAY(draft->arena, int64_t, answer->claimed_count);

    for (size_t k = 0; k < answer->claimed_count; k++)
        units[k] = answer->claimed[k].units;
    return route_decide_group(draft, board, units, NULL, plan, why_out);
}

/* Out of the scratch. */
static struct plan route_decide_copy(struct arena *arena, const struct plan *plan)
{
    struct plan copy = *plan;

    copy.reason = arena_copy(arena, plan->reason);
    copy.runner_up = arena_copy(arena, plan->runner_up);
    copy.parcels = ARENA_ARRAY(arena, struct parcel, plan->parcel_count);
    for (size_t i = 0; i < plan->parcel_count; i++) {
        const struct parcel *from = &plan->parcels[i];

        copy.parcels[i] = *from;
        copy.parcels[i].items = ARENA_ARRAY(arena, struct stock_units, from->item_count);
        memcpy(copy.parcels[i].items, from->items, from->item_count * sizeof *from->items);
    }
    return copy;
}

bool route_decide(struct arena *arena, const struct answer_body *answer,
                  struct route_board *board, struct plan *plan_out, struct str *why_out)
{
    arena_reset(board->scratch);
    struct route_draft *draft = route_draft_make(answer, board);
    struct plan plan = {
        .rules_version = board->policy->set->version,
        .parcels = ARENA_ARRAY(draft->arena, struct parcel, board->policy->warehouse_count * 2),
    };
    bool apart = draft->is_apart && draft->whole[ROUTE_FIELD_HAS_PRESALE].number
              && draft->whole[ROUTE_FIELD_HAS_SPOT].number;
    struct str why;
    bool done = apart ? route_decide_apart(draft, board, &plan, &why)
                      : route_decide_together(draft, board, &plan, &why);

    if (!done) {
        *why_out = arena_copy(arena, why);
        return false;
    }
    if (apart)
        plan.reason = route_decide_join(draft->arena,
                                        rule_explain(draft->arena, route_rules_language(),
                                                     draft->apart, &draft->facts,
                                                     draft->apart_row),
                                        plan.reason);
    *plan_out = route_decide_copy(arena, &plan);
    return true;
}
