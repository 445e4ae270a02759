/*
 * route_decide — which warehouses pack an order, on which day, and which carrier takes it.
 *
 * Pure. Fewest parcels first, then in time, then what it costs by the rules (route_solve_decide.h
 * has the objective); a carrier the buyer asked for, a warehouse to prefer or to avoid are costs
 * the rules set. Every plan carries a sentence that says why, and one that says what was second.
 */
#ifndef SLUICE_ROUTE_ROUTE_DECIDE_H
#define SLUICE_ROUTE_ROUTE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/event.h"
#include "domain/stock.h"
#include "route/route_board_decide.h"

enum route_way {
    ROUTE_WAY_NONE = 0,
    ROUTE_WAY_PLAN, /* clear, reserved and paid */
    ROUTE_WAY_STOP, /* parcels to be stopped */
};

enum route_way route_decide_way(const struct answer_body *answer);

/* Chooses, and takes what it chose from the board; false when nothing together can send the claim,
 * with the reason in *why_out and the board as it was. The plan's number and shipment ids are the
 * store's to give. */
bool route_decide(struct arena *arena, const struct answer_body *answer,
                  struct route_board *board, struct plan *plan_out,
                  struct str *why_out) MUST_CHECK;

/* The announcements. */
struct event route_conclude(struct arena *arena, const struct event *cause,
                            const struct plan *plan, int64_t at);
struct event route_conclude_pack(struct arena *arena, const struct event *cause,
                                 const struct plan *plan, size_t parcel_index, int64_t at);
struct event route_conclude_stop(struct arena *arena, const struct event *cause,
                                 const struct parcel *parcel);
struct event route_conclude_unroutable(struct arena *arena, const struct event *cause,
                                       struct str why);
struct event route_conclude_alert(struct arena *arena, const struct event *cause, struct str why);

#endif
