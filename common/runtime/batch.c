#include "runtime/batch.h"

#include "base/check.h"

void batch_reject(struct batch *batch, size_t index, const struct err *why)
{
    CHECK(index < batch->count);
    for (size_t i = 0; i < batch->reject_count; i++)
        if (batch->rejects[i].index == index)
            return;
    if (batch->rejects == NULL)
        batch->rejects = ARENA_ARRAY(batch->arena, struct batch_reject, batch->count);
    batch->rejects[batch->reject_count++] = (struct batch_reject){
        .index = index,
        .reason = arena_copy(batch->arena, str_of(why->text)),
    };
}

static struct batch_offset *batch_find_offset(struct batch_offset *rows, size_t count,
                                              const struct origin *origin)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].topic == origin->topic && rows[i].partition == origin->partition)
            return &rows[i];
    return NULL;
}

size_t batch_next_offsets(const struct event *events, size_t count, struct batch_offset *out,
                          size_t count_max)
{
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        const struct origin *origin = &events[i].origin;
        struct batch_offset *row = batch_find_offset(out, used, origin);

        if (row == NULL) {
            CHECK(used < count_max);
            row = &out[used++];
            *row = (struct batch_offset){ .topic = origin->topic,
                                          .partition = origin->partition };
        }
        if (origin->offset + 1 > row->next)
            row->next = origin->offset + 1;
    }
    return used;
}
