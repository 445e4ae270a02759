/*
 * report — what `sluice report` tells, and its two ways of telling it.
 */
#ifndef SLUICE_CLI_REPORT_H
#define SLUICE_CLI_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"
#include "store/order_store.h"
#include "store/sku_store.h"

struct report {
    struct order_report orders;
    struct sku_unmapped_view *unmapped; /* codes that orders wait for, most first */
    size_t unmapped_count;
    struct order_view trail; /* one order that much happened to */
    bool has_trail;
};

/* On stdout, Chinese first (report_text.c). */
void report_print(struct cli *cli, const struct report *report);
/* Members are only ever added (report_json.c). */
void report_print_json(struct cli *cli, const struct report *report);

#endif
