/* route_stir — orders without a warehouse are looked at again (route_effects.h). */
#include "route/route_effects.h"

#define ROUTE_STIR_MS 60000 /* by then every replica has the rules, and reserve what they said */

bool route_stir(struct route *self, struct batch *batch, struct err *err)
{
    bool again = !self->is_new;

    if (again && (self->stir_at == 0 || batch->now_ms < self->stir_at))
        return true;
    if (!stock_recover(self->stock, self->journal, false, NULL, err)
        || !stock_store_stir(self->stock, batch->arena, self->policy.set->version, again, err))
        return false;
    self->stir_at = again ? 0 : batch->now_ms + ROUTE_STIR_MS;
    self->is_new = false;
    return true;
}
