/*
 * sluice rules show: which versions there are, and what one says.
 */
#include <stdio.h>

#include "base/num.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/rules_language.h"
#include "codec/rules_codec.h"
#include "store/rules_store.h"

#define RULES_SHOW_VERSIONS 20

/* ---- all sets: what is in force ---- */

/* The version workers judge by; a newer one that nobody can use is told beside it. */
static bool rules_show_newest(struct cli *cli, struct rules_store *store, struct str set,
                              struct rules_version_view *view_out, struct err *err)
{
    struct rules_draft draft;
    int64_t newest;

    if (!rules_in_force(cli->arena, store, set, view_out, &draft, &newest, err))
        return false;
    if (newest > view_out->version && !cli->json)
        printf("！%.*s 的版本 version %lld 有错，没有进程能用；生效的是 cannot be used by anybody; "
               "in force is %lld\n",
               STR_ARG(set), (long long)newest, (long long)view_out->version);
    return true;
}

static void rules_show_head(void)
{
    cli_cell(STR("规则集 set"), 14);
    cli_cell(STR("版本 version"), 14);
    cli_cell(STR("时间 at"), 21);
    cli_cell(STR("谁 by"), 14);
    printf("原因 reason\n");
}

static void rules_show_row(struct cli *cli, const struct rules_version_view *view)
{
    cli_cell(view->set, 14);
    cli_cell(arena_format(cli->arena, "%lld", (long long)view->version), 14);
    cli_cell(cli_time(cli->arena, view->at), 21);
    cli_cell(cli_line(cli->arena, view->by), 14);
    printf("%.*s", STR_ARG(cli_line(cli->arena, view->reason)));
    if (view->repeats > 0)
        printf("（同版本 as version %lld）", (long long)view->repeats);
    printf("\n");
}

static void rules_show_json_row(struct json_out *out, const struct rules_version_view *view)
{
    json_out_object(out, NULL);
    json_out_text(out, "set", view->set);
    json_out_int(out, "version", view->version);
    json_out_int(out, "at", view->at);
    json_out_text(out, "by", view->by);
    json_out_text(out, "reason", view->reason);
    json_out_int(out, "repeats", view->repeats);
    json_out_object_end(out);
}

static bool rules_show_all(struct cli *cli, struct rules_store *store, struct err *err)
{
    const struct rule_language *language;
    struct json_out out;

    json_out_init(&out, cli->arena, 1024);
    json_out_array(&out, NULL);
    if (!cli->json)
        rules_show_head();
    for (size_t i = 0; (language = rules_language_at(i)); i++) {
        struct rules_version_view view;

        if (!rules_show_newest(cli, store, str_of(language->set), &view, err))
            return false;
        if (cli->json)
            rules_show_json_row(&out, &view);
        else
            rules_show_row(cli, &view);
    }
    json_out_array_end(&out);
    if (cli->json)
        cli_print_json(&out);
    return true;
}

/* ---- one version ---- */

static void rules_show_rule(const struct rule_set *set, const struct rule *rule)
{
    const struct rule_language *language = set->language;

    printf("  %5lld  ", (long long)rule->priority);
    cli_cell(rule->id, 28);
    cli_cell(str_of(language->actions[rule->action]), 9);
    for (size_t i = 0; i < rule->part_count; i++) {
        if (!rule->parts[i].is_field)
            printf("%.*s", STR_ARG(rule->parts[i].text));
        else
            printf("{%s}", language->fields[rule->parts[i].field].name);
    }
    printf("\n");
}

static void rules_show_rules(const struct rule_set *set)
{
    const struct rule_table_kind *kinds = set->language->tables;

    printf("\n规则 rules（先看优先级高的 highest priority first）\n");
    for (size_t i = 0; i < set->rule_count; i++)
        rules_show_rule(set, &set->rules[i]);
    printf("\n数据 data\n");
    for (size_t i = 0; kinds && kinds[i].name; i++) {
        printf("  ");
        cli_cell(str_of(kinds[i].name), 20);
        printf("%zu 行 rows\n", set->tables[i].row_count);
    }
}

static bool rules_show_versions(struct cli *cli, struct rules_store *store, struct str set,
                                struct err *err)
{
    struct rules_version_view *rows;
    size_t count;

    if (!rules_store_list(store, cli->arena, set, RULES_SHOW_VERSIONS, &rows, &count, err))
        return false;
    rules_show_head();
    for (size_t i = 0; i < count; i++)
        rules_show_row(cli, &rows[i]);
    if (count == 0)
        printf("（还没有发布过，用的是随程序发布的 nothing published yet: the shipped set is in "
               "force）\n");
    return true;
}

static bool rules_show_find(struct cli *cli, struct rules_store *store, struct str set,
                            struct rules_version_view *view_out, struct err *err)
{
    int64_t number;
    bool found;

    if (cli->word_count < 2)
        return rules_show_newest(cli, store, set, view_out, err);
    if (!num_parse(str_of(cli->words[1]), &number) || number < 0)
        return err_set(err, ERR_FATAL, "%s is no version: a number", cli->words[1]);
    if (number == 0) {
        *view_out = (struct rules_version_view){ .set = set, .body = rules_shipped(set) };
        return true;
    }
    if (!rules_store_get(store, cli->arena, set, number, view_out, &found, err))
        return false;
    return found
           || err_set(err, ERR_REJECT, "%.*s has no version %lld", STR_ARG(set), (long long)number);
}

static bool rules_show_one(struct cli *cli, struct rules_store *store, struct str set,
                           struct err *err)
{
    struct rules_version_view view;
    struct rules_draft draft;

    if (!rules_language_of(set))
        return err_set(err, ERR_FATAL, "there is no set %.*s; sets are anomaly, route, notify",
                       STR_ARG(set));
    if (!rules_show_find(cli, store, set, &view, err))
        return false;
    if (cli->json) { /* what was published, byte for byte: to be edited and published again */
        printf("%.*s%s", STR_ARG(view.body),
               view.body.size > 0 && view.body.data[view.body.size - 1] == '\n' ? "" : "\n");
        return true;
    }
    if (!rules_draft_compile(cli->arena, "this version", view.body, &draft, err)
        || !rules_show_versions(cli, store, set, err))
        return false;
    rules_show_rules(&draft.compiled);
    return true;
}

int rules_show_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "rules show",
        .usage = "[SET [VERSION]] [--json]",
        .help = "Without SET: the version of each rule set in force. With SET: its newest "
                "versions, and the rules\nof the one in force or of VERSION (0: the shipped set); "
                "--json gives its file, byte for byte.",
        .words_min = 0,
        .words_max = 2,
    };
    struct rules_store *store = NULL;
    struct cli cli;
    struct err err;
    int code = CLI_DONE;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (!rules_store_open(&store, cli.pg_url, &err)
        || !(cli.word_count == 0 ? rules_show_all(&cli, store, &err)
                                 : rules_show_one(&cli, store, str_of(cli.words[0]), &err)))
        code = cli_fail(&err);
    rules_store_close(store);
    cli_close(&cli);
    return code;
}
