/* mapping_walk — see mapping_walk.h. */
#include "codec/mapping_walk.h"

/* From the outer element it stands at to the first one with something inside. */
static void mapping_walk_inside(struct mapping_walk *walk)
{
    walk->item = NULL;
    for (; walk->outer; walk->outer = walk->outer->next) {
        const struct json *list = json_at(walk->outer, walk->inner);

        if (json_is(list, JSON_ARRAY) && list->child) {
            walk->item = list->child;
            return;
        }
    }
}

bool mapping_walk_begin(struct mapping_walk *walk, const struct json *from,
                        const struct mapping_list *list)
{
    const struct json *outer = json_at(from, list->outer.at);

    *walk = (struct mapping_walk){ .inner = list->inner };
    if (!json_is(outer, JSON_ARRAY))
        return false;
    if (walk->inner) {
        walk->outer = outer->child;
        mapping_walk_inside(walk);
    } else {
        walk->item = outer->child;
    }
    return true;
}

void mapping_walk_next(struct mapping_walk *walk)
{
    walk->item = walk->item->next;
    if (walk->item || !walk->inner)
        return;
    walk->outer = walk->outer->next;
    mapping_walk_inside(walk);
}
