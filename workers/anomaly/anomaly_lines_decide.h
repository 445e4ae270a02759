/*
 * anomaly_lines_decide — the part of the facts that lies in an order's lines.
 *
 * Only anomaly_facts_decide uses it. Pure.
 */
#ifndef SLUICE_ANOMALY_ANOMALY_LINES_DECIDE_H
#define SLUICE_ANOMALY_ANOMALY_LINES_DECIDE_H

#include <stddef.h>

#include "anomaly/anomaly_facts_decide.h"
#include "base/arena.h"
#include "domain/order.h"
#include "domain/rule.h"

struct anomaly_lines; /* room to sum lines up, for one order after the other */

struct anomaly_lines *anomaly_lines_open(struct arena *arena, size_t line_max);

/* Fills a row of `each` for every line that still wants goods, and what they say of the order
 * into `whole`; both of ANOMALY_FIELD_COUNT values a row. Returns the number of rows. */
size_t anomaly_lines_facts(struct anomaly_lines *lines, struct arena *arena,
                           const struct order *order, const struct anomaly_known *known,
                           const struct anomaly_policy *policy, struct rule_value *whole,
                           struct rule_value *each);

#endif
