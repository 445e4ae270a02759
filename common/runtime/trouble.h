/*
 * trouble — an episode of trying again: when to try next, and one line of log at each end.
 *
 * The delay goes on growing from one try to the next and falls back only when one has worked.
 */
#ifndef SLUICE_RUNTIME_TROUBLE_H
#define SLUICE_RUNTIME_TROUBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "runtime/backoff.h"

struct trouble {
    const char *what; /* that is tried: "batch", "tick"; borrowed */
    struct backoff backoff;
    int64_t due_us;   /* monotonic: the next try */
    int64_t since_us; /* 0: all is well */
    int64_t count;    /* of tries that failed */
};

void trouble_init(struct trouble *trouble, const char *what, const struct backoff *backoff);

/* A try has failed: sets due_us; the first one is logged, with the reason. */
void trouble_met(struct trouble *trouble, const struct err *why);

/* One has worked: logged when there was trouble. */
void trouble_over(struct trouble *trouble);

bool trouble_is_on(const struct trouble *trouble);

#endif
