/*
 * reserve_mapped — orders that wait for a code nobody knew go on when it is mapped.
 *
 * An order whose code leads to no SKU of ours waits with the reason unknown_sku. Its record has
 * the code only as the SKU that is missing, so whether a newer map says otherwise of the order can
 * be told from its body alone. The sweep walks over all such waiters a page a tick: again at once
 * while it finds some and the map is new, else once a minute, since an order may have been asked by
 * a replica that had not taken the map yet. A nudge that names the rule "mapped" is completed with
 * the body and the new demand by whoever handles it; the record decides (stock_ask).
 */
#ifndef SLUICE_RESERVE_RESERVE_MAPPED_H
#define SLUICE_RESERVE_RESERVE_MAPPED_H

#include <stdbool.h>

#include "base/err.h"
#include "reserve/reserve_effects.h"

/* Gives the batch's retries by that rule body and demand, in one query. A retry whose body is not
 * there, or passes all bounds by the map, asks with what its record has. */
bool reserve_mapped_ask(struct reserve *self, struct batch *batch, struct stock_ask *asks,
                        struct err *err) MUST_CHECK;

/* Nudges of one page of the walk, at most sweep_count_max. */
bool reserve_mapped_sweep(struct reserve *self, struct batch *batch, struct err *err) MUST_CHECK;

#endif
