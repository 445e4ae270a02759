/*
 * route_map_decide — where the provinces are.
 *
 * Coordinates of the 34 provincial capitals, in hundredths of a degree: geography, common
 * knowledge. Distances are between capitals: good enough to rank warehouses, not to price.
 */
#ifndef SLUICE_ROUTE_ROUTE_MAP_DECIDE_H
#define SLUICE_ROUTE_ROUTE_MAP_DECIDE_H

#include <stdbool.h>

#include "base/str.h"
#include "route/route_decide.h"

/* Provinces the usual carriers reach late or not at all: 新疆, 西藏, 香港, 澳门, 台湾. */
bool route_is_remote(struct str province);

#endif
