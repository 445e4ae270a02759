/*
 * sluice sku map|unmap: what a shop's code is in our SKUs.
 *
 * A change is one version in sku_maps and one announcement on topic `rules`; orders that wait for
 * the code then go on by themselves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/import_read.h"
#include "cli/publish.h"
#include "cli/sku_file.h"
#include "store/sku_store.h"

#define SKU_NAMED_MAX 20 /* errors and warnings printed one by one */

struct sku_input {
    const char *reason, *by, *title, *file;
};

/* ---- what is to be mapped ---- */

/* "SKU" or "SKU=UNITS". */
static bool sku_word(const char *word, struct sku_part *part_out, struct err *err)
{
    const char *equals = strrchr(word, '=');
    struct str text = str_of(word);

    *part_out = (struct sku_part){ .sku = text, .units = 1 };
    if (!equals)
        return true;
    part_out->sku.size = (size_t)(equals - word);
    if (num_parse(str_of(equals + 1), &part_out->units))
        return true;
    return err_set(err, ERR_FATAL,
                   "%s: UNITS must be a whole number; a SKU with = in its name "
                   "goes into a file",
                   word);
}

static bool sku_words(struct cli *cli, struct sku_row **rows_out, size_t *count_out,
                      struct err *err)
{
    struct sku_row *row = ARENA_NEW(cli->arena, struct sku_row);

    row->channel = str_of(cli->words[0]);
    row->shop = sku_file_shop(str_of(cli->words[1]));
    row->code = str_of(cli->words[2]);
    row->parts.count = (size_t)cli->word_count - 3;
    row->parts.items = ARENA_ARRAY(cli->arena, struct sku_part, row->parts.count);
    for (size_t i = 0; i < row->parts.count; i++)
        if (!sku_word(cli->words[3 + i], &row->parts.items[i], err))
            return false;
    *rows_out = row;
    *count_out = 1;
    if (sku_row_check(row, err))
        return true;
    err->class = ERR_FATAL;
    return false;
}

/* Names each bad line; all or nothing. */
static bool sku_read(struct cli *cli, const char *path, struct sku_row **rows_out,
                     size_t *count_out, struct err *err)
{
    struct sku_file *file = sku_file_open(cli->arena);
    struct import_reader *reader;
    size_t number = 0, bad = 0;
    struct str line;
    bool got = true, read;

    if (!import_reader_open(&reader, path, err))
        return false;
    while ((read = import_reader_line(reader, &line, &got, err)) && got) {
        struct err why;

        number++;
        if (sku_file_line(file, line, &why))
            continue;
        if (++bad <= SKU_NAMED_MAX)
            (void)fprintf(stderr, "sluice: %s 第 %zu 行 line %zu: %s\n", path, number, number,
                          why.text);
    }
    import_reader_close(reader);
    if (!read)
        return false;
    *rows_out = sku_file_rows(file, count_out);
    if (bad > 0)
        return err_set(err, ERR_REJECT,
                       "%s: 有 %zu 行不对，一条都没有改 (lines are wrong; nothing "
                       "was changed)",
                       path, bad);
    if (*count_out == 0)
        return err_set(err, ERR_REJECT, "%s: 没有内容 (it holds no mapping)", path);
    return true;
}

/* ---- the change ---- */

static bool sku_announce(struct cli *cli, const struct sku_input *input, int64_t version,
                         struct err *err)
{
    struct str number = arena_format(cli->arena, "%lld", (long long)version);
    struct event event = {
        .kind = EVENT_RULES_PUBLISHED,
        .id = HASH_ID(cli->arena, STR("sku"), number),
        .source = STR("/sluice/cli"),
        .key = STR("sku"),
        .time_ms = clock_now_ms(),
        .rules = { .set = STR("sku"),
                   .version = version,
                   .by = str_of(input->by),
                   .reason = str_of(input->reason) },
    };

    if (publish_events(cli, &event, 1, err))
        return true;
    return err_in(err,
                  "映射已存为版本 %lld，但没能通知 (kept as version %lld, not announced; the "
                  "fleet takes it within a minute)",
                  (long long)version, (long long)version);
}

static bool sku_put(struct cli *cli, struct sku_store *store, const struct sku_input *input,
                    struct sku_row *rows, size_t count, int64_t *version_out, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        rows[i].by = str_of(input->by);
        rows[i].reason = str_of(input->reason);
        if (input->title)
            rows[i].title = str_of(input->title);
    }
    return sku_store_put(store, cli->arena, rows, count, version_out, err)
           && sku_announce(cli, input, *version_out, err);
}

/* SKUs nobody has counted: a typing error, or goods that are still to come. */
static bool sku_strangers(struct cli *cli, struct sku_store *store, const struct sku_row *rows,
                          size_t count, struct str **names_out, size_t *name_count_out,
                          struct err *err)
{
    size_t most = 0, some = 0;

    for (size_t i = 0; i < count; i++)
        most += rows[i].parts.count;
    struct str *skus = ARENA_ARRAY(cli->arena, struct str, most);

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < rows[i].parts.count; k++)
            skus[some++] = rows[i].parts.items[k].sku;
    return sku_store_strangers(store, cli->arena, skus, some, names_out, name_count_out, err);
}

