/* import — see import.h. */
#include "cli/import.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cli/cli.h"
#include "cli/import_pack.h"
#include "cli/import_read.h"
#include "cli/import_report.h"
#include "cli/import_send.h"
#include "codec/mapping.h"
#include "codec/mapping_set.h"

#define IMPORT_SCRATCH_SIZE ((size_t)1 << 30)

struct import {
    struct cli cli;
    struct mapping_set *channels;
    struct import_sender *sender;
    struct import_report *report;
    struct arena *scratch;    /* of one document */
    struct str channel, shop; /* of plain files */
    int64_t line;             /* of the file; in a whole document: which value */
    bool sale;
};

static bool import_flag_sale, import_flag_lines;
static const char *import_rate_text;

static const struct cli_option import_rows[] = {
    { "--sale", NULL, "what `sluice sale` prints: the channel and shop stand in each line", NULL,
      &import_flag_sale },
    { "--rate", "N", "at most N payloads a second", &import_rate_text, NULL },
    { "--lines", NULL, "one payload a line, whatever the first line looks like", NULL,
      &import_flag_lines },
    { NULL, NULL, NULL, NULL, NULL },
};

static const struct cli_command import_help = {
    .name = "import",
    .usage = "CHANNEL SHOP FILE… | --sale FILE…",
    .help = "从文件或管道导入订单。Brings orders in from files or a pipe (-), gzip or not: one\n"
            "order, JSON lines, a list, or a platform's answer with a list of orders. Payloads go\n"
            "to orders.raw byte for byte; importing the same file again changes nothing.\n"
            "A payload whose order id cannot be found is sent too and ends in dead.ingest.\n"
            "Exit code: 0 all is sent, 1 some lines are bad, 2 usage.\n\n"
            "  sluice import douyin 9000001 orders.json.gz\n"
            "  sluice sale --orders 10000 | sluice import --sale -",
    .options = import_rows,
    .words_min = 1,
    .words_max = -1,
};

/* ---- one payload ---- */

/* The broker will never take it. */
static void import_refuse(void *context, int64_t line, const struct err *why)
{
    const struct import *self = context;

    import_report_refused(self->report, line, str_of(why->text));
}

static bool import_put(struct import *self, const struct import_payload *payload, struct err *err)
{
    import_report_taken(self->report, payload->channel, payload->bytes.size);
    return import_sender_put(self->sender, payload, err);
}

/* No id: it goes as it is, and the dead letter will say why. */
static bool import_put_unknown(struct import *self, struct import_payload *payload, struct str why,
                               struct err *err)
{
    import_report_without_id(self->report, payload->line, why);
    payload->platform_id = STR_NONE;
    return import_put(self, payload, err);
}

/* One document: an order, or an answer with one or many. */
static bool import_document(struct import *self, struct import_payload *payload, struct err *err)
{
    const struct mapping *mapping = mapping_set_get(self->channels, payload->channel);
    struct str document = payload->bytes;
    struct mapping_part *parts;
    size_t count;
    struct err why;

    if (!mapping)
        return import_put_unknown(self, payload, STR("unknown channel"), err);
    if (!mapping_split(mapping, self->scratch, document, &parts, &count, &why))
        return import_put_unknown(self, payload, str_of(why.text), err);
    for (size_t i = 0; i < count; i++) {
        payload->platform_id = parts[i].platform_id;
        payload->bytes = parts[i].bytes;
        if (parts[i].platform_id.size == 0
                ? !import_put_unknown(self, payload, STR("no order id in it"), err)
                : !import_put(self, payload, err))
            return false;
    }
    return true;
}

/* Is the whole text a row of JSON values? */
static bool import_is_values(struct str text)
{
    struct str value;

    while (import_read_value(&text, &value))
        ;
    return str_trim(text).size == 0;
}

/* A list is divided without being read whole: its size does not matter. */
static bool import_value(struct import *self, struct str value, struct err *err)
{
    struct import_payload payload = {
        .channel = self->channel, .shop = self->shop, .bytes = value, .line = self->line
    };
    struct str rest, item, probe;

    arena_reset(self->scratch);
    if (value.data[0] != '[' || !import_is_values(value)) /* a list that is cut off is no list */
        return import_document(self, &payload, err);
    rest = (struct str){ value.data + 1, value.size - 1 };
    probe = rest;
    if (!import_read_value(&probe, &item)) /* empty, or no list at all */
        return import_document(self, &payload, err);
    while (import_read_value(&rest, &item)) {
        payload.bytes = item;
        if (!import_document(self, &payload, err))
            return false;
        arena_reset(self->scratch);
    }
    return true;
}

/* ---- one line of a file ---- */

static bool import_sale_line(struct import *self, struct str line, struct err *err)
{
    struct import_payload payload;
    struct err why;

    arena_reset(self->scratch);
    if (!import_pack_open(self->scratch, line, &payload, &why)) {
        import_report_refused(self->report, self->line, str_of(why.text));
        return true;
    }
    payload.line = self->line;
    return import_document(self, &payload, err);
}

