/*
 * config_names — whose setting a name is.
 *
 * One environment serves a whole fleet, so a worker meets settings that are not its own. The
 * rule: `<worker>_<row>` is that worker's alone, a common row's bare name is everybody's, a
 * row of a worker has no bare name, and the scripts' names are theirs. What is left is a
 * mistake, refused with the nearest known name.
 */
#ifndef SLUICE_RUNTIME_CONFIG_NAMES_H
#define SLUICE_RUNTIME_CONFIG_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "runtime/config.h"

enum config_whose {
    CONFIG_WHOSE_NOBODY = 0,
    CONFIG_WHOSE_OWN,    /* this worker alone: wins */
    CONFIG_WHOSE_COMMON, /* every worker's */
    CONFIG_WHOSE_OTHER,  /* another worker's or a script's: not judged */
    CONFIG_WHOSE_KAFKA,  /* librdkafka's: *rest is the property's name */
};

/* `name` in lower case, without SLUICE_. *row_out is set for OWN and COMMON, *rest_out for
 * KAFKA. */
enum config_whose config_names_judge(struct str name, const char *worker,
                                     const struct config_row *rows,
                                     const struct config_row **row_out, struct str *rest_out);

/* The known name with the fewest edits; the empty str when none is near. In the arena. */
struct str config_names_nearest(struct arena *arena, struct str name, const char *worker,
                                const struct config_row *rows);

#endif
