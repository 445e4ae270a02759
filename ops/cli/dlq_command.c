/*
 * sluice dlq list|show: dead letters: what a worker refused, why, and what to do.
 *
 * A dead letter is the original message with the reason in its headers; its partition has moved
 * on. Once the cause is mended the original is read again by moving the worker's group back.
 */
#include <stdio.h>

#include "base/num.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/dlq_text.h"
#include "domain/topic.h"
#include "runtime/kafka_read.h"
#include "runtime/kafka_topic.h"

#define DLQ_REASON_SIZE  100
#define DLQ_SHOWN_SIZE   200
#define DLQ_LIST_VALUE   1 /* bytes of a value the list needs: none, but a cut needs one */
#define DLQ_COUNT_MAX    1000
#define DLQ_WORKER_COUNT (TOPIC_DEAD_LEDGER - TOPIC_DEAD_INGEST + 1)

/* "dead.ingest" → "ingest" */
static struct str dlq_worker(enum topic topic)
{
    struct str name = str_of(topic_name(topic));

    (void)str_cut(&name, '.');
    return name;
}

static struct str dlq_header(const struct kafka_read_message *letter, const char *name)
{
    return message_header(&letter->message, name);
}

/* Headers are foreign bytes too. */
static struct str dlq_clean(struct cli *cli, struct str text, size_t size_max)
{
    return dlq_text_clean(cli->arena, text, size_max);
}

/* ---- list ---- */

static bool dlq_is_there(const struct kafka_topic *topics, size_t count, enum topic topic)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(topics[i].name, topic_name(topic)))
            return true;
    return false;
}

/* The newest of each worker asked for; TOPIC_END asks for all. */
static bool dlq_read(struct cli *cli, struct kafka_admin *admin, enum topic only, size_t count_max,
                     struct kafka_read_message **letters_out, size_t *count_out, struct err *err)
{
    struct kafka_read_message *all =
        ARENA_ARRAY(cli->arena, struct kafka_read_message, count_max * DLQ_WORKER_COUNT);
    struct kafka_topic *topics = NULL;
    size_t topic_count = 0, count = 0;

    if (!kafka_topic_list(admin, cli->arena, &topics, &topic_count, err))
        return false;
    for (enum topic topic = TOPIC_DEAD_INGEST; topic <= TOPIC_DEAD_LEDGER; topic++) {
        struct kafka_read_message *some = NULL;
        size_t some_count = 0;

        if (only != TOPIC_END ? topic != only : !dlq_is_there(topics, topic_count, topic))
            continue;
        if (!kafka_read_newest(admin, cli->arena, str_of(topic_name(topic)), count_max,
                               DLQ_LIST_VALUE, &some, &some_count, err))
            return false;
        for (size_t i = 0; i < some_count; i++)
            all[count++] = some[i];
    }
    *letters_out = all;
    *count_out = count;
    return true;
}

/* Newest first over all workers: a stable merge, since each worker's are sorted already. */
static void dlq_sort(struct kafka_read_message *letters, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct kafka_read_message letter = letters[i];
        size_t at = i;

        for (; at > 0 && letters[at - 1].message.time_ms < letter.message.time_ms; at--)
            letters[at] = letters[at - 1];
        letters[at] = letter;
    }
}

static void dlq_list_print(struct cli *cli, const struct kafka_read_message *letters, size_t count)
{
    if (count == 0) {
        printf("没有死信 no dead letters\n");
        return;
    }
    cli_cell(STR("时间 time"), 22);
    cli_cell(STR("环节 worker"), 14);
    cli_cell(STR("位置 place"), 14);
    cli_cell(STR("键 key"), 46);
    printf("原因 reason\n");
    for (size_t i = 0; i < count; i++) {
        const struct message *message = &letters[i].message;
        struct str reason = str_clip(dlq_header(&letters[i], "dead_reason"), DLQ_REASON_SIZE);

        cli_cell(cli_time(cli->arena, message->time_ms), 22);
        cli_cell(dlq_worker(message->topic), 14);
        cli_cell(arena_format(cli->arena, "%d %lld", (int)message->origin.partition,
                              (long long)message->origin.offset),
                 14);
        cli_cell(dlq_clean(cli, message->key, 128), 46);
        printf("%.*s\n", STR_ARG(dlq_clean(cli, reason, reason.size)));
    }
    printf("\n详情 details: sluice dlq show WORKER PLACE\n");
}

