/*
 * sluice rules words: what a rule set may say, for whoever writes one.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/rules_language.h"

/* ---- for people ---- */

static void rules_words_list(const char *const *words)
{
    for (size_t i = 0; words && words[i]; i++)
        printf("%s%s", i > 0 ? " | " : "  ", words[i]);
    printf("\n");
}

static void rules_words_fields(const struct rule_language *language)
{
    printf("\n字段 fields（each: 每行或每个候选一个值 a value per line or candidate）\n");
    for (const struct rule_field *field = language->fields; field->name; field++) {
        printf("  ");
        cli_cell(str_of(field->name), 26);
        cli_cell(str_of(rule_type_name(field->type)), 8);
        cli_cell(field->each ? STR("each") : STR(""), 6);
        printf("%s", field->label ? field->label : "");
        rules_words_list(field->words);
    }
}

static void rules_words_columns(const struct rule_column *columns)
{
    for (const struct rule_column *column = columns; column && column->name; column++) {
        printf("  ");
        cli_cell(str_of(column->name), 26);
        cli_cell(str_of(rule_type_name(column->type)), 8);
        cli_cell(column->required ? STR("必填") : STR(""), 6);
        printf("%s", column->help ? column->help : "");
        rules_words_list(column->words);
    }
}

static void rules_words_print(const struct rule_language *language)
{
    printf("规则集 set %s（%s）\n动作 actions", language->set, language->title);
    rules_words_list(language->actions);
    rules_words_fields(language);
    printf("\n每条规则另有 beside its condition a rule has\n");
    rules_words_columns(language->attributes);
    printf("\n设置 settings\n");
    rules_words_columns(language->settings);
    for (const struct rule_table_kind *table = language->tables; table && table->name; table++) {
        printf("\n数据表 table %s：%s\n", table->name, table->help ? table->help : "");
        rules_words_columns(table->columns);
    }
}

/* ---- for programs ---- */

static void rules_words_json_list(struct json_out *out, const char *const *words)
{
    if (!words)
        return;
    json_out_array(out, "words");
    for (; *words; words++)
        json_out_text(out, NULL, str_of(*words));
    json_out_array_end(out);
}

static void rules_words_json_columns(struct json_out *out, const char *name,
                                     const struct rule_column *columns)
{
    json_out_array(out, name);
    for (; columns && columns->name; columns++) {
        json_out_object(out, NULL);
        json_out_text(out, "name", str_of(columns->name));
        json_out_text(out, "type", str_of(rule_type_name(columns->type)));
        json_out_bool(out, "required", columns->required);
        rules_words_json_list(out, columns->words);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void rules_words_json_fields(struct json_out *out, const struct rule_language *language)
{
    json_out_array(out, "fields");
    for (const struct rule_field *field = language->fields; field->name; field++) {
        json_out_object(out, NULL);
        json_out_text(out, "name", str_of(field->name));
        json_out_text(out, "type", str_of(rule_type_name(field->type)));
        json_out_bool(out, "each", field->each);
        json_out_bool(out, "personal", field->personal);
        json_out_text(out, "label", str_of(field->label));
        rules_words_json_list(out, field->words);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void rules_words_json(struct cli *cli, const struct rule_language *language)
{
    struct json_out out;

    json_out_init(&out, cli->arena, 8192);
    json_out_object(&out, NULL);
    json_out_text(&out, "set", str_of(language->set));
    json_out_array(&out, "actions");
    for (size_t i = 0; language->actions[i]; i++)
        json_out_text(&out, NULL, str_of(language->actions[i]));
    json_out_array_end(&out);
    rules_words_json_fields(&out, language);
    rules_words_json_columns(&out, "attributes", language->attributes);
    rules_words_json_columns(&out, "settings", language->settings);
    json_out_object(&out, "tables");
    for (const struct rule_table_kind *table = language->tables; table && table->name; table++)
        rules_words_json_columns(&out, table->name, table->columns);
    json_out_object_end(&out);
    json_out_object_end(&out);
    cli_print_json(&out);
}

int rules_words_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "rules words",
        .usage = "SET [--json]",
        .help = "The fields a condition may look at, the actions, settings and tables of a rule "
                "set (anomaly,\nroute, notify). schemas/rules/README.md tells how they are put "
                "together. Needs no server.",
        .words_min = 1,
        .words_max = 1,
    };
    const struct rule_language *language;
    struct cli cli;
    int code = CLI_DONE;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    language = rules_language_of(str_of(cli.words[0]));
    if (!language)
        code = cli_misuse(&command, "there is no set %s; sets are anomaly, route, notify",
                          cli.words[0]);
    else if (cli.json)
        rules_words_json(&cli, language);
    else
        rules_words_print(language);
    cli_close(&cli);
    return code;
}
