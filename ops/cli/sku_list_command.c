/*
 * sluice sku unmapped|list: codes that orders wait for, and what is mapped.
 */
#include <stdio.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/sku_file.h"
#include "store/sku_store.h"

#define SKU_UNMAPPED_MAX 10000

static struct str sku_list_shop(struct str shop)
{
    return shop.size > 0 ? shop : STR("- 全部 all");
}

static void sku_list_number(struct cli *cli, int64_t number, int width)
{
    cli_cell(arena_format(cli->arena, "%lld", (long long)number), width);
}

/* ---- unmapped ---- */

static void sku_list_print_unmapped(struct cli *cli, const struct sku_unmapped_view *rows,
                                    size_t count)
{
    int64_t now_ms = clock_now_ms();

    cli_cell(STR("渠道 channel"), 14);
    cli_cell(STR("店铺 shop"), 16);
    cli_cell(STR("商家编码 merchant code"), 26);
    cli_cell(STR("平台 SKU platform"), 24);
    cli_cell(STR("订单 orders"), 13);
    cli_cell(STR("件数 units"), 12);
    cli_cell(STR("最早 oldest"), 16);
    printf("名称 title\n");
    for (size_t i = 0; i < count; i++) {
        const struct sku_unmapped_view *row = &rows[i];

        cli_cell(row->channel, 14);
        cli_cell(row->shop, 16);
        cli_cell(row->merchant_code.size > 0 ? row->merchant_code : STR("-"), 26);
        cli_cell(row->platform_sku.size > 0 ? row->platform_sku : STR("-"), 24);
        sku_list_number(cli, row->orders, 13);
        sku_list_number(cli, row->units, 12);
        cli_cell(cli_age(cli->arena, row->oldest_at > 0 ? now_ms - row->oldest_at : -1), 16);
        printf("%.*s", STR_ARG(row->title));
        if (row->mapped.size > 0)
            printf("  已映射到 mapped to %.*s，其中有未盘点的 (of which one was never counted)",
                   STR_ARG(row->mapped));
        printf("\n");
    }
    printf("%zu 个编码有订单在等 (codes that orders wait for)\n", count);
}

static void sku_list_json_unmapped(struct cli *cli, const struct sku_unmapped_view *rows,
                                   size_t count)
{
    struct json_out out;

    json_out_init(&out, cli->arena, 1024);
    json_out_array(&out, NULL);
    for (size_t i = 0; i < count; i++) {
        json_out_object(&out, NULL);
        json_out_text(&out, "channel", rows[i].channel);
        json_out_text(&out, "shop", rows[i].shop);
        json_out_text(&out, "merchant_code", rows[i].merchant_code);
        json_out_text(&out, "platform_sku", rows[i].platform_sku);
        json_out_text(&out, "title", rows[i].title);
        json_out_text(&out, "mapped", rows[i].mapped);
        json_out_int(&out, "orders", rows[i].orders);
        json_out_int(&out, "units", rows[i].units);
        json_out_int(&out, "oldest_at", rows[i].oldest_at);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    cli_print_json(&out);
}

int sku_unmapped_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "sku unmapped",
        .usage = "[--json]",
        .help = "Codes of the shops that lead to no SKU of ours while orders wait for them, from "
                "the\nledger: map them with `sluice sku map`, or count them with `sluice stock "
                "set`.",
    };
    struct sku_unmapped_view *rows;
    struct sku_store *store = NULL;
    struct cli cli;
    struct err err;
    size_t count;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (!sku_store_open(&store, cli.pg_url, &err)
        || !sku_store_unmapped(store, cli.arena, SKU_UNMAPPED_MAX, &rows, &count, &err)) {
        code = cli_fail(&err);
    } else {
        code = CLI_DONE;
        if (cli.json)
            sku_list_json_unmapped(&cli, rows, count);
        else
            sku_list_print_unmapped(&cli, rows, count);
    }
    sku_store_close(store);
    cli_close(&cli);
    return code;
}

/* ---- list ---- */

