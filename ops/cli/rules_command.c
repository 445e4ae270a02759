/*
 * sluice rules check|publish|rollback: a rule set is checked, put in force, taken back.
 *
 * PostgreSQL first, then the announcement: a version that was announced is there. One that was
 * stored and not announced is found by every worker within a minute.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/num.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/publish.h"
#include "cli/rules_language.h"
#include "codec/rules_codec.h"
#include "store/rules_store.h"

static size_t rules_row_total(const struct rule_set *set)
{
    size_t total = 0;

    for (size_t i = 0; set->language->tables && set->language->tables[i].name; i++)
        total += set->tables[i].row_count;
    return total;
}

static void rules_print(struct cli *cli, const struct rules_draft *draft, int64_t version)
{
    const struct rule_set *set = &draft->compiled;
    struct json_out out;

    if (!cli->json) {
        printf("%s %s（%s）: %zu 条规则 rules, %zu 行数据 rows of data\n",
               version > 0 ? "已生效 in force" : "没有错误 fine", set->language->set,
               set->language->title, set->rule_count, rules_row_total(set));
        if (version > 0)
            printf("版本 version %lld，各进程在下一批前换上 taken between two batches\n",
                   (long long)version);
        return;
    }
    json_out_init(&out, cli->arena, 256);
    json_out_object(&out, NULL);
    json_out_text(&out, "set", draft->set);
    json_out_int(&out, "rules", (int64_t)set->rule_count);
    json_out_int(&out, "rows", (int64_t)rules_row_total(set));
    if (version > 0)
        json_out_int(&out, "version", version);
    json_out_object_end(&out);
    cli_print_json(&out);
}

/* ---- check ---- */

int rules_check_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "rules check",
        .usage = "FILE [--json]",
        .help = "Reads a rule set and says whether it can be published: the first error with its "
                "line, field and\nreason. Needs no server. FILE - is the standard input. "
                "schemas/rules/ has the grammar,\nops/rules/ the sets that are shipped.",
        .words_min = 1,
        .words_max = 1,
    };
    struct rules_draft draft;
    struct cli cli;
    struct err err;
    int code = CLI_DONE;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (rules_draft_read(cli.arena, cli.words[0], &draft, &err))
        rules_print(&cli, &draft, 0);
    else
        code = cli_fail(&err);
    cli_close(&cli);
    return code;
}

/* ---- publish and rollback ---- */

struct rules_input {
    const char *reason, *by;
};

static bool rules_announce(struct cli *cli, const struct rules_version_view *version,
                           struct err *err)
{
    struct str which = arena_format(cli->arena, "%lld", (long long)version->version);
    struct event event = {
        .kind = EVENT_RULES_PUBLISHED,
        .id = event_fact_id(cli->arena, version->set, EVENT_RULES_PUBLISHED, which),
        .source = STR("/sluice/cli"),
        .key = version->set,
        .time_ms = clock_now_ms(),
        .rules = { .set = version->set,
                   .version = version->version,
                   .by = version->by,
                   .reason = version->reason },
    };

    if (publish_events(cli, &event, 1, err))
        return true;
    return err_in(err,
                  "version %lld is stored and workers find it within a minute, but it could "
                  "not be announced",
                  (long long)version->version);
}

static bool rules_put(struct cli *cli, struct rules_store *store, const struct rules_draft *draft,
                      const struct rules_input *input, int64_t repeats, int64_t *version_out,
                      struct err *err)
{
    struct rules_version_view version = {
        .set = draft->set,
        .body = draft->text,
        .by = str_of(input->by),
        .reason = str_of(input->reason),
        .repeats = repeats,
    };

    if (!rules_store_put(store, cli->arena, &version, &version.version, err))
        return false;
    *version_out = version.version;
    return rules_announce(cli, &version, err);
}

