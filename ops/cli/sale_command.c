/* sale_command — `sluice sale`: the options, and which of a sale's texts is printed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/sale.h"

#define SALE_ARENA_SIZE ((size_t)4 << 30)
#define SALE_ORDERS_MAX INT64_C(20000000)

struct sale_words {
    const char *seed, *orders, *skus, *shops, *units, *start, *minutes, *out;
    const char *unpaid, *cancel, *held, *duplicates, *late, *hostile, *odd, *gifts, *presale;
    const char *giveaways, *codes, *bundles, *plain;
    bool enough, scarce, prices, stock, truth, rules, sku_map;
};

static struct sale_words sale_words;

static const struct cli_option sale_rows[] = {
    { "--seed", "N", "the same seed and options give the same bytes (1)", &sale_words.seed, NULL },
    { "--orders", "N", "orders (1000)", &sale_words.orders, NULL },
    { "--skus", "N", "SKUs; the first sell most (300)", &sale_words.skus, NULL },
    { "--shops", "N", "shops of each channel (1)", &sale_words.shops, NULL },
    { "--start", "TIME", "'2026-11-11 00:00:00', China time; now: it ends now", &sale_words.start,
      NULL },
    { "--minutes", "N", "how long orders are placed (60)", &sale_words.minutes, NULL },
    { "--unpaid", "PERCENT", "never paid (6)", &sale_words.unpaid, NULL },
    { "--cancel", "PERCENT", "cancelled by the shop, half of them paid (4)", &sale_words.cancel,
      NULL },
    { "--held", "PERCENT", "paid, but held by the platform for a while (3)", &sale_words.held,
      NULL },
    { "--duplicates", "PERCENT", "one payload comes twice (3)", &sale_words.duplicates, NULL },
    { "--late", "PERCENT", "an older state comes behind the newest (2)", &sale_words.late, NULL },
    { "--hostile", "PERCENT", "beside the orders: bytes that are none (0.5)", &sale_words.hostile,
      NULL },
    { "--odd", "PERCENT", "for a person to look at, of every kind that a check finds (2)",
      &sale_words.odd, NULL },
    { "--plain", "PERCENT", "receivers that are not hidden (15)", &sale_words.plain, NULL },
    { "--gifts", "PERCENT", "with a gift line (2)", &sale_words.gifts, NULL },
    { "--giveaways", "PERCENT", "Tmall: with a gift that is no line (0)", &sale_words.giveaways,
      NULL },
    { "--codes", "PERCENT", "lines under the shop's own code (0)", &sale_words.codes, NULL },
    { "--bundles", "PERCENT", "lines that sell several SKUs as one (0)", &sale_words.bundles,
      NULL },
    { "--presale", "PERCENT", "deposit pre-sale, Douyin and Tmall (0)", &sale_words.presale, NULL },
    { "--enough", NULL, "stock: twice what is wanted (this is the default)", NULL,
      &sale_words.enough },
    { "--scarce", NULL, "stock: seven tenths of what is wanted of the best sellers", NULL,
      &sale_words.scarce },
    { "--units", "N", "stock: N units of each SKU", &sale_words.units, NULL },
    { "--stock", NULL, "print the stock, a JSON line a SKU and warehouse", NULL,
      &sale_words.stock },
    { "--prices", NULL, "print the reference prices, {\"sku\": fen}", NULL, &sale_words.prices },
    { "--truth", NULL, "print what must come out of this sale", NULL, &sale_words.truth },
    { "--rules", NULL, "print the checks with this sale's tables, for `sluice rules publish`", NULL,
      &sale_words.rules },
    { "--sku-map", NULL, "print what the shops' codes are, for `sluice sku map --file`", NULL,
      &sale_words.sku_map },
    { "--out", "FOLDER",
      "write all of these there: sale.jsonl, stock.jsonl, prices.json,\n"
      "                          anomaly.json, sku_map.csv, truth.json",
      &sale_words.out, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};

static const struct cli_command sale_help = {
    .name = "sale",
    .usage = "[--seed N] [--orders N] … [--stock | --prices | --rules | --sku-map | --truth | "
             "--out FOLDER]",
    .help = "造一场促销：同样的种子，同样的字节。Makes a sale: the same seed, the same bytes.\n"
            "Prints JSON lines for `sluice import --sale -`, one payload each, in the order in\n"
            "which they arrive. Everything in them is invented.\n\n"
            "  sluice sale --seed 7 --orders 10000 | sluice import --sale -\n"
            "  sluice sale --seed 7 --orders 10000 --stock | sluice stock set --file -\n\n"
            "With --codes, --bundles or --giveaways the fleet needs its --sku-map first. --truth\n"
            "names every odd order and the rule that must hold it.",
    .options = sale_rows,
    .words_min = 0,
    .words_max = 0,
};

/* ---- the words ---- */

