/*
 * sluice stock set: a count comes in by hand or from a file.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/publish.h"
#include "codec/json.h"

#define STOCK_FEED_PART      10000 /* events published at once */
#define STOCK_FEED_LINE_MAX  4096  /* bytes */

struct stock_feed {
    struct event *events;
    size_t count, refused;
};

static struct event stock_feed_event(struct cli *cli, struct str sku, struct str warehouse,
                                     int64_t quantity, int64_t at)
{
    struct str when = arena_format(cli->arena, "%lld", (long long)at);

    return (struct event){
        .kind = EVENT_STOCK_COUNTED,
        .id = HASH_ID(cli->arena, sku, warehouse, when),
        .source = STR("/sluice/cli"),
        .key = sku,
        .time_ms = at,
        .feed = { .sku = sku, .warehouse = warehouse, .quantity = quantity, .at = at },
    };
}

static bool stock_feed_check(struct str sku, struct str warehouse, int64_t quantity,
                             struct err *err)
{
    if (sku.size == 0 || sku.size > 128 || !str_is_utf8(sku))
        return err_set(err, ERR_REJECT, "sku must be 1 to 128 bytes of text");
    if (warehouse.size == 0 || warehouse.size > 64 || !str_is_utf8(warehouse))
        return err_set(err, ERR_REJECT, "warehouse must be 1 to 64 bytes of text");
    if (quantity < 0)
        return err_set(err, ERR_REJECT, "quantity must be 0 or more: it counts everything of ours "
                                        "in the building");
    return true;
}

static bool stock_feed_line(struct cli *cli, struct str line, int64_t now_ms, struct event *out,
                            struct err *err)
{
    const struct json *root;
    int64_t quantity, at = now_ms;

    if (!json_parse(cli->arena, line, &root, err))
        return false;
    if (!json_int(json_get(root, "quantity"), &quantity))
        return err_set(err, ERR_REJECT, "quantity must be a whole number");
    if (json_get(root, "at")->kind != JSON_NONE && !json_int(json_get(root, "at"), &at))
        return err_set(err, ERR_REJECT, "at must be milliseconds");
    struct str sku = json_get(root, "sku")->text, warehouse = json_get(root, "warehouse")->text;
    if (!stock_feed_check(sku, warehouse, quantity, err))
        return false;
    *out = stock_feed_event(cli, sku, warehouse, quantity, at);
    return true;
}

/* JSON lines {"sku","warehouse","quantity"[,"at"]}; a bad line is named and left out. */
static bool stock_feed_read(struct cli *cli, const char *path, struct stock_feed *feed,
                            struct err *err)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    int64_t now_ms = clock_now_ms();
    char line[STOCK_FEED_LINE_MAX];
    size_t number = 0;
    bool sent = true;

    if (!file)
        return err_set(err, ERR_FATAL, "%s: cannot be read: check the path", path);
    feed->events = ARENA_ARRAY(cli->arena, struct event, STOCK_FEED_PART);
    while (sent && fgets(line, sizeof line, file)) {
        struct str text = str_trim(arena_copy(cli->arena, str_of(line)));
        struct err why;

        number++;
        if (text.size == 0)
            continue;
        if (!stock_feed_line(cli, text, now_ms, &feed->events[feed->count % STOCK_FEED_PART],
                             &why)) {
            (void)fprintf(stderr, "sluice: %s line %zu: %s\n", path, number, why.text);
            feed->refused++;
            continue;
        }
        feed->count++;
        if (feed->count % STOCK_FEED_PART == 0)
            sent = publish_events(cli, feed->events, STOCK_FEED_PART, err);
    }
    if (file != stdin)
        (void)fclose(file);
    return sent && publish_events(cli, feed->events, feed->count % STOCK_FEED_PART, err);
}

static bool stock_feed_words(struct cli *cli, struct stock_feed *feed, struct err *err)
{
    struct str sku = str_of(cli->words[0]), warehouse = str_of(cli->words[1]);
    int64_t quantity;

    if (!num_parse(str_of(cli->words[2]), &quantity))
        return err_set(err, ERR_FATAL, "QUANTITY must be a whole number, not \"%s\"",
                       cli->words[2]);
    if (!stock_feed_check(sku, warehouse, quantity, err)) {
        err->class = ERR_FATAL;
        return false;
    }
    struct event event = stock_feed_event(cli, sku, warehouse, quantity, clock_now_ms());
    feed->count = 1;
    return publish_events(cli, &event, 1, err);
}

static void stock_feed_print(struct cli *cli, const struct stock_feed *feed)
{
    struct json_out out;

    if (!cli->json) {
        printf("已发出 %zu 条盘点，退回 %zu 条 (counts sent, lines refused)\n", feed->count,
               feed->refused);
        return;
    }
    json_out_init(&out, cli->arena, 64);
    json_out_object(&out, NULL);
    json_out_int(&out, "sent", (int64_t)feed->count);
    json_out_int(&out, "refused", (int64_t)feed->refused);
    json_out_object_end(&out);
    cli_print_json(&out);
}

int stock_set_command(int argc, char **argv)
{
    const char *file = NULL;
    const struct cli_option options[] = {
        { .name = "--file", .value_name = "FILE", .value = &file,
          .help = "JSON lines {\"sku\",\"warehouse\",\"quantity\"[,\"at\" ms]}; - reads a pipe" },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = "stock set",
        .usage = "SKU WAREHOUSE QUANTITY | --file FILE [--json]",
        .help = "Tells how many units lie in a warehouse now: everything of ours in the building,\n"
                "picked and frozen included. Goes to stock.feed as a count with its time.",
        .options = options,
        .words_max = 3,
    };
    struct stock_feed feed = { .count = 0 };
    struct cli cli;
    struct err err;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if ((file != NULL) == (cli.word_count == 3) || (!file && cli.word_count != 3))
        code = cli_misuse(&command, "give SKU WAREHOUSE QUANTITY, or --file");
    else if (file ? stock_feed_read(&cli, file, &feed, &err) : stock_feed_words(&cli, &feed, &err))
        code = feed.refused > 0 ? CLI_FAILED : CLI_DONE;
    else
        code = cli_fail(&err);
    if (code != CLI_USAGE && feed.count + feed.refused > 0)
        stock_feed_print(&cli, &feed);
    cli_close(&cli);
    return code;
}
