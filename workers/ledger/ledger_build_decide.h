/*
 * ledger_build_decide — the rows of a batch while they are collected.
 *
 * What the parts of the decision share; each part turns one kind of event into rows.
 */
#ifndef SLUICE_LEDGER_LEDGER_BUILD_DECIDE_H
#define SLUICE_LEDGER_LEDGER_BUILD_DECIDE_H

#include "base/arena.h"
#include "domain/event.h"
#include "domain/ledger.h"
#include "ledger/ledger_list_decide.h"

struct ledger_build {
    struct arena *arena;
    struct ledger_list marks, trail, orders, parcels, plans, aftersales, decisions, alerts, dead,
        feed, levels, offsets;
};

/* ---- gates (ledger_gates_decide.c) ---- */

void ledger_gates_snapshot(struct ledger_build *build, const struct event *event);
void ledger_gates_reserved(struct ledger_build *build, const struct event *event);
void ledger_gates_screened(struct ledger_build *build, const struct event *event);
void ledger_gates_routed(struct ledger_build *build, const struct event *event);
void ledger_gates_unroutable(struct ledger_build *build, const struct event *event);
void ledger_gates_verified(struct ledger_build *build, const struct event *event);
void ledger_gates_refund(struct ledger_build *build, const struct event *event);
void ledger_gates_reduce(struct ledger_build *build);

/* ---- parcels and plans (ledger_parcels_decide.c) ---- */

void ledger_parcels_routed(struct ledger_build *build, const struct event *event);
void ledger_parcels_planned(struct ledger_build *build, const struct event *event);
void ledger_parcels_scanned(struct ledger_build *build, const struct event *event);
void ledger_parcels_verified(struct ledger_build *build, const struct event *event);
void ledger_parcels_dead(struct ledger_build *build, const struct event *original,
                         struct str reason);
void ledger_parcels_reduce(struct ledger_build *build);

/* ---- alerts and dead letters (ledger_people_decide.c) ---- */

void ledger_people_decision(struct ledger_build *build, const struct event *event);
void ledger_people_verdict(struct ledger_build *build, const struct event *event);
void ledger_people_alert(struct ledger_build *build, const struct event *event);
void ledger_people_sent(struct ledger_build *build, const struct event *event);
void ledger_people_dead(struct ledger_build *build, const struct event *event,
                        const struct event *original);
void ledger_people_reduce(struct ledger_build *build);

/* ---- stock (ledger_stock_decide.c) ---- */

void ledger_stock_feed(struct ledger_build *build, const struct event *event);
void ledger_stock_level(struct ledger_build *build, const struct event *event);
void ledger_stock_reduce(struct ledger_build *build);

/* When the message was written: a wall clock's time, unlike the fact's own. */
static inline int64_t ledger_seen_at(const struct event *event)
{
    return event->message ? event->message->time_ms : 0;
}

/* The buyer's money has come, whatever became of the order since. */
static inline bool ledger_is_paid(const struct order *order)
{
    return order->stage >= ORDER_STAGE_PAID && order->stage <= ORDER_STAGE_FINISHED;
}

static inline int ledger_compare_int(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

#endif