static bool sale_take_number(const char *name, const char *text, int64_t min, int64_t max,
                             int64_t *out)
{
    if (!text)
        return true;
    if (!num_parse(str_of(text), out) || *out < min || *out > max) {
        (void)cli_misuse(&sale_help, "%s must be a number from %lld to %lld", name, (long long)min,
                         (long long)max);
        return false;
    }
    return true;
}

/* "2", "0.5" → parts of 10,000. */
static bool sale_take_share(const char *name, const char *text, int64_t *out)
{
    if (!text)
        return true;
    if (!num_parse_yuan(str_of(text), out) || *out < 0 || *out > 10000) {
        (void)cli_misuse(&sale_help, "%s must be a percentage, like 2 or 0.5", name);
        return false;
    }
    return true;
}

static bool sale_take_shares(struct sale_shares *shares)
{
    const struct {
        const char *name, *text;
        int64_t *out;
    } rows[] = {
        { "--unpaid", sale_words.unpaid, &shares->unpaid },
        { "--cancel", sale_words.cancel, &shares->cancel },
        { "--held", sale_words.held, &shares->held },
        { "--duplicates", sale_words.duplicates, &shares->duplicates },
        { "--late", sale_words.late, &shares->late },
        { "--hostile", sale_words.hostile, &shares->hostile },
        { "--odd", sale_words.odd, &shares->odd },
        { "--gifts", sale_words.gifts, &shares->gifts },
        { "--presale", sale_words.presale, &shares->presale },
        { "--giveaways", sale_words.giveaways, &shares->giveaways },
        { "--codes", sale_words.codes, &shares->codes },
        { "--bundles", sale_words.bundles, &shares->bundles },
        { "--plain", sale_words.plain, &shares->plain },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!sale_take_share(rows[i].name, rows[i].text, rows[i].out))
            return false;
    return true;
}

static bool sale_take_start(struct sale_options *options)
{
    if (!sale_words.start)
        return true;
    if (strcmp(sale_words.start, "now") == 0) {
        options->start_ms = clock_now_ms() - options->span_ms;
        return true;
    }
    if (clock_parse(str_of(sale_words.start), &options->start_ms))
        return true;
    (void)cli_misuse(&sale_help, "--start must be a time like '2026-11-11 00:00:00', or now");
    return false;
}

static bool sale_take_stock(struct sale_options *options)
{
    if (sale_words.enough + sale_words.scarce + (sale_words.units != NULL) > 1) {
        (void)cli_misuse(&sale_help, "only one of --enough, --scarce and --units");
        return false;
    }
    if (sale_words.scarce)
        options->stock = SALE_STOCK_SCARCE;
    if (sale_words.units)
        options->stock = SALE_STOCK_FIXED;
    return sale_take_number("--units", sale_words.units, 0, 1000000000, &options->units);
}

static bool sale_take(struct sale_options *options)
{
    int64_t seed = (int64_t)options->seed, minutes = options->span_ms / 60000;

    if (sale_words.stock + sale_words.prices + sale_words.truth + sale_words.rules
            + sale_words.sku_map + (sale_words.out != NULL)
        > 1) {
        (void)cli_misuse(&sale_help,
                         "only one of --stock, --prices, --rules, --sku-map, --truth and --out");
        return false;
    }
    if (!sale_take_number("--seed", sale_words.seed, 0, NUM_MAX, &seed)
        || !sale_take_number("--orders", sale_words.orders, 0, SALE_ORDERS_MAX, &options->orders)
        || !sale_take_number("--skus", sale_words.skus, 1, 9999, &options->skus)
        || !sale_take_number("--shops", sale_words.shops, 1, 1000, &options->shops)
        || !sale_take_number("--minutes", sale_words.minutes, 1, 14400, &minutes))
        return false;
    options->seed = (uint64_t)seed;
    options->span_ms = minutes * 60000;
    return sale_take_start(options) && sale_take_stock(options)
           && sale_take_shares(&options->shares);
}

