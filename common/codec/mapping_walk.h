/*
 * mapping_walk — over the elements of a list of the payload, or of the lists inside its elements.
 *
 * Private to the codec. Looks, and keeps nothing: valid as long as the payload's tree.
 */
#ifndef SLUICE_CODEC_MAPPING_WALK_H
#define SLUICE_CODEC_MAPPING_WALK_H

#include <stdbool.h>

#include "codec/json.h"
#include "codec/mapping_term.h"

struct mapping_walk {
    const struct json *outer, *item; /* where it stands; item NULL: at the end */
    const char *inner;
};

/* Stands at the first element below `from`. False: there is no such list. */
bool mapping_walk_begin(struct mapping_walk *walk, const struct json *from,
                        const struct mapping_list *list);
void mapping_walk_next(struct mapping_walk *walk);

#endif
