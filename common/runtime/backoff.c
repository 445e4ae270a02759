#include "runtime/backoff.h"

#include "base/check.h"

void backoff_init(struct backoff *backoff, int64_t first_ms, int64_t max_ms, uint64_t seed)
{
    CHECK(first_ms > 0 && first_ms <= max_ms);
    *backoff = (struct backoff){ .first_ms = first_ms, .max_ms = max_ms, .seed = seed };
}

/* splitmix64: every seed is a good one, 0 too. */
static uint64_t backoff_draw(struct backoff *backoff)
{
    uint64_t z = (backoff->seed += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

int64_t backoff_next(struct backoff *backoff)
{
    int64_t whole = backoff->first_ms;

    for (int i = 0; i < backoff->attempt && whole < backoff->max_ms; i++)
        whole = whole > backoff->max_ms / 2 ? backoff->max_ms : whole * 2;
    backoff->attempt++;

    int64_t half = whole / 2;
    return half + (int64_t)(backoff_draw(backoff) % (uint64_t)(whole - half + 1));
}

void backoff_reset(struct backoff *backoff)
{
    backoff->attempt = 0;
}
