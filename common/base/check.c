/* check — see check.h. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "level=error msg=\"broken invariant, stopping\" check=\"%s\" at=%s:%d\n",
            condition, file, line);
    abort();
}
