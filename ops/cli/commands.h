/*
 * commands — the functions behind `sluice …`, each in the file of its name. They get the words
 * behind the command and return an exit code (cli.h).
 */
#ifndef SLUICE_CLI_COMMANDS_H
#define SLUICE_CLI_COMMANDS_H

#include "cli/import.h"
#include "cli/sale.h"

/* order_command.c: one order; decide_command.c: a person's decisions about it. */
int order_show_command(int argc, char **argv);
int order_cancel_command(int argc, char **argv);
int order_approve_command(int argc, char **argv);
int order_reject_command(int argc, char **argv);
int order_rescreen_command(int argc, char **argv);
int order_replan_command(int argc, char **argv);

/* ingest_command.c: what payloads would become. */
int ingest_command(int argc, char **argv);

/* where_command.c, report_command.c */
int where_command(int argc, char **argv);
int report_command(int argc, char **argv);

/* stock_command.c: what is there; stock_feed_command.c: a count comes in. */
int stock_set_command(int argc, char **argv);
int stock_show_command(int argc, char **argv);
int stock_verify_command(int argc, char **argv);
int stock_rebuild_command(int argc, char **argv);

/* sku_command.c: what a shop's code is; sku_list_command.c: what is and what is not mapped. */
int sku_map_command(int argc, char **argv);
int sku_unmap_command(int argc, char **argv);
int sku_unmapped_command(int argc, char **argv);
int sku_list_command(int argc, char **argv);

/* dlq_command.c, replay_command.c, topics_command.c, topics_list_command.c */
int dlq_list_command(int argc, char **argv);
int dlq_show_command(int argc, char **argv);
int replay_command(int argc, char **argv);
int topics_apply_command(int argc, char **argv);
int topics_list_command(int argc, char **argv);

/* rules_command.c, rules_show_command.c, rules_words_command.c,
 * rules_try_command.c */
int rules_words_command(int argc, char **argv);
int rules_try_command(int argc, char **argv);
int rules_check_command(int argc, char **argv);
int rules_publish_command(int argc, char **argv);
int rules_show_command(int argc, char **argv);
int rules_rollback_command(int argc, char **argv);

/* db_command.c */
int db_migrate_command(int argc, char **argv);
int db_status_command(int argc, char **argv);

#endif
