/* stock_record — what the record of an order says, read from its text (stock_reply.h). */
#include "store/stock_reply.h"

#include "base/num.h"
#include "store/stock_pack.h"

/* Positions in the text: record_pack() in stock_text.lua. */
enum stock_record_field {
    FIELD_VERSION = 0, FIELD_GEN, FIELD_OFF, FIELD_SEQ, FIELD_REV, FIELD_AT, FIELD_MAKER,
    FIELD_PV, FIELD_STAGE, FIELD_RAW, FIELD_DIGEST, FIELD_STATE, FIELD_REASON, FIELD_PAID,
    FIELD_HOLD, FIELD_PLACE, FIELD_WANT, FIELD_LINES, FIELD_LETTERS, FIELD_SHORTS,
    FIELD_PLINES, FIELD_WHY, FIELD_VERDICT, FIELD_CLEARED, FIELD_NUMBER, FIELD_NOTED,
    FIELD_PLAN, FIELD_PARCELS, FIELD_REFUNDS, FIELD_PAYMENTS, FIELD_UNROUTABLE, FIELD_OVERLAY,
};

bool stock_record_parse(struct stock_record *record, struct str text)
{
    struct str rest = text;
    size_t count = 0;

    while (rest.size > 0 && count < STOCK_RECORD_FIELDS)
        record->fields[count++] = str_cut(&rest, STOCK_US);
    return count == STOCK_RECORD_FIELDS && rest.size == 0
        && str_starts(record->fields[FIELD_VERSION], STR("1\x1d"));
}

static int64_t stock_record_int(struct str text)
{
    int64_t value = 0;

    (void)num_parse(text, &value);
    return value;
}

int64_t stock_record_seq(const struct stock_record *record)
{
    return stock_record_int(record->fields[FIELD_SEQ]);
}

int64_t stock_record_number(const struct stock_record *record)
{
    return stock_record_int(record->fields[FIELD_NUMBER]);
}

static size_t stock_record_count(struct str list, char separator)
{
    size_t count = 0;

    for (size_t i = 0; i < list.size; i++)
        count += list.data[i] == separator;
    return count;
}

static struct str stock_record_text(struct arena *arena, struct str *rest, char separator)
{
    return stock_pack_plain(arena, str_cut(rest, separator));
}

/* ---- lists ---- */

/* Items of "sku, units" with the two separators given. */
static size_t stock_record_units(struct arena *arena, struct str list, char after_sku,
                                 char after_units, struct stock_units **units_out)
{
    size_t count = stock_record_count(list, after_units);
    size_t pairs = after_sku == after_units ? count / 2 : count;
    struct stock_units *units = ARENA_ARRAY(arena, struct stock_units, pairs + 1);

    for (size_t i = 0; i < pairs; i++) {
        units[i].sku = stock_record_text(arena, &list, after_sku);
        units[i].units = stock_record_int(str_cut(&list, after_units));
    }
    *units_out = units;
    return pairs;
}

static size_t stock_record_shorts(struct arena *arena, struct str list,
                                  struct stock_short **shorts_out)
{
    size_t count = stock_record_count(list, STOCK_RS);
    struct stock_short *shorts = ARENA_ARRAY(arena, struct stock_short, count + 1);

    for (size_t i = 0; i < count; i++) {
        shorts[i].sku = stock_record_text(arena, &list, STOCK_GS);
        shorts[i].needed = stock_record_int(str_cut(&list, STOCK_GS));
        shorts[i].free = stock_record_int(str_cut(&list, STOCK_RS));
    }
    *shorts_out = shorts;
    return count;
}

/* One parcel; returns the number of its plan. */
static int64_t stock_record_parcel(struct arena *arena, struct str item, struct parcel *parcel)
{
    parcel->shipment_id = stock_record_text(arena, &item, STOCK_GS);
    parcel->warehouse = stock_record_text(arena, &item, STOCK_GS);
    parcel->carrier = stock_record_text(arena, &item, STOCK_GS);
    parcel->state = parcel_state_of(str_cut(&item, STOCK_GS));
    int64_t number = stock_record_int(str_cut(&item, STOCK_GS));

    parcel->day = stock_record_int(str_cut(&item, STOCK_GS));
    (void)str_cut(&item, STOCK_GS); /* time it left */
    parcel->item_count =
        stock_record_units(arena, item, STOCK_FS, STOCK_FS, &parcel->items);
    return number;
}

/* Parcels in one state, or in all when it is NONE; of one plan, or of all when number is 0. */
static size_t stock_record_parcels(const struct stock_record *record, struct arena *arena,
                                   enum parcel_state state, int64_t number,
                                   struct parcel **parcels_out)
{
    struct str list = record->fields[FIELD_PARCELS];
    size_t max = stock_record_count(list, STOCK_RS), count = 0;
    struct parcel *parcels = ARENA_ARRAY(arena, struct parcel, max + 1);

    for (size_t i = 0; i < max; i++) {
        int64_t of = stock_record_parcel(arena, str_cut(&list, STOCK_RS), &parcels[count]);

        if ((state == PARCEL_STATE_NONE || parcels[count].state == state)
            && (number == 0 || of == number))
            count++;
    }
    *parcels_out = parcels;
    return count;
}

/* Items of id, version, state, line, quantity, and whether it took units off. */
static size_t stock_record_refunds(struct arena *arena, struct str list,
                                   struct stock_refund **refunds_out)
{
    size_t count = stock_record_count(list, STOCK_RS);
    struct stock_refund *refunds = ARENA_ARRAY(arena, struct stock_refund, count + 1);