/* ---- one file ---- */

static bool import_one_line(struct import *self, struct str line, struct err *err)
{
    self->line++;
    line = str_trim(line);
    if (line.size == 0)
        return true;
    return self->sale ? import_sale_line(self, line, err) : import_value(self, line, err);
}

static bool import_lines(struct import *self, struct import_reader *reader, struct err *err)
{
    bool got = true;

    while (got) {
        struct str line;

        if (!import_reader_line(reader, &line, &got, err))
            return false;
        if (got && !import_one_line(self, line, err))
            return false;
    }
    return true;
}

/* One document over many lines, or several; else lines after all, of which the first is broken. */
static bool import_whole(struct import *self, struct import_reader *reader, struct err *err)
{
    struct str rest, value;

    if (!import_reader_rest(reader, &rest, err))
        return false;
    if (!import_is_values(rest)) {
        while (rest.size > 0)
            if (!import_one_line(self, str_cut(&rest, '\n'), err))
                return false;
        return true;
    }
    while (import_read_value(&rest, &value)) {
        self->line++;
        if (!import_value(self, value, err))
            return false;
    }
    return true;
}

/* One value a line? The first line tells. */
static bool import_is_lines(const struct import *self, struct str first)
{
    struct str value;

    if (self->sale || import_flag_lines)
        return true;
    first = str_trim(first);
    return import_read_value(&first, &value) && str_trim(first).size == 0;
}

static bool import_file(struct import *self, const char *path, struct err *err)
{
    struct import_reader *reader;
    struct str first;
    bool ok;

    import_report_file(self->report, path);
    self->line = 0;
    if (!import_reader_open(&reader, path, err))
        return false;
    ok = import_reader_peek(reader, &first, err)
         && (import_is_lines(self, first) ? import_lines(self, reader, err)
                                          : import_whole(self, reader, err));
    import_reader_close(reader);
    return ok && import_sender_flush(self->sender, err); /* lines belong to this file */
}

/* ---- the command ---- */

static bool import_take(struct import *self, int64_t *rate, int *first_file)
{
    char **words = self->cli.words;

    *rate = 0;
    *first_file = self->sale ? 0 : 2;
    if (import_rate_text
        && (!num_parse(str_of(import_rate_text), rate) || *rate < 1 || *rate > 1000000)) {
        (void)cli_misuse(&import_help, "--rate must be a number from 1 to 1000000");
        return false;
    }
    if (self->sale)
        return true;
    if (self->cli.word_count < 3) {
        (void)cli_misuse(&import_help, "usage: sluice import %s", import_help.usage);
        return false;
    }
    self->channel = str_of(words[0]);
    self->shop = str_of(words[1]);
    if (!mapping_set_get(self->channels, self->channel)) {
        (void)cli_misuse(&import_help, "there is no channel \"%s\"; known are %.*s", words[0],
                         STR_ARG(mapping_set_names(self->channels)));
        return false;
    }
    if (self->shop.size == 0 || self->shop.size > 64 || str_has(self->shop, ':')
        || !str_is_utf8(self->shop)) {
        (void)cli_misuse(&import_help, "the shop is a name of at most 64 bytes without colon");
        return false;
    }
    return true;
}

/* Sends all files; what was sent before a failure is reported as well. */
static bool import_files(struct import *self, int first, struct err *err)
{
    for (int i = first; i < self->cli.word_count; i++)
        if (!import_file(self, self->cli.words[i], err))
            return false;
    return true;
}

static int import_run(struct import *self)
{
    struct err err;
    int64_t rate;
    int first;
    bool ok;

    if (!mapping_set_open(&self->channels, NULL, &err))
        return cli_fail(&err);
    if (!import_take(self, &rate, &first))
        return CLI_USAGE;
    if (!import_sender_open(&self->sender, &self->cli, rate, import_refuse, self, &err))
        return cli_fail(&err);
    ok = import_files(self, first, &err);
    import_report_print(self->report, import_sender_count(self->sender), self->cli.json);
    if (!ok) {
        (void)fprintf(stderr, "sluice import: %s; importing the same again is safe\n", err.text);
        return CLI_FAILED;
    }
    return import_report_is_bad(self->report, self->sale) ? CLI_FAILED : CLI_DONE;
}

int import_command(int argc, char **argv)
{
    struct import self = { .line = 0 };
    int code;

    import_flag_sale = import_flag_lines = false;
    import_rate_text = NULL;
    if (!cli_open(&self.cli, &import_help, argc, argv, &code))
        return code;
    self.sale = import_flag_sale;
    self.scratch = arena_open(IMPORT_SCRATCH_SIZE);
    self.report = import_report_open(self.cli.arena);
    code = import_run(&self);
    import_sender_close(self.sender);
    mapping_set_close(self.channels);
    arena_close(self.scratch);
    cli_close(&self.cli);
    return code;
}
