/*
 * rules_try — the orders of a window judged twice: by the rules in force and by a draft.
 *
 * Both are judged now, by the decisions the workers run and from the same facts, so that what
 * differs is the rules' doing alone. Nothing is written and nobody is told.
 */
#ifndef SLUICE_CLI_RULES_TRY_H
#define SLUICE_CLI_RULES_TRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "cli/cli.h"
#include "domain/order.h"
#include "domain/rule.h"
#include "store/order_window.h"

enum rules_side { RULES_SIDE_NOW = 0, RULES_SIDE_DRAFT, RULES_SIDES };

/* What one side says of one order: a word to count by, a sentence, the rules that hit. */
struct rules_outcome {
    struct str word; /* "held", "clear", "HZ/ZTO"; empty: not for these rules */
    struct str why;
    const struct str *rules;
    size_t rule_count;
};

/* One page of orders, judged by both sets. */
struct rules_page {
    struct cli *cli;
    struct arena *arena; /* of the page */
    const struct rule_set *sets[RULES_SIDES];
    const struct order_window_view *rows;
    const struct order *orders;
    size_t count;
    struct rules_outcome *outcomes[RULES_SIDES]; /* [count] each: to be filled */
    struct str *actual; /* [count]: what was decided at the time; to be filled */
};
typedef bool (*rules_judge_fn)(const struct rules_page *page, struct err *err);

bool rules_try_anomaly(const struct rules_page *page, struct err *err) MUST_CHECK;
bool rules_try_route(const struct rules_page *page, struct err *err) MUST_CHECK;

/* ---- the tally ---- */

struct rules_tally_row { /* a word or a rule: orders of each side */
    int64_t orders[RULES_SIDES];
};

struct rules_example {
    struct str order_id, actual; /* what was decided at the time */
    struct str why;
};

struct rules_change { /* "clear → held" */
    struct str was, would;
    int64_t orders;
    struct rules_example *examples;
    size_t example_count;
};

struct rules_tally {
    struct arena *arena; /* of the run */
    size_t examples_max;
    int64_t orders, same;
    struct map *words, *rules; /* → rules_tally_row */
    struct map *changes;       /* → rules_change */
};

void rules_tally_init(struct rules_tally *tally, struct arena *arena, size_t examples_max);

/* Counts a page; what it keeps is copied. */
void rules_tally_add(struct rules_tally *tally, const struct rules_page *page);

#endif
