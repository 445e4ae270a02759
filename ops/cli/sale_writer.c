/* sale_writer — see sale_writer.h. */
#include "cli/sale_writer.h"

bool sale_writer_is_paid(const struct sale_writer *writer)
{
    return writer->step->state == SALE_STATE_HELD || writer->step->state == SALE_STATE_PAID
           || writer->step->state == SALE_STATE_REFUNDED
           || writer->step->state == SALE_STATE_SHIPPED;
}

bool sale_writer_is_refund_asked(const struct sale_writer *writer)
{
    return writer->order->odd == SALE_ODD_REFUND_OPEN && writer->step->state == SALE_STATE_PAID;
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
