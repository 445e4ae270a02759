/*
 * sluice ingest --dry-run: what payloads would become, without a server.
 *
 * The judge is ingest's own: mapping_order() reads and validates, order_encode() writes. What only
 * a running fleet knows is left out: our SKU, the buyer's level, which shops are ours.
 */
#include <stdio.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/dry_read.h"
#include "codec/mapping.h"
#include "codec/mapping_set.h"
#include "codec/order_codec.h"

#define INGEST_COMMAND_SCRATCH  ((size_t)512 << 20) /* a tree to divide, and one to map */
#define INGEST_COMMAND_BUFFER   ((size_t)1 << 16)
#define INGEST_COMMAND_SHOP_MAX 64 /* bytes, as `sluice import` takes */

struct ingest_command {
    struct cli cli;
    struct mapping_set *channels;
    const struct mapping *mapping;
    struct arena *scratch; /* of one payload */
    struct str shop;
    int64_t number; /* the line or document under way */
    int64_t orders, refused;
};

/* ---- one order, or one refusal ---- */

static void ingest_command_json(struct ingest_command *self, struct str text)
{
    (void)self;
    (void)fwrite(text.data, 1, text.size, stdout);
    (void)fputc('\n', stdout);
}

static void ingest_command_line(const struct ingest_command *self, struct str id, const char *what)
{
    cli_cell(arena_format(self->scratch, "%lld", (long long)self->number), 9);
    cli_cell(id, 24);
    printf("%s", what);
}

static void ingest_command_show(struct ingest_command *self, const struct order *order)
{
    long long pieces = 0;

    for (size_t i = 0; i < order->line_count; i++)
        pieces += order->lines[i].quantity;
    ingest_command_line(self, order->platform_id, "");
    cli_cell(str_of(order_stage_name(order->stage)), 14);
    cli_cell(arena_format(self->scratch, "%lld.%02lld", (long long)order->total_fen / 100,
                          (long long)order->total_fen % 100),
             12);
    cli_cell(arena_format(self->scratch, "%zu/%lld", order->line_count, pieces), 10);
    printf("%.*s\n", STR_ARG(cli_time(self->scratch, order->due_at)));
}

static void ingest_command_taken(struct ingest_command *self, struct order *order)
{
    self->orders++;
    if (!self->cli.json) {
        ingest_command_show(self, order);
        return;
    }
    order_encode(self->scratch, order);
    ingest_command_json(self, order->json);
}

static void ingest_command_refused(struct ingest_command *self, const struct err *why)
{
    struct json_out out;

    self->refused++;
    if (!self->cli.json) {
        ingest_command_line(self, STR("-"), "拒绝 refused: ");
        printf("%s\n", why->text);
        return;
    }
    json_out_init(&out, self->scratch, 512);
    json_out_object(&out, NULL);
    json_out_text(&out, "refused", str_of(why->text));
    json_out_object_end(&out);
    ingest_command_json(self, json_out_str(&out));
}

/* ---- one payload ---- */

static void ingest_command_one(struct ingest_command *self, struct str payload)
{
    struct order order;
    struct err why = { .class = ERR_NONE };

    if (mapping_order(self->mapping, self->scratch, self->shop, payload, &order, &why))
        ingest_command_taken(self, &order);
    else
        ingest_command_refused(self, &why);
}

/* An answer with many orders is divided as `sluice import` divides it. */
static void ingest_command_take(void *context, int64_t number, struct str payload)
{
    struct ingest_command *self = context;
    struct mapping_part *parts = NULL;
    struct order order;
    struct err why = { .class = ERR_NONE }, ignored;
    size_t count = 0;

    self->number = number;
    arena_reset(self->scratch);
    if (mapping_order(self->mapping, self->scratch, self->shop, payload, &order, &why)) {
        ingest_command_taken(self, &order);
        return;
    }
    if (!mapping_split(self->mapping, self->scratch, payload, &parts, &count, &ignored)
        || count < 2) {
        ingest_command_refused(self, &why);
        return;
    }
    for (size_t i = 0; i < count; i++)
        ingest_command_one(self, parts[i].bytes);
}

/* ---- the command ---- */

static bool ingest_command_words(struct ingest_command *self, const struct cli_command *command)
{
    self->mapping = mapping_set_get(self->channels, str_of(self->cli.words[0]));
    if (!self->mapping) {
        (void)cli_misuse(command, "there is no channel \"%s\"; known are %.*s", self->cli.words[0],
                         STR_ARG(mapping_set_names(self->channels)));
        return false;
    }
    self->shop = str_of(self->cli.words[1]);
    if (self->shop.size == 0 || self->shop.size > INGEST_COMMAND_SHOP_MAX
        || str_has(self->shop, ':') || !str_is_utf8(self->shop)) {
        (void)cli_misuse(command, "the shop is a name of at most 64 bytes without colon");
        return false;
    }
    return true;
}

static int ingest_command_run(struct ingest_command *self)
{
    struct err err;
    bool ok;

    (void)setvbuf(stdout, NULL, _IOFBF, INGEST_COMMAND_BUFFER);
    if (!self->cli.json)
        printf("行 line  订单号 order            状态 stage    金额 yuan   行/件      "
               "最晚发货 due\n");
    ok = dry_read_file(self->cli.words[2], ingest_command_take, self, &err);
    if (!self->cli.json)
        printf("可入库 orders: %lld，拒绝 refused: %lld\n", (long long)self->orders,
               (long long)self->refused);
    if (fflush(stdout) != 0 && ok)
        ok = err_set(&err, ERR_RETRY, "the output cannot be written");
    return ok ? CLI_DONE : cli_fail(&err);
}

int ingest_command(int argc, char **argv)
{
    struct ingest_command self = { .number = 0 };
    const char *schemas = NULL;
    bool dry_run = false;
    const struct cli_option options[] = {
        { .name = "--dry-run", .help = "the only way there is: nothing is sent", .flag = &dry_run },
        { .name = "--schemas",
          .value_name = "FOLDER",
          .help = "the folder that holds channels/; default: SLUICE_SCHEMAS, or near the program",
          .value = &schemas },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = "ingest",
        .usage = "--dry-run CHANNEL SHOP FILE [--json]",
        .help =
            "试读渠道报文：会变成什么订单，或为什么被拒。What payloads would become; no server.\n"
            "FILE (- is the standard input, gzip or not) has one payload a line, or is one JSON\n"
            "document; lists and answers with many orders are divided as `sluice import` does.\n"
            "--json: one JSON object a line, in input order: the canonical order without `sku` "
            "and\n"
            "`buyer.level`, or {\"refused\": reason}. Empty lines are skipped.\n"
            "Exit code: 0 also when payloads are refused; 1 the file cannot be read to its end;\n"
            "2 usage, unknown channel or a broken channel file.",
        .options = options,
        .words_min = 3,
        .words_max = 3,
    };
    struct err err;
    int code;

    if (!cli_open(&self.cli, &command, argc, argv, &code))
        return code;
    self.scratch = arena_open(INGEST_COMMAND_SCRATCH);
    if (!dry_run)
        code = cli_misuse(&command, "--dry-run is missing; orders come in by `sluice import`");
    else if (!mapping_set_open(&self.channels, schemas, &err))
        code = cli_fail(&err);
    else
        code = ingest_command_words(&self, &command) ? ingest_command_run(&self) : CLI_USAGE;
    mapping_set_close(self.channels);
    arena_close(self.scratch);
    cli_close(&self.cli);
    return code;
}