static bool rules_publish(struct cli *cli, const struct rules_input *input, struct err *err)
{
    struct rules_store *store = NULL;
    struct rules_draft draft;
    int64_t version = 0;
    bool fine;

    if (!rules_draft_read(cli->arena, cli->words[0], &draft, err))
        return false;
    fine = rules_store_open(&store, cli->pg_url, err)
           && rules_put(cli, store, &draft, input, 0, &version, err);
    rules_store_close(store);
    if (fine)
        rules_print(cli, &draft, version);
    return fine;
}

/* The text to go back to: of an older version, or (0) the shipped set. */
static bool rules_old_text(struct cli *cli, struct rules_store *store, struct str set,
                           int64_t number, struct str *text_out, struct err *err)
{
    struct rules_version_view old;
    bool found;

    if (number == 0) {
        *text_out = rules_shipped(set);
        return text_out->size > 0
               || err_set(err, ERR_REJECT, "nothing is shipped for set %.*s", STR_ARG(set));
    }
    if (!rules_store_get(store, cli->arena, set, number, &old, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_REJECT,
                       "%.*s has no version %lld: `sluice rules show %.*s` lists "
                       "them",
                       STR_ARG(set), (long long)number, STR_ARG(set));
    *text_out = old.body;
    return true;
}

static bool rules_rollback(struct cli *cli, const struct rules_input *input, struct err *err)
{
    struct rules_store *store = NULL;
    struct str set = str_of(cli->words[0]);
    struct rules_draft draft;
    int64_t number, version = 0;
    struct str text;
    bool fine;

    if (!rules_language_of(set))
        return err_set(err, ERR_FATAL, "there is no set %s; sets are anomaly, route, notify",
                       cli->words[0]);
    if (!num_parse(str_of(cli->words[1]), &number) || number < 0)
        return err_set(err, ERR_FATAL, "%s is no version: a number, 0 for the shipped set",
                       cli->words[1]);
    fine = rules_store_open(&store, cli->pg_url, err)
           && rules_old_text(cli, store, set, number, &text, err)
           && rules_draft_compile(cli->arena, "the old version", text, &draft, err)
           && rules_put(cli, store, &draft, input, number, &version, err);
    rules_store_close(store);
    if (fine)
        rules_print(cli, &draft, version);
    return fine;
}

static int rules_change(const struct cli_command *shape, int argc, char **argv,
                        bool (*change)(struct cli *cli, const struct rules_input *input,
                                       struct err *err))
{
    const char *user = getenv("USER");
    struct rules_input input = { .by = user ? user : "operator" };
    const struct cli_option options[] = {
        { .name = "--reason",
          .value_name = "TEXT",
          .help = "why; kept with the version",
          .value = &input.reason },
        { .name = "--by",
          .value_name = "NAME",
          .help = "who; default: the login name",
          .value = &input.by },
        { .name = NULL },
    };
    struct cli_command command = *shape;
    struct cli cli;
    struct err err;
    int code = CLI_DONE;

    command.options = options;
    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (cli_check_reason(&command, input.reason, input.by, &code) && !change(&cli, &input, &err))
        code = cli_fail(&err);
    cli_close(&cli);
    return code;
}

int rules_publish_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "rules publish",
        .usage = "FILE --reason TEXT [--by NAME] [--json]",
        .help = "Puts a rule set in force: checked, stored as the next version, announced. A set "
                "with an\nerror changes nothing. What was decided before stays as it was decided; "
                "`sluice rules try`\nsays beforehand what it would do.",
        .words_min = 1,
        .words_max = 1,
    };

    return rules_change(&command, argc, argv, rules_publish);
}

int rules_rollback_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "rules rollback",
        .usage = "SET VERSION --reason TEXT [--by NAME] [--json]",
        .help = "Puts an old version in force again, as a new version with the old words. VERSION "
                "0 is the\nset the programs are shipped with.",
        .words_min = 2,
        .words_max = 2,
    };

    return rules_change(&command, argc, argv, rules_rollback);
}
