/*
 * order_text — one order's whole story: for people, and as JSON.
 *
 * Its gates with times and reasons, what the checks found and who decides, the plan's sentence with
 * what came second, parcels, alerts, decisions, and the trail. No personal data is in a view.
 */
#ifndef SLUICE_CLI_ORDER_TEXT_H
#define SLUICE_CLI_ORDER_TEXT_H

#include "cli/cli.h"
#include "codec/json_out.h"
#include "store/order_store.h"

/* On stdout, Chinese first. */
void order_text_print(struct cli *cli, const struct order_view *view);

/* One object; `name` NULL at the top or in an array (order_json.c). */
void order_text_json(struct json_out *out, const char *name, const struct order_view *view);

#endif
