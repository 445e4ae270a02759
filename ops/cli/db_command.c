/*
 * sluice db migrate|status
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "store/db_store.h"

static void db_print_applied(void *context, int64_t version, const char *name)
{
    (void)context;
    (void)fprintf(stderr, "applied %lld %s\n", (long long)version, name);
}

static void db_print(struct cli *cli, const struct db_status *status)
{
    struct json_out out;

    if (!cli->json) {
        printf("数据库版本 database version %lld, 程序需要 needed %lld\n",
               (long long)status->current, (long long)status->newest);
        return;
    }
    json_out_init(&out, cli->arena, 64);
    json_out_object(&out, NULL);
    json_out_int(&out, "current", status->current);
    json_out_int(&out, "newest", status->newest);
    json_out_object_end(&out);
    cli_print_json(&out);
}

int db_migrate_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "db migrate",
        .usage = "[--json]",
        .help = "Applies the migrations the database does not have yet, oldest first. Safe to run\n"
                "twice and at the same time. A database from a newer version is refused.",
    };
    struct db_status status;
    struct cli cli;
    struct err err;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (db_store_migrate(cli.pg_url, db_print_applied, NULL, &status, &err)) {
        db_print(&cli, &status);
        code = CLI_DONE;
    } else {
        code = cli_fail(&err);
    }
    cli_close(&cli);
    return code;
}

int db_status_command(int argc, char **argv)
{
    static const struct cli_command command = {
        .name = "db status",
        .usage = "[--json]",
        .help = "Tells the schema version of the database; exit 1 when migrations are missing.",
    };
    struct db_status status;
    struct cli cli;
    struct err err;
    int code;

    if (!cli_open(&cli, &command, argc, argv, &code))
        return code;
    if (db_store_status(cli.pg_url, &status, &err)) {
        db_print(&cli, &status);
        code = status.current == status.newest ? CLI_DONE : CLI_FAILED;
    } else {
        code = cli_fail(&err);
    }
    cli_close(&cli);
    return code;
}