/* All that is in force, of a channel, of a shop; or all that was ever said of one code. */
static bool sku_list_rows(struct cli *cli, struct sku_store *store, struct sku_row **rows_out,
                          size_t *count_out, struct err *err)
{
    struct str words[3];
    int64_t version;
    size_t kept = 0;

    for (int i = 0; i < cli->word_count; i++)
        words[i] = i == 1 ? sku_file_shop(str_of(cli->words[i])) : str_of(cli->words[i]);
    if (cli->word_count == 3)
        return sku_store_history(store, cli->arena, words[0], words[1], words[2], rows_out,
                                 count_out, err);
    if (!sku_store_get(store, cli->arena, 0, rows_out, count_out, &version, err))
        return false;
    for (size_t i = 0; i < *count_out; i++) {
        const struct sku_row *row = &(*rows_out)[i];

        if ((cli->word_count < 1 || str_eq(row->channel, words[0]))
            && (cli->word_count < 2 || str_eq(row->shop, words[1])))
            (*rows_out)[kept++] = *row;
    }
    *count_out = kept;
    return true;
}

static struct str sku_list_parts(struct arena *arena, const struct sku_row *row)
{
    struct str text = row->deleted ? STR("已取消 taken back") : STR_NONE;

    for (size_t i = 0; i < row->parts.count; i++)
        text = arena_format(arena, "%.*s%s%.*s×%lld", STR_ARG(text), i > 0 ? " + " : "",
                            STR_ARG(row->parts.items[i].sku), (long long)row->parts.items[i].units);
    return text;
}

static void sku_list_print(struct cli *cli, const struct sku_row *rows, size_t count)
{
    cli_cell(STR("渠道 channel"), 14);
    cli_cell(STR("店铺 shop"), 16);
    cli_cell(STR("编码 code"), 26);
    cli_cell(STR("一件是 one is"), 36);
    cli_cell(STR("版本 version"), 14);
    cli_cell(STR("时间 at"), 21);
    cli_cell(STR("谁 by"), 14);
    printf("原因 reason\n");
    for (size_t i = 0; i < count; i++) {
        cli_cell(rows[i].channel, 14);
        cli_cell(sku_list_shop(rows[i].shop), 16);
        cli_cell(rows[i].code, 26);
        cli_cell(sku_list_parts(cli->arena, &rows[i]), 36);
        sku_list_number(cli, rows[i].version, 14);
        cli_cell(cli_time(cli->arena, rows[i].at), 21);
        cli_cell(rows[i].by, 14);
        printf("%.*s\n", STR_ARG(rows[i].reason));
    }
}

static void sku_list_json(struct cli *cli, const struct sku_row *rows, size_t count)
{
    struct json_out out;

    json_out_init(&out, cli->arena, 4096);
    json_out_array(&out, NULL);
    for (size_t i = 0; i < count; i++) {
        json_out_object(&out, NULL);
        json_out_text(&out, "channel", rows[i].channel);
        json_out_text(&out, "shop", rows[i].shop);
        json_out_text(&out, "code", rows[i].code);
        json_out_array(&out, "parts");
        for (size_t k = 0; k < rows[i].parts.count; k++) {
            json_out_object(&out, NULL);
            json_out_text(&out, "sku", rows[i].parts.items[k].sku);
            json_out_int(&out, "units", rows[i].parts.items[k].units);
            json_out_object_end(&out);
        }
        json_out_array_end(&out);
        json_out_bool(&out, "deleted", rows[i].deleted);
        json_out_text(&out, "title", rows[i].title);
        json_out_int(&out, "version", rows[i].version);
        json_out_int(&out, "at", rows[i].at);
        json_out_text(&out, "by", rows[i].by);
        json_out_text(&out, "reason", rows[i].reason);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    cli_print_json(&out);
}

int sku_list_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "sku list",
        .usage = "[CHANNEL [SHOP [CODE]]] [--json]",
        .help = "What is mapped now; of one code everything that was ever said of it, newest "
                "first.\nSHOP - or all: what is mapped for every shop of the channel.",
        .words_max = 3,
    };
    struct sku_store *store = NULL;
    struct sku_row *rows;
    struct cli cli;
    struct err err;
    size_t count;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (!sku_store_open(&store, cli.pg_url, &err)
        || !sku_list_rows(&cli, store, &rows, &count, &err)) {
        code = cli_fail(&err);
    } else {
        code = CLI_DONE;
        if (cli.json)
            sku_list_json(&cli, rows, count);
        else
            sku_list_print(&cli, rows, count);
    }
    sku_store_close(store);
    cli_close(&cli);
    return code;
}
