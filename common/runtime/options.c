#include "runtime/options.h"

#include <stddef.h>
#include <string.h>

#include "runtime/cycle.h"

#ifndef SLUICE_VERSION
#define SLUICE_VERSION "unknown"
#endif

static const struct {
    const char *name;
    enum options_mode mode;
    const char *help;
} options_rows[] = {
    { "--check", OPTIONS_CHECK, "print the effective settings, open the stores, exit" },
    { "--help", OPTIONS_HELP, "this" },
    { "--docs", OPTIONS_DOCS, "this worker's settings and metrics as Markdown" },
    { "--docs-common", OPTIONS_DOCS_COMMON, "the settings and metrics of every worker" },
    { "--crash-points", OPTIONS_CRASH_POINTS, "where a test build can be killed, one a line" },
    { "--version", OPTIONS_VERSION, "the version" },
};

#define OPTIONS_COUNT (sizeof(options_rows) / sizeof(options_rows[0]))

bool options_parse(int argc, char **argv, enum options_mode *mode_out, struct err *err)
{
    if (argc <= 1) {
        *mode_out = OPTIONS_RUN;
        return true;
    }
    for (size_t i = 0; argc == 2 && i < OPTIONS_COUNT; i++) {
        if (strcmp(argv[1], options_rows[i].name) == 0) {
            *mode_out = options_rows[i].mode;
            return true;
        }
    }
    return err_set(err, ERR_FATAL, "unknown argument %s: --help lists what there is",
                   argv[argc > 2 ? 2 : 1]);
}

static void options_print_help(const struct worker *worker, FILE *out)
{
    (void)fprintf(out, "sluice-%s runs until SIGTERM; its settings come from the environment.\n\n",
                  worker->name);
    for (size_t i = 0; i < OPTIONS_COUNT; i++)
        (void)fprintf(out, "  %-24s %s\n", options_rows[i].name, options_rows[i].help);
    if (worker->config != NULL && worker->config[0].name != NULL) {
        (void)fprintf(out, "\nIts own settings, each as SLUICE_<WORKER>_<NAME> in capitals:\n");
        config_print_help(worker->config, false, out);
    }
    (void)fputs("\nSettings of every worker, as SLUICE_<NAME>, or SLUICE_<WORKER>_<NAME> for one "
                "alone;\nin the file that SLUICE_CONFIG names: lower case, without SLUICE_:\n",
                out);
    config_print_help(config_common_rows, false, out);
    (void)fputs("\nkafka.<property> in that file, or SLUICE_KAFKA__<PROPERTY>, goes to "
                "librdkafka.\nExit codes: 0 stopped by a signal, 1 fatal (start it again), "
                "2 bad settings or usage.\n",
                out);
}

static void options_print_docs(const struct config_row *config, const struct metric_row *metrics,
                               FILE *out)
{
    if (config != NULL && config[0].name != NULL) {
        (void)fputs("### Settings\n\n", out);
        config_print_help(config, true, out);
    }
    if (config != NULL && config[0].name != NULL && metrics != NULL && metrics[0].name != NULL)
        (void)fputs("\n", out);
    if (metrics != NULL && metrics[0].name != NULL) {
        (void)fputs("### Metrics\n\n", out);
        metrics_print_help(metrics, true, out);
    }
}

static void options_print_crash_points(const struct worker *worker, FILE *out)
{
    static const char *const cycle[] = {
        CYCLE_CRASH_FILLED,    CYCLE_CRASH_JUDGED,  CYCLE_CRASH_HANDLED,
        CYCLE_CRASH_PUBLISHED, CYCLE_CRASH_SETTLED, CYCLE_CRASH_COMMITTED,
    };

    if (worker->reads != NULL && worker->reads[0] != TOPIC_END)
        for (size_t i = 0; i < sizeof(cycle) / sizeof(cycle[0]); i++)
            (void)fprintf(out, "%s\n", cycle[i]);
    if (worker->tick != NULL)
        (void)fprintf(out, "%s\n%s\n", CYCLE_CRASH_TICKED, CYCLE_CRASH_TOLD);
    for (const char *const *own = worker->crash_points; own != NULL && *own != NULL; own++)
        (void)fprintf(out, "%s\n", *own);
}

void options_print(enum options_mode mode, const struct worker *worker, FILE *out)
{
    switch (mode) {
    case OPTIONS_HELP:
        options_print_help(worker, out);
        break;
    case OPTIONS_DOCS:
        options_print_docs(worker->config, worker->metrics, out);
        break;
    case OPTIONS_DOCS_COMMON:
        options_print_docs(config_common_rows, metrics_common_rows, out);
        break;
    case OPTIONS_CRASH_POINTS:
        options_print_crash_points(worker, out);
        break;
    case OPTIONS_VERSION:
        (void)fprintf(out, "sluice-%s " SLUICE_VERSION "\n", worker->name);
        break;
    case OPTIONS_RUN:
    case OPTIONS_CHECK:
        break;
    }
}
