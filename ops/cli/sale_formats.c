/* sale_formats — see sale_formats.h. */
#include "cli/sale_formats.h"

#include "base/check.h"

#define SALE_PAYLOAD_CAPACITY 6144

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
