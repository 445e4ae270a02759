#include "cli/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "runtime/config.h"

#define CLI_ARENA_BYTES (1u << 30)

static void cli_print_help(const struct cli_command *command)
{
    printf("usage: sluice %s %s\n\n%s\n", command->name, command->usage, command->help);
    if (command->options && command->options->name)
        printf("\n");
    for (const struct cli_option *option = command->options; option && option->name; option++)
        printf("  %s %-*s  %s\n", option->name, 22 - (int)strlen(option->name),
               option->value_name ? option->value_name : "", option->help);
    printf("  --json                  one JSON document instead of a table\n"
           "  --help                  this\n");
}

int cli_misuse(const struct cli_command *command, const char *format, ...)
{
    va_list args;

    (void)fprintf(stderr, "sluice %s: ", command->name);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fprintf(stderr, "; see `sluice %s --help`\n", command->name);
    return CLI_USAGE;
}

int cli_fail(const struct err *err)
{
    (void)fprintf(stderr, "sluice: %s\n", err->text);
    return err->class == ERR_FATAL ? CLI_USAGE : CLI_FAILED;
}

static const struct cli_option *cli_find(const struct cli_command *command, const char *word)
{
    for (const struct cli_option *option = command->options; option && option->name; option++) {
        if (strcmp(option->name, word) == 0)
            return option;
    }
    return NULL;
}

/* Takes argv[*i], and its value behind it where it has one. */
static bool cli_take(struct cli *cli, const struct cli_command *command, int argc, char **argv,
                     int *i)
{
    const struct cli_option *option;

    if (strcmp(argv[*i], "--json") == 0) {
        cli->json = true;
        return true;
    }
    option = cli_find(command, argv[*i]);
    if (!option) {
        (void)cli_misuse(command, "%s is not an option of this command", argv[*i]);
        return false;
    }
    if (!option->value_name) {
        *option->flag = true;
        return true;
    }
    if (*i + 1 >= argc) {
        (void)cli_misuse(command, "%s needs a %s", option->name, option->value_name);
        return false;
    }
    *option->value = argv[++*i];
    return true;
}

static bool cli_parse(struct cli *cli, const struct cli_command *command, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        bool is_option = argv[i][0] == '-' && argv[i][1] != '\0';

        if (!is_option)
            cli->words[cli->word_count++] = argv[i];
        else if (!cli_take(cli, command, argc, argv, &i))
            return false;
    }
    if (cli->word_count < command->words_min
        || (command->words_max >= 0 && cli->word_count > command->words_max)) {
        (void)cli_misuse(command, "usage: sluice %s %s", command->name, command->usage);
        return false;
    }
    return true;
}

static bool cli_wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

bool cli_open(struct cli *cli, const struct cli_command *command, int argc, char **argv,
              int *exit_out)
{
    static const struct config_row no_rows[] = { { .name = NULL } };
    struct err err;

    log_init("cli", LOG_ERROR); /* what a library has to say is not what was asked for */
    *cli = (struct cli){ .arena = arena_open(CLI_ARENA_BYTES) };
    cli->words = ARENA_ARRAY(cli->arena, char *, (size_t)argc + 1);
    if (cli_wants_help(argc, argv)) {
        cli_print_help(command);
        *exit_out = CLI_DONE;
    } else if (!cli_parse(cli, command, argc, argv)) {
        *exit_out = CLI_USAGE;
    } else if (!config_open(&cli->config, "cli", no_rows, &err)) {
        *exit_out = cli_fail(&err);
    } else {
        cli->kafka_brokers = config_str(cli->config, "kafka_brokers");
        cli->redis_url = config_str(cli->config, "redis_url");
        cli->pg_url = config_str(cli->config, "pg_url");
        return true;
    }
    cli_close(cli);
    return false;
}

static bool cli_is_control(char byte)
{
    return (unsigned char)byte < 0x20 || byte == 0x7f;
}

static bool cli_has_control(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (cli_is_control(text.data[i]))
            return true;
    return false;
}

bool cli_check_reason(const struct cli_command *command, const char *reason, const char *by,
                      int *exit_out)
{
    struct str why = str_of(reason ? reason : ""), who = str_of(by);

    if (str_trim(why).size == 0)
        *exit_out =
            cli_misuse(command, "--reason is missing or blank: what is decided is kept with it");
    else if (why.size > CLI_REASON_BYTES || !str_is_utf8(why))
        *exit_out = cli_misuse(command, "--reason must be UTF-8 of at most %d bytes, it has %zu",
                               CLI_REASON_BYTES, why.size);
    else if (str_trim(who).size == 0 || who.size > CLI_BY_BYTES || !str_is_utf8(who)
             || cli_has_control(who))
        *exit_out = cli_misuse(command, "--by must be a name: one line of UTF-8, 1 to %d bytes",
                               CLI_BY_BYTES);
    else
        return true;
    return false;
}

void cli_close(struct cli *cli)
{
    config_close(cli->config);
    arena_close(cli->arena);
    *cli = (struct cli){ .config = NULL };
}

void cli_print_json(struct json_out *out)
{
    struct str text = json_out_str(out);

    printf("%.*s\n", STR_ARG(text));
}

/* Columns of UTF-8 text: three-byte characters here are Chinese and two wide. */
static int cli_width(struct str text)
{
    int width = 0;

    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];

        if (byte < 0x80)
            width += 1;
        else if (byte >= 0xe0)
            width += 2;
        else if (byte >= 0xc0)
            width += 1;
    }
    return width;
}

void cli_cell(struct str text, int width)
{
    int pad = width - cli_width(text);

    printf("%.*s%*s", STR_ARG(text), pad > 0 ? pad : 1, "");
}

struct str cli_line(struct arena *arena, struct str text)
{
    char *line = arena_alloc(arena, text.size + 1);

    for (size_t i = 0; i < text.size; i++)
        line[i] = cli_is_control(text.data[i]) ? ' ' : text.data[i];
    return (struct str){ .data = line, .size = text.size };
}

struct str cli_time(struct arena *arena, int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];

    return ms > 0 ? arena_copy(arena, clock_china_text(ms, text)) : STR("-");
}

struct str cli_age(struct arena *arena, int64_t ms)
{
    if (ms < 0)
        return STR("-");
    if (ms < 120000)
        return arena_format(arena, "%lld 秒 s", (long long)(ms / 1000));
    if (ms < 7200000)
        return arena_format(arena, "%lld 分钟 min", (long long)(ms / 60000));
    return arena_format(arena, "%lld 小时 h", (long long)(ms / 3600000));
}
