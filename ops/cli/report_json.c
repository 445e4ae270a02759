/* report_json — see report.h. Here: for programs. */
#include "cli/order_text.h"
#include "cli/report.h"

static void report_json_list(struct json_out *out, const char *name,
                             const struct order_count_view *rows, size_t count)
{
    json_out_array(out, name);
    for (size_t i = 0; i < count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "name", rows[i].name);
        json_out_int(out, "orders", rows[i].orders);
        json_out_int(out, "units", rows[i].units);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void report_json_holds(struct json_out *out, const struct order_report *report)
{
    json_out_array(out, "holds");
    for (size_t i = 0; i < report->hold_count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "name", report->holds[i].name);
        json_out_int(out, "orders", report->holds[i].orders);
        json_out_int(out, "units", report->holds[i].units);
        json_out_text_if(out, "sentence", report->holds[i].sentence);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void report_json_rules(struct json_out *out, const struct order_report *report)
{
    json_out_array(out, "rules");
    for (size_t i = 0; i < report->rules_count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "set", report->rules[i].set);
        json_out_int(out, "version", report->rules[i].version);
        json_out_int(out, "at", report->rules[i].at);
        json_out_text(out, "by", report->rules[i].by);
        json_out_text(out, "reason", report->rules[i].reason);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void report_json_unmapped(struct json_out *out, const struct report *report)
{
    json_out_array(out, "unmapped");
    for (size_t i = 0; i < report->unmapped_count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "channel", report->unmapped[i].channel);
        json_out_text(out, "shop", report->unmapped[i].shop);
        json_out_text(out, "merchant_code", report->unmapped[i].merchant_code);
        json_out_text(out, "platform_sku", report->unmapped[i].platform_sku);
        json_out_int(out, "orders", report->unmapped[i].orders);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void report_json_gates(struct json_out *out, const struct order_report *report)
{
    json_out_array(out, "gates");
    for (size_t i = 0; i < GATE_COUNT - 1; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "gate", str_of(gate_name(report->gates[i].gate)));
        json_out_int(out, "open", report->gates[i].open);
        json_out_int(out, "passed", report->gates[i].passed);
        json_out_int(out, "stopped", report->gates[i].stopped);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

void report_print_json(struct cli *cli, const struct report *all)
{
    const struct order_report *report = &all->orders;
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {
        { "orders", report->orders },
        { "promised_orders", report->promised_orders },
        { "promised_units", report->promised_units },
        { "short_orders", report->short_orders },
        { "short_units", report->short_units },
        { "planned_orders", report->planned_orders },
        { "parcels_planned", report->parcels_planned },
        { "parcels_left", report->parcels_left },
        { "promised_twice", report->promised_twice },
        { "oversold_orders", report->oversold_orders },
        { "oversold_units", report->oversold_units },
        { "shortfall_units", report->shortfall_units },
        { "packed_beyond", report->packed_beyond },
        { "planned_twice", report->planned_twice },
        { "dead_letters", report->dead_letters },
        { "parked", report->parked },
        { "alerts_raised", report->alerts_raised },
        { "alerts_delivered", report->alerts_delivered },
        { "alerts_digested", report->alerts_digested },
        { "alerts_given_up", report->alerts_given_up },
        { "judged_orders", report->judged_orders },
        { "held_orders", report->held_orders },
        { "plans_measured", report->plans_measured },
        { "plan_p50_ms", report->plan_p50_ms },
        { "plan_p99_ms", report->plan_p99_ms },
        { "plan_max_ms", report->plan_max_ms },
        { "first_entered_at", report->first_entered_at },
        { "last_planned_at", report->last_planned_at },
    };
    struct json_out out;

    json_out_init(&out, cli->arena, 4096);
    json_out_object(&out, NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        json_out_int(&out, numbers[i].name, numbers[i].value);
    report_json_list(&out, "channels", report->channels, report->channel_count);
    report_json_list(&out, "states", report->states, report->state_count);
    report_json_holds(&out, report);
    report_json_list(&out, "stops", report->stops, report->stop_count);
    report_json_list(&out, "warehouses", report->warehouses, report->warehouse_count);
    report_json_list(&out, "carriers", report->carriers, report->carrier_count);
    report_json_list(&out, "unroutable", report->unroutable, report->unroutable_count);
    report_json_list(&out, "oversold", report->oversold, report->oversold_count);
    report_json_gates(&out, report);
    json_out_text(&out, "sample_planned", report->sample_planned);
    json_out_text(&out, "sample_stopped", report->sample_stopped);
    report_json_rules(&out, report);
    report_json_unmapped(&out, all);
    if (all->has_trail)
        order_text_json(&out, "trail", &all->trail);
    json_out_object_end(&out);
    cli_print_json(&out);
}
