/* hold — see hold.h. */
#include "domain/hold.h"

#include "domain/names.h"

static const char *const hold_end_texts[] = {
    [HOLD_END_ESCALATE] = "escalate",
    [HOLD_END_APPROVE] = "approve",
    [HOLD_END_REJECT] = "reject",
};
static const struct names hold_end_names = NAMES(hold_end_texts);

const char *hold_end_name(enum hold_end end)
{
    return names_get(&hold_end_names, (size_t)end);
}

enum hold_end hold_end_of(struct str name)
{
    return (enum hold_end)names_find(&hold_end_names, name);
}