    for (size_t i = 0; i < count; i++) {
        struct str item = str_cut(&list, STOCK_RS);

        refunds[i].refund.id = stock_record_text(arena, &item, STOCK_GS);
        refunds[i].refund.version = stock_record_int(str_cut(&item, STOCK_GS));
        refunds[i].refund.state = refund_state_of(str_cut(&item, STOCK_GS));
        refunds[i].line_id = stock_record_text(arena, &item, STOCK_GS);
        refunds[i].refund.quantity = stock_record_int(str_cut(&item, STOCK_GS));
    }
    *refunds_out = refunds;
    return count;
}

/* ---- answers ---- */

static int64_t stock_record_open_plan(const struct stock_record *record)
{
    return str_is(record->fields[FIELD_NOTED], "0") ? 0 : stock_record_number(record);
}

static bool stock_record_claims(enum stock_state state)
{
    return state == STOCK_STATE_RESERVED || state == STOCK_STATE_REPLANNING
        || state == STOCK_STATE_CANCELLING || state == STOCK_STATE_PRESOLD;
}

void stock_record_answer(const struct stock_record *record, struct arena *arena,
                         struct stock_answer *answer_out)
{
    const struct str *fields = record->fields;
    struct stock_answer *a = answer_out;

    a->rev = stock_record_int(fields[FIELD_REV]);
    a->at = stock_record_int(fields[FIELD_AT]);
    a->digest = stock_pack_plain(arena, fields[FIELD_DIGEST]);
    a->body = (struct str){ fields[FIELD_VERSION].data + 2, fields[FIELD_VERSION].size - 2 };
    a->state = stock_state_of(fields[FIELD_STATE]);
    a->stage = (enum order_stage)stock_record_int(fields[FIELD_STAGE]);
    a->reason = stock_pack_plain(arena, fields[FIELD_REASON]);
    a->paid = str_is(fields[FIELD_PAID], "1");
    a->hold_until = stock_record_int(fields[FIELD_HOLD]);
    if (stock_record_claims(a->state))
        a->claimed_count = stock_record_units(arena, fields[FIELD_LINES], STOCK_GS, STOCK_RS,
                                              &a->claimed);
    a->short_count = stock_record_shorts(arena, fields[FIELD_SHORTS], &a->shorts);
    a->stopping_count = stock_record_parcels(record, arena, PARCEL_STATE_STOPPING, 0,
                                             &a->stopping);
    a->plan_number = stock_record_open_plan(record);
}

int64_t stock_record_verdict(const struct stock_record *record, struct arena *arena,
                             struct verdict *verdict_out)
{
    struct str rest = record->fields[FIELD_VERDICT];
    int64_t rev = stock_record_int(str_cut(&rest, STOCK_GS));
    struct verdict *verdict = verdict_out;

    verdict->kind = verdict_kind_of(str_cut(&rest, STOCK_GS));
    verdict->rules_version = stock_record_text(arena, &rest, STOCK_GS);
    verdict->reason_count = stock_record_count(rest, STOCK_FS) / 2;
    verdict->reasons = ARENA_ARRAY(arena, struct verdict_reason, verdict->reason_count + 1);
    for (size_t i = 0; i < verdict->reason_count; i++) {
        verdict->reasons[i].rule = stock_record_text(arena, &rest, STOCK_FS);
        verdict->reasons[i].text = stock_record_text(arena, &rest, STOCK_FS);
    }
    return rev;
}

void stock_record_plan(const struct stock_record *record, struct arena *arena,
                       struct stock_plan_answer *answer_out)
{
    struct str rest = record->fields[FIELD_PLAN];
    struct plan *plan = &answer_out->plan;

    (void)str_cut(&rest, STOCK_GS); /* the digest it was planned for */
    plan->rules_version = stock_record_text(arena, &rest, STOCK_GS);
    plan->reason = stock_record_text(arena, &rest, STOCK_GS);
    plan->runner_up = stock_record_text(arena, &rest, STOCK_GS);
    answer_out->at = stock_record_int(rest);
    plan->number = stock_record_number(record);
    plan->noted_rev = stock_record_int(record->fields[FIELD_NOTED]);
    plan->parcel_count = stock_record_parcels(record, arena, PARCEL_STATE_NONE, plan->number,
                                              &plan->parcels);
    for (size_t i = 0; i < plan->parcel_count; i++)
        plan->parcels[i].state = PARCEL_STATE_PLANNED;
}

void stock_record_view(const struct stock_record *record, struct arena *arena,
                       struct stock_order_view *view_out)
{
    const struct str *fields = record->fields;
    struct stock_order_view *view = view_out;

    view->known = true;
    view->rev = stock_record_int(fields[FIELD_REV]);
    view->seq = stock_record_seq(record);
    view->state = stock_state_of(fields[FIELD_STATE]);
    view->digest = stock_pack_plain(arena, fields[FIELD_DIGEST]);
    view->plan_number = stock_record_open_plan(record);
    view->parcel_count = stock_record_parcels(record, arena, PARCEL_STATE_NONE, 0,
                                              &view->parcels);
    view->verdict_rev = stock_record_verdict(record, arena, &view->verdict);
    view->refund_count = stock_record_refunds(arena, fields[FIELD_REFUNDS], &view->refunds);
}
