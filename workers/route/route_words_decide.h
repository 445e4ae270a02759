/*
 * route_words_decide — why it was chosen so, what was second, and why nothing can be sent: the
 * Chinese sentences of a plan. Nothing personal stands in them.
 */
#ifndef SLUICE_ROUTE_ROUTE_WORDS_DECIDE_H
#define SLUICE_ROUTE_ROUTE_WORDS_DECIDE_H

#include <stdint.h>

#include "base/str.h"
#include "route/route_draft_decide.h"
#include "route/route_solve_decide.h"

/* "杭州仓（约 164 公里）比广州仓省 2.35 元，今天发出，中通 4.50 元最便宜" */
struct str route_words_reason(const struct route_draft *draft,
                              const struct route_solution *solution);

/* "广州仓：多 2.35 元" */
struct str route_words_second(const struct route_draft *draft,
                              const struct route_solution *solution);

/* Why no warehouse can send these units, one number a claimed SKU. */
struct str route_words_lack(const struct route_draft *draft, const int64_t *units,
                            const struct route_lack *lack);

#endif
