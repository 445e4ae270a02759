/* sale_formats — see sale_formats.h. */
#include "cli/sale_formats.h"

#include "base/check.h"

#define SALE_PAYLOAD_CAPACITY 6144

bool sale_writer_is_paid(const struct sale_writer *writer)
{
    return writer->step->state == SALE_STATE_HELD || writer->step->state == SALE_STATE_PAID
           || writer->step->state == SALE_STATE_REFUNDED;
}

struct str sale_writer_id(const struct sale_writer *writer, int64_t offset)
{
    return arena_format(writer->arena, "%lld", (long long)(writer->order->id + offset));
}

void sale_writer_put_id(struct sale_writer *writer, const char *name, int64_t offset)
{
    json_out_text(&writer->out, name, sale_writer_id(writer, offset));
}

void sale_writer_put_number(struct sale_writer *writer, const char *name, struct str digits)
{
    json_out_raw(&writer->out, name, digits);
}

void sale_writer_put(struct sale_writer *writer, const char *name, const char *text)
{
    json_out_text(&writer->out, name, str_of(text));
}

struct str sale_payload(struct arena *arena, const struct sale_order *order, size_t step)
{
    struct sale_writer writer = { .arena = arena, .order = order, .step = &order->steps[step] };

    CHECK(step < order->step_count);
    json_out_init(&writer.out, arena, SALE_PAYLOAD_CAPACITY);
    switch (order->channel) {
    case SALE_DOUYIN:
        sale_douyin_write(&writer);
        break;
    case SALE_TMALL:
        sale_tmall_write(&writer);
        break;
    case SALE_WECHAT:
        sale_wechat_write(&writer);
        break;
    case SALE_CHANNELS:
        CHECK(false);
    }
    return json_out_str(&writer.out);
}
