/* order_json — see order_text.h. Here: for programs. */
#include "cli/order_text.h"

static void order_text_json_gates(struct json_out *out, const struct order_view *view)
{
    json_out_array(out, "gates");
    for (size_t i = 0; i < GATE_COUNT - 1; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "gate", str_of(gate_name(view->gates[i].gate)));
        json_out_text(out, "state", str_of(gate_state_name(view->gates[i].state)));
        json_out_text_if(out, "reason", view->gates[i].reason);
        json_out_int_if(out, "at", view->gates[i].at);
        json_out_int(out, "rev", view->gates[i].rev);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void order_text_json_parcels(struct json_out *out, const struct order_view *view)
{
    json_out_array(out, "parcels");
    for (size_t i = 0; i < view->parcel_count; i++) {
        const struct order_parcel_view *parcel = &view->parcels[i];

        json_out_object(out, NULL);
        json_out_text(out, "shipment_id", parcel->shipment_id);
        json_out_text(out, "warehouse", parcel->warehouse);
        json_out_text(out, "carrier", parcel->carrier);
        json_out_text_if(out, "waybill", parcel->waybill);
        json_out_text(out, "state", parcel->state);
        json_out_int(out, "plan_number", parcel->plan_number);
        json_out_int(out, "units", parcel->units);
        json_out_int_if(out, "left_at", parcel->left_at);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void order_text_json_trail(struct json_out *out, const struct order_view *view)
{
    json_out_array(out, "trail");
    for (size_t i = 0; i < view->trail_count; i++) {
        json_out_object(out, NULL);
        json_out_int(out, "at", view->trail[i].at);
        json_out_int(out, "rev", view->trail[i].rev);
        json_out_text(out, "gate", str_of(gate_name(view->trail[i].gate)));
        json_out_text(out, "state", str_of(gate_state_name(view->trail[i].state)));
        json_out_text_if(out, "reason", view->trail[i].reason);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void order_text_json_plans(struct json_out *out, const struct order_view *view)
{
    json_out_array(out, "plans");
    for (size_t i = 0; i < view->plan_count; i++) {
        const struct order_plan_view *plan = &view->plans[i];

        json_out_object(out, NULL);
        json_out_int(out, "number", plan->number);
        json_out_int(out, "rev", plan->rev);
        json_out_int(out, "parcels", plan->parcels);
        json_out_int(out, "made_at", plan->made_at);
        json_out_text(out, "reason", plan->reason);
        json_out_text_if(out, "runner_up", plan->runner_up);
        json_out_text_if(out, "rules_version", plan->rules_version);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void order_text_json_people(struct json_out *out, const struct order_view *view)
{
    json_out_array(out, "alerts");
    for (size_t i = 0; i < view->alert_count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "alert_id", view->alerts[i].alert_id);
        json_out_text(out, "gate", view->alerts[i].gate);
        json_out_text(out, "title", view->alerts[i].title);
        json_out_text(out, "state", view->alerts[i].state);
        json_out_text_if(out, "reasons", view->alerts[i].reasons);
        json_out_text_if(out, "send_reason", view->alerts[i].send_reason);
        json_out_int_if(out, "raised_at", view->alerts[i].raised_at);
        json_out_int_if(out, "sent_at", view->alerts[i].sent_at);
        json_out_object_end(out);
    }
    json_out_array_end(out);
    json_out_array(out, "decisions");
    for (size_t i = 0; i < view->decision_count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "kind", view->decisions[i].kind);
        json_out_text_if(out, "by", view->decisions[i].by);
        json_out_text_if(out, "reason", view->decisions[i].reason);
        json_out_text_if(out, "rules_version", view->decisions[i].rules_version);
        json_out_int(out, "rev", view->decisions[i].rev);
        json_out_int(out, "at", view->decisions[i].at);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void order_text_json_claims(struct json_out *out, const struct order_view *view)
{
    json_out_array(out, "claims");
    for (size_t i = 0; i < view->claim_count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "sku", view->claims[i].sku);
        json_out_int(out, "units", view->claims[i].units);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

void order_text_json(struct json_out *out, const char *name, const struct order_view *view)
{
    json_out_object(out, name);
    json_out_text(out, "order_id", view->order_id);
    json_out_text(out, "channel", view->channel);
    json_out_text(out, "shop", view->shop);
    json_out_int(out, "rev", view->rev);
    json_out_text(out, "state", view->state);
    json_out_text_if(out, "reason", view->reason);
    json_out_text(out, "stage", view->stage);
    json_out_bool(out, "paid", view->paid);
    json_out_int(out, "total_fen", view->total_fen);
    json_out_int_if(out, "due_at", view->due_at);
    json_out_text(out, "stands_at",
                  str_of(view->standing == GATE_NONE ? "" : gate_name(view->standing)));
    json_out_text_if(out, "hold_owner", view->hold_owner);
    json_out_text_if(out, "hold_ends", view->hold_ends);
    json_out_int_if(out, "hold_due_at", view->hold_due_at);
    order_text_json_gates(out, view);
    order_text_json_plans(out, view);
    order_text_json_parcels(out, view);
    order_text_json_claims(out, view);
    order_text_json_people(out, view);
    order_text_json_trail(out, view);
    json_out_object_end(out);
}
