/*
 * sluice stock show|verify|rebuild: what the hot counters say, whether the record agrees, and
 * the way back when they are lost.
 */
#include <stdio.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "store/journal_store.h"
#include "store/order_store.h"
#include "store/stock_recover.h"
#include "store/stock_store.h"

struct stock_desk {
    struct stock_store *stock;
    struct journal_store *journal;
};

static void stock_desk_close(struct stock_desk *desk)
{
    journal_store_close(desk->journal);
    stock_store_close(desk->stock);
}

static bool stock_desk_open(struct cli *cli, struct stock_desk *desk, struct err *err)
{
    *desk = (struct stock_desk){ .stock = NULL };
    return stock_store_open(&desk->stock, cli->redis_url, err)
        && journal_store_open(&desk->journal, cli->pg_url, "cli", err);
}

/* The named SKUs as the counters have them, or all. */
static bool stock_views(struct cli *cli, struct stock_desk *desk, struct stock_sku_view **views_out,
                        size_t *count_out, struct err *err)
{
    size_t count = (size_t)cli->word_count;
    struct str *skus = ARENA_ARRAY(cli->arena, struct str, count);

    for (size_t i = 0; i < count; i++)
        skus[i] = str_of(cli->words[i]);
    if (!stock_recover(desk->stock, desk->journal, false, NULL, err)
        || (count == 0 && !stock_store_list(desk->stock, cli->arena, &skus, &count, err)))
        return false;
    *views_out = ARENA_ARRAY(cli->arena, struct stock_sku_view, count);
    *count_out = count;
    return stock_store_skus(desk->stock, cli->arena, skus, count, *views_out, err);
}

static void stock_print_number(struct cli *cli, int64_t number, int width)
{
    cli_cell(arena_format(cli->arena, "%lld", (long long)number), width);
}

static void stock_print_views(struct cli *cli, const struct stock_sku_view *views, size_t count)
{
    cli_cell(STR("SKU"), 28);
    cli_cell(STR("实物 physical"), 16);
    cli_cell(STR("已承诺 promised"), 18);
    cli_cell(STR("已分仓 allocated"), 18);
    cli_cell(STR("可售 free"), 12);
    printf("仓库 warehouses\n");
    for (size_t i = 0; i < count; i++) {
        const struct stock_sku_view *view = &views[i];

        cli_cell(view->sku, 28);
        if (!view->known) {
            printf("未知 unknown: no count or movement has named it\n");
            continue;
        }
        stock_print_number(cli, view->physical, 16);
        stock_print_number(cli, view->held, 18);
        stock_print_number(cli, view->allocated, 18);
        stock_print_number(cli, view->free, 12);
        for (size_t w = 0; w < view->warehouse_count; w++)
            printf("%.*s=%lld ", STR_ARG(view->warehouses[w].warehouse),
                   (long long)view->warehouses[w].units);
        printf("\n");
    }
}

static void stock_print_json(struct cli *cli, const struct stock_sku_view *views, size_t count)
{
    struct json_out out;

    json_out_init(&out, cli->arena, 4096);
    json_out_array(&out, NULL);
    for (size_t i = 0; i < count; i++) {
        json_out_object(&out, NULL);
        json_out_text(&out, "sku", views[i].sku);
        json_out_bool(&out, "known", views[i].known);
        json_out_int(&out, "physical", views[i].physical);
        json_out_int(&out, "promised", views[i].held);
        json_out_int(&out, "allocated", views[i].allocated);
        json_out_int(&out, "free", views[i].free);
        json_out_object(&out, "warehouses");
        for (size_t w = 0; w < views[i].warehouse_count; w++)
            json_out_int(&out, arena_copy(cli->arena, views[i].warehouses[w].warehouse).data,
                         views[i].warehouses[w].units);
        json_out_object_end(&out);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    cli_print_json(&out);
}

int stock_show_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "stock show",
        .usage = "[SKU …] [--json]",
        .help = "What the hot counters say of the named SKUs, or of all.",
        .words_max = -1,
    };
    struct stock_sku_view *views;
    struct stock_desk desk;
    struct cli cli;
    struct err err;
    size_t count;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (stock_desk_open(&cli, &desk, &err) && stock_views(&cli, &desk, &views, &count, &err)) {
        if (cli.json)
            stock_print_json(&cli, views, count);
        else
            stock_print_views(&cli, views, count);
        code = CLI_DONE;
    } else {
        code = cli_fail(&err);
    }
    stock_desk_close(&desk);
    cli_close(&cli);
    return code;
}

struct stock_difference {
    struct str sku;
    int64_t hot_physical, hot_promised, physical, promised;
};