static void dlq_put(struct cli *cli, struct json_out *out, const struct kafka_read_message *letter)
{
    const struct message *message = &letter->message;

    json_out_text(out, "worker", dlq_worker(message->topic));
    json_out_int(out, "partition", message->origin.partition);
    json_out_int(out, "offset", message->origin.offset);
    json_out_int(out, "time", message->time_ms);
    json_out_text(out, "key", dlq_clean(cli, message->key, message->key.size));
    json_out_int(out, "bytes", (int64_t)letter->value_size);
    for (size_t i = 0; i < message->header_count; i++) {
        const struct header *header = &message->headers[i];

        if (str_starts(header->name, STR("dead_")) && str_is_utf8(header->name))
            json_out_text(out, arena_copy(cli->arena, header->name).data,
                          dlq_clean(cli, header->value, header->value.size));
    }
}

static void dlq_list_json(struct cli *cli, const struct kafka_read_message *letters, size_t count)
{
    struct json_out out;

    json_out_init(&out, cli->arena, 4096);
    json_out_array(&out, NULL);
    for (size_t i = 0; i < count; i++) {
        json_out_object(&out, NULL);
        dlq_put(cli, &out, &letters[i]);
        json_out_object_end(&out);
    }
    json_out_array_end(&out);
    cli_print_json(&out);
}

static int dlq_list(struct cli *cli, enum topic only, size_t count_max)
{
    struct kafka_read_message *letters = NULL;
    struct kafka_admin *admin = NULL;
    size_t count = 0;
    struct err err = { 0 };
    bool done = kafka_admin_open(&admin, cli->config, &err)
                && dlq_read(cli, admin, only, count_max, &letters, &count, &err);

    kafka_admin_close(admin);
    if (!done)
        return cli_fail(&err);
    dlq_sort(letters, count);
    count = count < count_max ? count : count_max;
    if (cli->json)
        dlq_list_json(cli, letters, count);
    else
        dlq_list_print(cli, letters, count);
    return CLI_DONE;
}

static int dlq_no_worker(const struct cli_command *command, const char *name)
{
    return cli_misuse(command,
                      "no worker \"%s\" has dead letters: ingest, reserve, anomaly, "
                      "route, verify, notify, ledger do",
                      name);
}

int dlq_list_command(int argc, char **argv)
{
    const char *count_text = "20";
    const struct cli_option options[] = {
        { .name = "--count",
          .value_name = "N",
          .help = "the newest N; default 20",
          .value = &count_text },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = "dlq list",
        .usage = "[WORKER] [--count N] [--json]",
        .help = "The newest dead letters: when, of which worker, about what, and why.",
        .options = options,
        .words_max = 1,
    };
    enum topic only = TOPIC_END;
    int64_t count_max;
    struct cli cli;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (cli.word_count == 1)
        only = topic_dead(cli.words[0]);
    if (cli.word_count == 1 && only == TOPIC_END)
        code = dlq_no_worker(&command, cli.words[0]);
    else if (!num_parse(str_of(count_text), &count_max) || count_max < 1
             || count_max > DLQ_COUNT_MAX)
        code = cli_misuse(&command, "--count must be 1 to %d", DLQ_COUNT_MAX);
    else
        code = dlq_list(&cli, only, (size_t)count_max);
    cli_close(&cli);
    return code;
}

/* ---- show ---- */

static struct str dlq_advice(struct cli *cli, const struct kafka_read_message *letter)
{
    struct str worker = dlq_header(letter, "dead_worker"), topic = dlq_header(letter, "dead_topic");
    struct str partition = dlq_header(letter, "dead_partition");
    struct str offset = dlq_header(letter, "dead_offset");

    if (worker.size == 0 || topic.size == 0 || partition.size == 0 || offset.size == 0)
        return STR("it says not where it came from: its sender must send it again");
    return arena_format(cli->arena,
                        "mend the cause, then have it read again: sluice replay %.*s --topic %.*s "
                        "--partition %.*s --to-offset %.*s --execute (what was handled before "
                        "changes nothing). A later full snapshot of the same order goes past it "
                        "by itself.",
                        STR_ARG(worker), STR_ARG(topic), STR_ARG(partition), STR_ARG(offset));
}

