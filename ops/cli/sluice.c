/*
 * sluice — the operator's tool: one table of commands, one file each.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/commands.h"

struct sluice_entry {
    const char *first, *second; /* "order" "show"; second NULL: one word */
    int (*run)(int argc, char **argv);
    const char *help;
};

static const struct sluice_entry sluice_entries[] = {
    { "import", NULL, import_command, "bring orders in from files or a pipe" },
    { "ingest", NULL, ingest_command, "what payloads would become; a dry run, without servers" },
    { "sale", NULL, sale_command, "make a sale from a seed, for demos, rehearsals and tests" },
    { "where", NULL, where_command, "which orders stand at which gate" },
    { "order", "show", order_show_command, "one order with its seven gates and its trail" },
    { "order", "cancel", order_cancel_command, "cancel an order" },
    { "order", "approve", order_approve_command, "let a held order pass" },
    { "order", "reject", order_reject_command, "reject a held order" },
    { "order", "rescreen", order_rescreen_command, "have an order judged anew" },
    { "order", "replan", order_replan_command, "have an order routed anew" },
    { "stock", "set", stock_set_command, "tell how many units lie in a warehouse" },
    { "stock", "show", stock_show_command, "physical, promised and free units" },
    { "stock", "verify", stock_verify_command, "compare the hot counters with the record" },
    { "stock", "rebuild", stock_rebuild_command, "rebuild the hot counters from the record" },
    { "sku", "map", sku_map_command, "say what a shop's code is in our SKUs, bundles too" },
    { "sku", "unmap", sku_unmap_command, "take a mapping back" },
    { "sku", "unmapped", sku_unmapped_command, "codes that orders wait for" },
    { "sku", "list", sku_list_command, "what is mapped; of one code who mapped it when" },
    { "report", NULL, report_command, "the sale so far, for a manager" },
    { "dlq", "list", dlq_list_command, "dead letters: what was refused, and why" },
    { "dlq", "show", dlq_show_command, "one dead letter with its original bytes" },
    { "replay", NULL, replay_command, "move a consumer group back (a dry run without --execute)" },
    { "rules", "check", rules_check_command, "can this rule set be published?" },
    { "rules", "publish", rules_publish_command, "put a rule set in force" },
    { "rules", "show", rules_show_command, "the rule sets, their versions, what they say" },
    { "rules", "words", rules_words_command, "what a rule set may say" },
    { "rules", "try", rules_try_command, "what a rule set would have done with past orders" },
    { "rules", "rollback", rules_rollback_command, "put an old version in force again" },
    { "topics", "apply", topics_apply_command, "make the topics as schemas/topics.json has them" },
    { "topics", "list", topics_list_command, "topics with partitions and lag" },
    { "db", "migrate", db_migrate_command, "bring the database to this version's schema" },
    { "db", "status", db_status_command, "which migrations the database has" },
};

#define SLUICE_ENTRIES (sizeof sluice_entries / sizeof sluice_entries[0])

static int sluice_help(FILE *out, int code)
{
    (void)fprintf(out, "sluice（水闸）— order hub for sales peaks\n\nusage: sluice COMMAND …, "
                       "sluice COMMAND --help\n\n");
    for (size_t i = 0; i < SLUICE_ENTRIES; i++)
        (void)fprintf(out, "  %-7s %-9s %s\n", sluice_entries[i].first,
                      sluice_entries[i].second ? sluice_entries[i].second : "",
                      sluice_entries[i].help);
    return code;
}

/* `sluice order --help`: the commands of one group. */
static int sluice_group(const char *first, FILE *out, int code)
{
    for (size_t i = 0; i < SLUICE_ENTRIES; i++)
        if (strcmp(sluice_entries[i].first, first) == 0)
            (void)fprintf(out, "  sluice %s %-9s %s\n", first, sluice_entries[i].second,
                          sluice_entries[i].help);
    return code;
}

static bool sluice_is_group(const char *word)
{
    for (size_t i = 0; i < SLUICE_ENTRIES; i++)
        if (sluice_entries[i].second && strcmp(sluice_entries[i].first, word) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return sluice_help(stderr, CLI_USAGE);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return sluice_help(stdout, CLI_DONE);
    for (size_t i = 0; i < SLUICE_ENTRIES; i++) {
        const struct sluice_entry *entry = &sluice_entries[i];

        if (strcmp(argv[1], entry->first) != 0)
            continue;
        if (!entry->second)
            return entry->run(argc - 2, argv + 2);
        if (argc > 2 && strcmp(argv[2], entry->second) == 0)
            return entry->run(argc - 3, argv + 3);
    }
    if (sluice_is_group(argv[1]) && argc > 2 && strcmp(argv[2], "--help") == 0)
        return sluice_group(argv[1], stdout, CLI_DONE);
    (void)fprintf(stderr, "sluice: there is no command \"%s%s%s\"; these are:\n\n", argv[1],
                  argc > 2 ? " " : "", argc > 2 ? argv[2] : "");
    if (sluice_is_group(argv[1]))
        return sluice_group(argv[1], stderr, CLI_USAGE);
    return sluice_help(stderr, CLI_USAGE);
}
