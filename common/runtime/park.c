#include "runtime/park.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/map.h"

#define PARK_ARENA_MAX    ((size_t)1 << 30)
#define PARK_ARENA_LIMIT  ((size_t)64 << 20) /* garbage of freed keys: time to read again */
#define PARK_OWNED_MAX    4096
#define PARK_TOPIC        TOPIC_ORDERS_CHANGES /* where snapshots travel */

struct park_entry {
    struct str key;
    struct origin first; /* of what is parked */
    uint64_t superseded; /* the attempt that did it */
    struct park_entry *next_superseded;
};

struct park {
    struct arena *own;   /* itself */
    const struct worker *worker;
    void *state;
    struct arena *arena; /* the entries, until the next load */
    struct map *keys;
    uint64_t attempt;
    struct park_entry *superseded; /* in this attempt */
};

struct park *park_open(const struct worker *worker, void *state)
{
    if (worker->park == NULL)
        return NULL;
    struct arena *own = arena_open(PARK_ARENA_MAX);
    struct park *park = ARENA_NEW(own, struct park);

    park->own = own;
    park->worker = worker;
    park->state = state;
    park->arena = arena_open(PARK_ARENA_MAX);
    park->keys = map_open(park->arena);
    park->attempt = 1;
    return park;
}

void park_close(struct park *park)
{
    if (park == NULL)
        return;
    arena_close(park->arena);
    arena_close(park->own);
}

int park_compare_origins(const struct origin *a, const struct origin *b)
{
    if (a->generation != b->generation)
        return a->generation < b->generation ? -1 : 1;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static struct park_entry *park_find(const struct park *park, struct str key)
{
    return map_get(park->keys, key);
}

static void park_note(struct park *park, const struct message *message)
{
    struct park_entry *entry = park_find(park, message->key);

    if (entry == NULL) {
        entry = ARENA_NEW(park->arena, struct park_entry);
        entry->key = arena_copy(park->arena, message->key);
        entry->first = message->origin;
        map_put(park->keys, entry->key, entry);
    } else if (park_compare_origins(&message->origin, &entry->first) < 0) {
        entry->first = message->origin;
    }
}

static void park_forget(struct park *park)
{
    arena_reset(park->arena);
    park->keys = map_open(park->arena);
    park->superseded = NULL;
}

bool park_load(struct park *park, const struct batch_partition *owned, size_t owned_count,
               struct err *err)
{
    int32_t partitions[PARK_OWNED_MAX];
    size_t count = 0, parked_count = 0;
    struct parked *parked = NULL;

    for (size_t i = 0; i < owned_count && count < PARK_OWNED_MAX; i++)
        if (owned[i].topic == PARK_TOPIC)
            partitions[count++] = owned[i].partition;
    park_forget(park);
    if (count == 0)
        return true;
    struct arena *scratch = arena_open(PARK_ARENA_MAX);
    bool got = park->worker->park->get(park->state, scratch, PARK_TOPIC, STR_NONE, partitions,
                                       count, &parked, &parked_count, err);
    for (size_t i = 0; got && i < parked_count; i++)
        park_note(park, &parked[i].message);
    arena_close(scratch);
    return got;
}

void park_begin(struct park *park)
{
    if (park == NULL)
        return;
    park->attempt++;
    park->superseded = NULL;
}

bool park_is_for(const struct park *park, const struct message *message)
{
    return park != NULL && message->topic == PARK_TOPIC && message->key.size > 0;
}

enum park_place park_place(const struct park *park, const struct message *message)
{
    if (!park_is_for(park, message))
        return PARK_PLACE_FREE;
    const struct park_entry *entry = park_find(park, message->key);

    if (entry == NULL || park_compare_origins(&message->origin, &entry->first) < 0)
        return PARK_PLACE_FREE;
    return entry->superseded == park->attempt ? PARK_PLACE_SUPERSEDED : PARK_PLACE_BEHIND;
}

bool park_put(struct park *park, struct arena *arena, const struct message *message, bool poison,
              struct str reason, struct err *err)
{
    if (!park->worker->park->put(park->state, arena, message, poison, reason, err))
        return false;
    park_note(park, message);
    return true;
}

static int park_compare(const void *a, const void *b)
{
    return park_compare_origins(&((const struct parked *)a)->message.origin,
                                &((const struct parked *)b)->message.origin);
}

bool park_supersede(struct park *park, struct arena *arena, const struct message *snapshot,
                    struct parked **parked_out, size_t *count_out, struct err *err)
{
    struct park_entry *entry = park_find(park, snapshot->key);
    struct parked *parked = NULL;
    size_t count = 0, before = 0;

    CHECK(entry != NULL);
    if (!park->worker->park->get(park->state, arena, PARK_TOPIC, snapshot->key,
                                 &snapshot->origin.partition, 1, &parked, &count, err))
        return false;
    if (count > 1)
        qsort(parked, count, sizeof(*parked), park_compare);
    while (before < count
           && park_compare_origins(&parked[before].message.origin, &snapshot->origin) < 0)
        before++;
    entry->superseded = park->attempt;
    entry->next_superseded = park->superseded;
    park->superseded = entry;
    *parked_out = parked;
    *count_out = before;
    return true;
}

bool park_settle(struct park *park, struct arena *arena, struct err *err)
{
    if (park == NULL)
        return true;
    while (park->superseded != NULL) {
        struct park_entry *entry = park->superseded;

        if (!park->worker->park->remove(park->state, arena, PARK_TOPIC, entry->key, err))
            return false;
        park->superseded = entry->next_superseded;
        (void)map_remove(park->keys, entry->key);
    }
    return true;
}

bool park_is_full(const struct park *park)
{
    return park != NULL && arena_used(park->arena) > PARK_ARENA_LIMIT;
}