static void dlq_show_print(struct cli *cli, const struct kafka_read_message *letter)
{
    const struct message *message = &letter->message;
    struct str reason = dlq_header(letter, "dead_reason");
    struct str advice = dlq_advice(cli, letter);

    printf("原因 reason   %.*s\n", STR_ARG(dlq_clean(cli, reason, reason.size)));
    printf("来自 from     %.*s, partition %.*s, offset %.*s\n",
           STR_ARG(dlq_clean(cli, dlq_header(letter, "dead_topic"), 100)),
           STR_ARG(dlq_clean(cli, dlq_header(letter, "dead_partition"), 20)),
           STR_ARG(dlq_clean(cli, dlq_header(letter, "dead_offset"), 20)));
    printf("时间 time     %.*s\n", STR_ARG(cli_time(cli->arena, message->time_ms)));
    printf("键 key        %.*s\n", STR_ARG(dlq_clean(cli, message->key, message->key.size)));
    printf("办法 to do    %.*s\n", STR_ARG(dlq_clean(cli, advice, advice.size)));
    for (size_t i = 0; i < message->header_count; i++)
        printf("header        %.*s: %.*s\n", STR_ARG(dlq_clean(cli, message->headers[i].name, 100)),
               STR_ARG(dlq_clean(cli, message->headers[i].value, DLQ_SHOWN_SIZE)));
    printf("原文 %zu 字节 bytes", letter->value_size);
    if (letter->value_size > DLQ_SHOWN_SIZE)
        printf(", 前 the first %d, 全部 all: --raw", DLQ_SHOWN_SIZE);
    printf("\n%.*s\n", STR_ARG(dlq_text_mask(cli->arena, message->value, DLQ_SHOWN_SIZE)));
}

static void dlq_show_json(struct cli *cli, const struct kafka_read_message *letter, bool raw)
{
    struct str value = letter->message.value;
    struct json_out out;

    json_out_init(&out, cli->arena, value.size * 2 + 4096);
    json_out_object(&out, NULL);
    dlq_put(cli, &out, letter);
    json_out_text(&out, "to_do", dlq_clean(cli, dlq_advice(cli, letter), 1000));
    if (!raw)
        json_out_text(&out, "value_masked", dlq_text_mask(cli->arena, value, DLQ_SHOWN_SIZE));
    else if (str_is_utf8(value))
        json_out_text(&out, "value", value);
    else
        json_out_text(&out, "value_hex", dlq_text_hex(cli->arena, value));
    json_out_object_end(&out);
    cli_print_json(&out);
}

static int dlq_show(struct cli *cli, enum topic topic, int64_t partition, int64_t offset, bool raw)
{
    struct kafka_read_message letter;
    struct kafka_admin *admin = NULL;
    struct err err = { 0 };
    bool done = kafka_admin_open(&admin, cli->config, &err)
                && kafka_read_one(admin, cli->arena, str_of(topic_name(topic)), (int32_t)partition,
                                  offset, &letter, &err);

    kafka_admin_close(admin);
    if (!done)
        return cli_fail(&err);
    if (cli->json) {
        dlq_show_json(cli, &letter, raw);
    } else if (raw) {
        struct str value = letter.message.value;

        if (value.size > 0 && fwrite(value.data, 1, value.size, stdout) != value.size)
            return CLI_FAILED;
    } else {
        dlq_show_print(cli, &letter);
    }
    return CLI_DONE;
}

int dlq_show_command(int argc, char **argv)
{
    bool raw = false;
    const struct cli_option options[] = {
        { .name = "--raw",
          .help = "the original bytes, all and unmasked, and nothing else",
          .flag = &raw },
        { .name = NULL },
    };
    const struct cli_command command = {
        .name = "dlq show",
        .usage = "WORKER PARTITION OFFSET [--raw] [--json]",
        .help = "One dead letter: why it was refused, where it came from, what to do, and its "
                "first bytes\nwith phone numbers masked.",
        .options = options,
        .words_min = 3,
        .words_max = 3,
    };
    int64_t partition, offset;
    enum topic topic;
    struct cli cli;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    topic = topic_dead(cli.words[0]);
    if (topic == TOPIC_END)
        code = dlq_no_worker(&command, cli.words[0]);
    else if (!num_parse(str_of(cli.words[1]), &partition) || partition < 0 || partition > INT32_MAX
             || !num_parse(str_of(cli.words[2]), &offset) || offset < 0)
        code = cli_misuse(&command, "PARTITION and OFFSET are whole numbers from 0, as `sluice dlq "
                                    "list` shows them");
    else
        code = dlq_show(&cli, topic, partition, offset, raw);
    cli_close(&cli);
    return code;
}