/* SKUs whose hot counters and rows differ at this moment. */
static bool stock_compare(struct cli *cli, struct stock_desk *desk, struct order_store *orders,
                          struct stock_difference **differences_out, size_t *count_out,
                          size_t *looked_out, struct err *err)
{
    struct map *rows_by_sku = map_open(cli->arena);
    struct order_sku_view *rows;
    struct stock_sku_view *views;
    size_t row_count, view_count, count = 0;

    if (!order_store_skus(orders, cli->arena, NULL, 0, &rows, &row_count, err)
        || !stock_views(cli, desk, &views, &view_count, err))
        return false;
    for (size_t i = 0; i < row_count; i++)
        map_put(rows_by_sku, rows[i].sku, &rows[i]);
    struct stock_difference *all = ARENA_ARRAY(cli->arena, struct stock_difference, view_count);
    for (size_t i = 0; i < view_count; i++) {
        const struct order_sku_view *row = map_get(rows_by_sku, views[i].sku);
        int64_t physical = row && row->physical >= 0 ? row->physical : 0;
        int64_t promised = row ? row->promised : 0;

        if (physical == views[i].physical && promised == views[i].held)
            continue;
        all[count++] = (struct stock_difference){
            .sku = views[i].sku, .hot_physical = views[i].physical, .hot_promised = views[i].held,
            .physical = physical, .promised = promised,
        };
    }
    *differences_out = all;
    *count_out = count;
    *looked_out = view_count;
    return true;
}

static void stock_print_differences(struct cli *cli, const struct stock_difference *differences,
                                    size_t count, size_t looked)
{
    struct json_out out;

    if (!cli->json) {
        for (size_t i = 0; i < count; i++)
            printf("%.*s: 实物 physical %lld（热）/ %lld（账）, 已承诺 promised %lld / %lld\n",
                   STR_ARG(differences[i].sku), (long long)differences[i].hot_physical,
                   (long long)differences[i].physical, (long long)differences[i].hot_promised,
                   (long long)differences[i].promised);
        printf("核对 %zu 个 SKU，%zu 个不一致 (SKUs compared, differ)\n", looked, count);
        return;
    }
    json_out_init(&out, cli->arena, 1024);
    json_out_object(&out, NULL);
    json_out_int(&out, "compared", (int64_t)looked);
    json_out_array(&out, "differences");
    for (size_t i = 0; i < count; i++) {
        json_out_object(&out, NULL);
        json_out_text(&out, "sku", differences[i].sku);
        json_out_int(&out, "hot_physical", differences[i].hot_physical);
        json_out_int(&out, "physical", differences[i].physical);
        json_out_int(&out, "hot_promised", differences[i].hot_promised);
        json_out_int(&out, "promised", differences[i].promised);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    json_out_object_end(&out);
    cli_print_json(&out);
}

static int stock_verify(struct cli *cli, int64_t settle_ms)
{
    int64_t give_up_us = clock_monotonic_us() + settle_ms * 1000;
    struct stock_difference *differences;
    struct order_store *orders = NULL;
    struct stock_desk desk;
    struct err err;
    size_t count = 0, looked = 0;
    bool asked = stock_desk_open(cli, &desk, &err) && order_store_open(&orders, cli->pg_url, &err);

    while (asked) {
        asked = stock_compare(cli, &desk, orders, &differences, &count, &looked, &err);
        if (!asked || count == 0 || clock_monotonic_us() >= give_up_us)
            break;
        clock_sleep_ms(500); /* what is in flight arrives; what is wrong stays */
    }
    order_store_close(orders);
    stock_desk_close(&desk);
    if (!asked)
        return cli_fail(&err);
    stock_print_differences(cli, differences, count, looked);
    return count == 0 ? CLI_DONE : CLI_FAILED;
}

int stock_verify_command(int argc, char **argv)
{
    const char *settle = "10";
    const struct cli_option options[] = {
        { .name = "--settle", .value_name = "SECONDS", .value = &settle,
          .help = "how long a difference may be in flight; default 10" },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = "stock verify",
        .usage = "[--settle SECONDS] [--json]",
        .help = "Compares the hot counters with the ledger's rows, SKU by SKU, while the fleet "
                "runs.\nA difference that does not go away is printed; exit 1 then.",
        .options = options,
    };
    int64_t seconds;
    struct cli cli;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (!num_parse(str_of(settle), &seconds) || seconds < 0 || seconds > 3600)
        code = cli_misuse(&command, "--settle must be 0 to 3600 seconds");
    else
        code = stock_verify(&cli, seconds * 1000);
    cli_close(&cli);
    return code;
}

static void stock_print_progress(void *context, int64_t done, int64_t total)
{
    (void)context;
    (void)fprintf(stderr, "\r重建 rebuilding: %lld / %lld", (long long)done, (long long)total);
    if (done == total)
        (void)fprintf(stderr, "\n");
}

int stock_rebuild_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "stock rebuild",
        .usage = "[--json]",
        .help = "Rebuilds the hot counters from PostgreSQL: a new epoch, all loaded, opened.\n"
                "The fleet waits meanwhile and loses nothing. It does so by itself after a loss;\n"
                "this is for an operator who wants it now.",
    };
    int64_t started_us = clock_monotonic_us();
    struct stock_desk desk;
    struct cli cli;
    struct err err;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (stock_desk_open(&cli, &desk, &err)
        && stock_rebuild(desk.stock, desk.journal, cli.json ? NULL : stock_print_progress, NULL,
                         &err)) {
        int64_t took_ms = (clock_monotonic_us() - started_us) / 1000;

        if (cli.json)
            printf("{\"epoch\":%lld,\"took_ms\":%lld}\n",
                   (long long)stock_store_epoch(desk.stock), (long long)took_ms);
        else
            printf("已重建 rebuilt: epoch %lld, %lld ms\n",
                   (long long)stock_store_epoch(desk.stock), (long long)took_ms);
        code = CLI_DONE;
    } else {
        code = cli_fail(&err);
    }
    stock_desk_close(&desk);
    cli_close(&cli);
    return code;
}
