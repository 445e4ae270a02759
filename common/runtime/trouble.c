#include "runtime/trouble.h"

#include "base/clock.h"
#include "base/log.h"

void trouble_init(struct trouble *trouble, const char *what, const struct backoff *backoff)
{
    *trouble = (struct trouble){ .what = what, .backoff = *backoff };
}

void trouble_met(struct trouble *trouble, const struct err *why)
{
    int64_t now_us = clock_monotonic_us();

    trouble->due_us = now_us + backoff_next(&trouble->backoff) * 1000;
    trouble->count++;
    if (trouble->since_us != 0)
        return;
    trouble->since_us = now_us;
    log_warn("waiting, will try again", LOG_TEXT("what", str_of(trouble->what)),
             LOG_TEXT("reason", str_of(why->text)));
}

void trouble_over(struct trouble *trouble)
{
    if (trouble->since_us == 0)
        return;
    log_info("going on", LOG_TEXT("what", str_of(trouble->what)),
             LOG_INT("tries", trouble->count),
             LOG_INT("waited_ms", (clock_monotonic_us() - trouble->since_us) / 1000));
    trouble->since_us = trouble->count = trouble->due_us = 0;
    backoff_reset(&trouble->backoff);
}

bool trouble_is_on(const struct trouble *trouble)
{
    return trouble->since_us != 0;
}