static void sku_print(struct cli *cli, size_t count, int64_t version, const struct str *names,
                      size_t name_count, const char *done)
{
    struct json_out out;

    for (size_t i = 0; i < name_count && i < SKU_NAMED_MAX; i++)
        (void)fprintf(stderr,
                      "sluice: 注意 warning: SKU %.*s 从未盘点过，订单会一直等到有盘点 (no "
                      "count has named it: orders wait until one does)\n",
                      STR_ARG(names[i]));
    if (name_count > SKU_NAMED_MAX)
        (void)fprintf(stderr, "sluice: 注意 warning: 还有 %zu 个 SKU 同样 (and %zu more)\n",
                      name_count - SKU_NAMED_MAX, name_count - SKU_NAMED_MAX);
    if (!cli->json) {
        printf(
            "%s %zu 个编码，映射版本 %lld；等待的订单会自己继续 (codes, version; orders that wait "
            "go on by themselves)\n",
            done, count, (long long)version);
        return;
    }
    json_out_init(&out, cli->arena, 256);
    json_out_object(&out, NULL);
    json_out_int(&out, "version", version);
    json_out_int(&out, "codes", (int64_t)count);
    json_out_array(&out, "unknown_skus");
    for (size_t i = 0; i < name_count; i++)
        json_out_text(&out, NULL, names[i]);
    json_out_array_end(&out);
    json_out_object_end(&out);
    cli_print_json(&out);
}

static bool sku_map_run(struct cli *cli, const struct sku_input *input, struct err *err)
{
    struct sku_store *store = NULL;
    struct sku_row *rows = NULL;
    struct str *names = NULL;
    size_t count = 0, name_count = 0;
    int64_t version = 0;

    if (!(input->file ? sku_read(cli, input->file, &rows, &count, err)
                      : sku_words(cli, &rows, &count, err)))
        return false;
    bool ok = sku_store_open(&store, cli->pg_url, err)
              && sku_strangers(cli, store, rows, count, &names, &name_count, err)
              && sku_put(cli, store, input, rows, count, &version, err);

    sku_store_close(store);
    if (ok)
        sku_print(cli, count, version, names, name_count, "已映射");
    return ok;
}

/* Takes back what stands there now. */
static bool sku_unmap_run(struct cli *cli, const struct sku_input *input, struct err *err)
{
    struct sku_row row = { .channel = str_of(cli->words[0]),
                           .shop = sku_file_shop(str_of(cli->words[1])),
                           .code = str_of(cli->words[2]),
                           .deleted = true };
    struct sku_store *store = NULL;
    struct sku_row *said;
    size_t count = 0;
    int64_t version = 0;
    bool ok = sku_store_open(&store, cli->pg_url, err)
              && sku_store_history(store, cli->arena, row.channel, row.shop, row.code, &said,
                                   &count, err);

    if (ok && (count == 0 || said[0].deleted))
        ok = err_set(err, ERR_REJECT,
                     "%s %s 的编码 %s 没有映射 (this code is not mapped there): "
                     "see `sluice sku list`",
                     cli->words[0], cli->words[1], cli->words[2]);
    if (ok)
        row.title = said[0].title;
    ok = ok && sku_put(cli, store, input, &row, 1, &version, err);
    sku_store_close(store);
    if (ok)
        sku_print(cli, 1, version, NULL, 0, "已取消");
    return ok;
}

/* ---- commands ---- */

int sku_map_command(int argc, char **argv)
{
    const char *user = getenv("USER");
    struct sku_input input = { .by = user ? user : "operator" };
    const struct cli_option options[] = {
        { .name = "--reason",
          .value_name = "TEXT",
          .help = "why; kept with the mapping",
          .value = &input.reason },
        { .name = "--by",
          .value_name = "NAME",
          .help = "who decides; default: the login name",
          .value = &input.by },
        { .name = "--title",
          .value_name = "TEXT",
          .help = "the article's name, for people",
          .value = &input.title },
        { .name = "--file",
          .value_name = "CSV",
          .value = &input.file,
          .help = "channel,shop,code,sku,units[,title]; lines of one code are a bundle; - is a "
                  "pipe" },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = "sku map",
        .usage = "CHANNEL SHOP CODE SKU[=UNITS] … | --file CSV, --reason TEXT [--by NAME] [--json]",
        .help = "Says what one unit of a shop's code (the platform's SKU or the merchant code of a "
                "line)\nis in our SKUs; several are a bundle. SHOP - or all: every shop of the "
                "channel. New\norders are asked by it, and orders that wait for the code go on; "
                "what is promised\nalready stays as it is.",
        .options = options,
        .words_max = 3 + SKU_MAP_PARTS_MAX,
    };
    struct cli cli;
    struct err err;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (!cli_check_reason(&command, input.reason, input.by, &code))
        ; /* it was said */
    else if (input.file ? cli.word_count > 0 : cli.word_count < 4)
        code = cli_misuse(&command, "give CHANNEL SHOP CODE SKU[=UNITS] …, or --file");
    else
        code = sku_map_run(&cli, &input, &err) ? CLI_DONE : cli_fail(&err);
    cli_close(&cli);
    return code;
}

int sku_unmap_command(int argc, char **argv)
{
    const char *user = getenv("USER");
    struct sku_input input = { .by = user ? user : "operator" };
    const struct cli_option options[] = {
        { .name = "--reason",
          .value_name = "TEXT",
          .help = "why; kept with the mapping",
          .value = &input.reason },
        { .name = "--by",
          .value_name = "NAME",
          .help = "who decides; default: the login name",
          .value = &input.by },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = "sku unmap",
        .usage = "CHANNEL SHOP CODE --reason TEXT [--by NAME] [--json]",
        .help = "Takes a mapping back: the code is itself again, or what is mapped for every shop "
                "of\nthe channel.",
        .options = options,
        .words_min = 3,
        .words_max = 3,
    };
    struct cli cli;
    struct err err;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (cli_check_reason(&command, input.reason, input.by, &code))
        code = sku_unmap_run(&cli, &input, &err) ? CLI_DONE : cli_fail(&err);
    cli_close(&cli);
    return code;
}