/* ---- the texts ---- */

static bool sale_write_orders(const struct sale *sale, FILE *file)
{
    struct sale_stream *stream = sale_stream_open(sale);
    struct arena *arena = arena_open((size_t)64 << 20);
    struct sale_item item;
    bool ok = true;

    while (ok && sale_stream_next(stream, arena, &item)) {
        struct str line = sale_item_line(arena, &item);

        ok = fwrite(line.data, 1, line.size, file) == line.size && fputc('\n', file) != EOF;
        arena_reset(arena);
    }
    arena_close(arena);
    sale_stream_close(stream);
    return ok;
}

static bool sale_write_text(struct str text, FILE *file)
{
    bool ends = text.size > 0 && text.data[text.size - 1] == '\n';

    return fwrite(text.data, 1, text.size, file) == text.size && (ends || fputc('\n', file) != EOF);
}

/* The texts that go with a sale, and what they are called in a folder. */
static const struct sale_text {
    const char *file;
    bool *flag; /* printed alone; NULL: the orders, when none is asked for */
    struct str (*make)(struct arena *arena, const struct sale *sale);
} sale_texts[] = {
    { "sale.jsonl", NULL, NULL },
    { "stock.jsonl", &sale_words.stock, sale_stock },
    { "prices.json", &sale_words.prices, sale_prices },
    { "anomaly.json", &sale_words.rules, sale_rules },
    { "sku_map.csv", &sale_words.sku_map, sale_sku_map },
    { "truth.json", &sale_words.truth, sale_truth },
};

#define SALE_TEXTS (sizeof(sale_texts) / sizeof(sale_texts[0]))

static bool sale_write(const struct sale *sale, const struct sale_text *text, FILE *file)
{
    struct arena *arena;
    bool ok;

    if (!text->make)
        return sale_write_orders(sale, file) && fflush(file) == 0;
    arena = arena_open(SALE_ARENA_SIZE);
    ok = sale_write_text(text->make(arena, sale), file);
    arena_close(arena);
    return ok && fflush(file) == 0;
}

static int sale_write_folder(struct cli *cli, const struct sale *sale)
{
    for (size_t i = 0; i < SALE_TEXTS; i++) {
        const char *path =
            arena_format(cli->arena, "%s/%s", sale_words.out, sale_texts[i].file).data;
        FILE *file = fopen(path, "wb");
        bool ok = file && sale_write(sale, &sale_texts[i], file);

        if (file && fclose(file) != 0)
            ok = false;
        if (!ok) {
            (void)fprintf(stderr, "sluice sale: %s: %s\n", path, strerror(errno));
            return CLI_FAILED;
        }
    }
    return CLI_DONE;
}

static int sale_print(struct cli *cli, const struct sale *sale)
{
    const struct sale_text *text = &sale_texts[0];

    if (sale_words.out)
        return sale_write_folder(cli, sale);
    for (size_t i = 1; i < SALE_TEXTS; i++)
        if (*sale_texts[i].flag)
            text = &sale_texts[i];
    if (sale_write(sale, text, stdout))
        return CLI_DONE;
    (void)fprintf(stderr, "sluice sale: writing: %s\n", strerror(errno));
    return CLI_FAILED;
}

int sale_command(int argc, char **argv)
{
    struct sale_options options = sale_options_default();
    struct cli cli;
    struct sale *sale;
    int code;

    sale_words = (struct sale_words){ .seed = NULL };
    if (!cli_open(&cli, &sale_help, argc, argv, &code))
        return code;
    if (!sale_take(&options)) {
        cli_close(&cli);
        return CLI_USAGE;
    }
    sale = sale_open(&options);
    code = sale_print(&cli, sale);
    sale_close(sale);
    cli_close(&cli);
    return code;
}
