/*
 * anomaly_facts_decide — what is known of an order, as values that rules compare.
 *
 * Pure: an answer of reserve, the tables of the rule set in force, the habits counted by
 * store/habit_store.h and the refunds of the order's record go in, one value per field of
 * anomaly_rules_language() comes out. What the platform hides, and what nobody ever measured, is
 * unknown: not judged.
 *
 * Lines that were closed, or refunded as a whole, are no rows. Money is fen, time is ms.
 */
#ifndef SLUICE_ANOMALY_ANOMALY_FACTS_DECIDE_H
#define SLUICE_ANOMALY_ANOMALY_FACTS_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/event_body.h"
#include "domain/region.h"
#include "domain/rule.h"
#include "domain/sku_map.h"
#include "domain/stock.h"

/* A closed area: its region where the names are known, else the names themselves. */
struct anomaly_area {
    const struct region *region;
    struct str province, city, district, reason;
};

/* A rule set with what is looked up once. Lives as long as the set. */
struct anomaly_policy {
    const struct rule_set *rules;
    const struct anomaly_area *areas;
    size_t area_count;
    const struct sku_map *map; /* what shops' codes are; NULL: themselves */
};

/* Borrows `rules`; the areas are allocated in the arena. The map is the caller's to set. */
struct anomaly_policy anomaly_facts_policy(struct arena *arena, const struct rule_set *rules);

/* A setting's value, in its own unit. */
int64_t anomaly_facts_setting(const struct anomaly_policy *policy, size_t setting);

/* How an order is found again among others: hashes, nothing personal. */
struct anomaly_keys {
    struct str receiver; /* the platform's key, else the plain name, phone and address; empty:
                            hidden without a key */
    struct str buyer;    /* empty: the platform gives none */
    int64_t at;          /* when it was placed, else paid, else entered; ms */
};

struct anomaly_keys anomaly_facts_keys(struct arena *arena, const struct order *order,
                                       int64_t entered_ms);

/* What is known of an order beside its body. */
struct anomaly_known {
    bool receiver_known, buyer_known;
    int64_t receiver_orders;            /* other orders of the same receiver, up to its own time */
    int64_t buyer_receivers;            /* other receivers of the same buyer, likewise */
    const struct stock_refund *refunds; /* of its record: they came after the body, or with it */
    size_t refund_count;
};

struct anomaly_facts;

/* Room for the facts of orders of at most `line_max` lines, one after the other, in the arena:
 * a batch needs one. About 2.4 KB a line. */
struct anomaly_facts *anomaly_facts_open(struct arena *arena, size_t line_max);

/* The facts of one order; valid until the next call. Texts are borrowed from the answer, the
 * policy and the arena. */
const struct rule_facts *anomaly_facts_of(struct anomaly_facts *facts, struct arena *arena,
                                          const struct answer_body *answer,
                                          const struct anomaly_policy *policy,
                                          const struct anomaly_known *known);

/* The SKU that tables know a line by: ours where the shop's code is one unit of it; a bundle has
 * a price and a habit of its own, under the shop's code. */
struct str anomaly_facts_sku(const struct sku_map *map, const struct order *order,
                             const struct order_line *line);

#endif
