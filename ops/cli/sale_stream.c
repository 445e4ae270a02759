/* sale_stream — see sale.h. Here: which payload arrives when. */
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"
#include "cli/sale.h"
#include "codec/json_out.h"

/* One payload on its way: small, for a large sale has millions. */
struct sale_arrival {
    int64_t at_ms;
    int64_t order; /* index; hostile ones follow the orders */
    uint8_t step;
    bool duplicate, late;
};

struct sale_stream {
    const struct sale *sale;
    struct sale_arrival *arrivals;
    size_t count, next;
};

static int sale_stream_compare(const void *left, const void *right)
{
    const struct sale_arrival *a = left, *b = right;

    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms ? -1 : 1;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    if (a->step != b->step)
        return a->step < b->step ? -1 : 1;
    return (int)a->duplicate - (int)b->duplicate;
}

static void sale_stream_add(struct sale_stream *stream, struct sale_arrival arrival)
{
    stream->arrivals[stream->count++] = arrival;
}

/* Every step arrives within three seconds; one of them may come late, behind the last; one may
 * come twice. */
static void sale_stream_add_order(struct sale_stream *stream, int64_t index)
{
    const struct sale_shares *shares = &sale_options(stream->sale)->shares;
    struct sale_order order = sale_order(stream->sale, index);
    int64_t steps = (int64_t)order.step_count;
    int64_t last_ms = order.steps[steps - 1].at_ms;
    bool is_late = steps > 1 && order.end != SALE_END_SENT
                   && sale_pick(order.taste, 200, 10000) < shares->late;
    int64_t late_step = is_late ? sale_pick(order.taste, 201, steps - 1) : -1;

    for (int64_t i = 0; i < steps; i++) {
        struct sale_arrival arrival = { .order = index,
                                        .step = (uint8_t)i,
                                        .late = i == late_step };

        arrival.at_ms = (arrival.late ? last_ms + 3001 : order.steps[i].at_ms)
                        + sale_pick(order.taste, 210 + (uint64_t)i, arrival.late ? 60000 : 3000);
        sale_stream_add(stream, arrival);
    }
    if (sale_pick(order.taste, 202, 10000) < shares->duplicates) {
        int64_t step = sale_pick(order.taste, 203, steps);

        sale_stream_add(stream,
                        (struct sale_arrival){ .at_ms = order.steps[step].at_ms + 3000
                                                        + sale_pick(order.taste, 204, 30000),
                                               .order = index,
                                               .step = (uint8_t)step,
                                               .duplicate = true });
    }
}

struct sale_stream *sale_stream_open(const struct sale *sale)
{
    struct sale_stream *stream = MEM_NEW(struct sale_stream);
    const struct sale_options *options = sale_options(sale);
    int64_t hostile = sale_hostile_count(sale);
    size_t most = (size_t)options->orders * (SALE_STEPS_MAX + 1) + (size_t)hostile;

    stream->sale = sale;
    stream->arrivals = MEM_ARRAY(struct sale_arrival, most > 0 ? most : 1);
    for (int64_t i = 0; i < options->orders; i++)
        sale_stream_add_order(stream, i);
    for (int64_t i = 0; i < hostile; i++)
        sale_stream_add(
            stream, (struct sale_arrival){ .at_ms = sale_order(sale, options->orders + i).placed_ms,
                                           .order = options->orders + i });
    CHECK(stream->count <= most);
    qsort(stream->arrivals, stream->count, sizeof(stream->arrivals[0]), sale_stream_compare);
    return stream;
}

void sale_stream_close(struct sale_stream *stream)
{
    if (!stream)
        return;
    mem_free(stream->arrivals);
    mem_free(stream);
}

bool sale_stream_next(struct sale_stream *stream, struct arena *arena, struct sale_item *item_out)
{
    int64_t orders = sale_options(stream->sale)->orders;
    const struct sale_arrival *arrival = &stream->arrivals[stream->next];
    struct sale_order order;

    if (stream->next == stream->count)
        return false;
    stream->next++;
    order = sale_order(stream->sale, arrival->order);
    if (arrival->order >= orders) {
        *item_out = sale_hostile(arena, &order, (arrival->order - orders) % SALE_HOSTILE_KINDS);
        return true;
    }
    *item_out = (struct sale_item){
        .channel = str_of(sale_channel_name(order.channel)),
        .shop = arena_format(arena, "%lld", (long long)order.shop),
        .payload = sale_payload(arena, &order, arrival->step),
        .is_json = true,
        .is_utf8 = true,
        .duplicate = arrival->duplicate,
        .late = arrival->late,
    };
    return true;
}

static struct str sale_item_hex(struct arena *arena, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = arena_alloc(arena, bytes.size * 2 + 1);

    for (size_t i = 0; i < bytes.size; i++) {
        hex[2 * i] = digits[(unsigned char)bytes.data[i] >> 4];
        hex[2 * i + 1] = digits[(unsigned char)bytes.data[i] & 15];
    }
    return (struct str){ hex, bytes.size * 2 };
}

struct str sale_item_line(struct arena *arena, const struct sale_item *item)
{
    struct json_out out;

    json_out_init(&out, arena, item->payload.size * 2 + 128);
    json_out_object(&out, NULL);
    json_out_text(&out, "channel", item->channel);
    json_out_text(&out, "shop", item->shop);
    if (item->is_json)
        json_out_raw(&out, "payload", item->payload);
    else if (item->is_utf8)
        json_out_text(&out, "payload_text", item->payload);
    else
        json_out_text(&out, "payload_hex", sale_item_hex(arena, item->payload));
    json_out_object_end(&out);
    return json_out_str(&out);
}
