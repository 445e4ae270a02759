/* crash — see crash.h. */
#include "base/crash.h"

#ifdef SLUICE_CRASH_POINTS

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"

static _Atomic int64_t crash_passings; /* of the point that SLUICE_CRASH names */

void crash_point(const char *name)
{
    struct str count = str_of(getenv("SLUICE_CRASH"));
    struct str point = str_cut(&count, ':');
    int64_t wanted = 1;

    if (point.size == 0 || !str_is(point, name))
        return;
    if (count.size > 0 && !num_parse(count, &wanted))
        wanted = 1;
    /* SIGKILL cannot be caught, so nothing of ours runs after it. */
    if (atomic_fetch_add(&crash_passings, 1) + 1 == (wanted > 1 ? wanted : 1))
        kill(getpid(), SIGKILL);
}

#endif
