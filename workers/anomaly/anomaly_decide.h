/*
 * anomaly_decide — which orders a person must look at, why, who, and for how long.
 *
 * Pure. What the checks are is data: a rule set of anomaly_rules_language(). Here is what is made
 * of the rules that hit: one verdict, one hold, one alert, and the end of a hold nobody decided.
 */
#ifndef SLUICE_ANOMALY_ANOMALY_DECIDE_H
#define SLUICE_ANOMALY_ANOMALY_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "anomaly/anomaly_facts_decide.h"
#include "base/arena.h"
#include "domain/event.h"
#include "domain/hold.h"
#include "domain/stock.h"

#define ANOMALY_REASONS_MAX 16 /* of one verdict: the rest hit too, by lower priority */

enum anomaly_way {
    ANOMALY_WAY_NONE = 0, /* not for this gate: unpaid, waiting, final */
    ANOMALY_WAY_JUDGE,    /* judge it, note the verdict, then say it */
    ANOMALY_WAY_PASS,     /* parcels to stop: passed on to route unjudged */
};

enum anomaly_way anomaly_decide_way(const struct answer_body *answer);

/* The verdict of the rules over the facts of one order, reasons by priority, in the arena:
 * rejected when a rule that rejects hits, else held when one hits, else clear. An order the shop
 * sent without us is held whatever the rules say, as the stock store waits for a decision.
 * *not_judged_out: rules whose facts are hidden or were never measured. */
struct verdict anomaly_decide(struct arena *arena, const struct anomaly_policy *policy,
                              const struct rule_facts *facts, size_t *not_judged_out);

/* Who decides about a held order, how loud, until when, and what then: the owner of its first
 * rule, the loudest level, the shortest time. Rules that want different ends escalate; only
 * when all of them let pass does the longest time let it pass. A rule that the set no longer has
 * counts as one of 240 minutes that escalates. */
struct hold anomaly_decide_hold(struct arena *arena, const struct anomaly_policy *policy,
                                const struct answer_body *answer, const struct verdict *verdict,
                                int64_t now_ms);

/* ---- what is said (anomaly_conclude_decide.c) ---- */

/* The announcement on orders.screened: what came in, with the verdict. */
struct event anomaly_conclude(struct arena *arena, const struct event *cause,
                              const struct verdict *verdict);

/* The alert of a held order: one per order however many reasons. */
struct event anomaly_conclude_alert(struct arena *arena, const struct event *cause,
                                    const struct verdict *verdict, const struct hold *hold);

/* An automatic rejection goes back to the head of the stream, so that stock is returned. */
struct event anomaly_conclude_rejection(struct arena *arena, const struct event *cause,
                                        const struct verdict *verdict);

/* What ends a hold that is due and whose order still stands as it was held, by `verdict`: an
 * alert of its own, or the decision its rules name, in the name of "sluice"; when that was told
 * and the order stands nevertheless, the alert. The same hold gives the same event, whenever and
 * however often it is asked. */
struct event anomaly_conclude_end(struct arena *arena, const struct hold *hold,
                                  const struct verdict *verdict);

#endif
