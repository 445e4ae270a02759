/* import_report — see import_report.h. */
#include "cli/import_report.h"

#include <stdio.h>

#include "base/map.h"
#include "cli/cli.h"

#define IMPORT_LISTED_MAX 20 /* lines named one by one; the others are counted */

struct import_bad {
    const char *file;
    int64_t line;
    struct str why;
};

struct import_report {
    struct arena *arena;
    const char *file;
    struct map *by_channel; /* name → int64_t */
    int64_t without_id, refused, bytes;
    struct import_bad bad[IMPORT_LISTED_MAX];
    size_t bad_count;
};

struct import_report *import_report_open(struct arena *arena)
{
    struct import_report *report = ARENA_NEW(arena, struct import_report);

    report->arena = arena;
    report->file = "";
    report->by_channel = map_open(arena);
    return report;
}

void import_report_file(struct import_report *report, const char *path)
{
    report->file = path;
}

void import_report_taken(struct import_report *report, struct str channel, size_t size)
{
    int64_t *count = map_get(report->by_channel, channel);

    if (!count) {
        count = ARENA_NEW(report->arena, int64_t);
        map_put(report->by_channel, arena_copy(report->arena, channel), count);
    }
    (*count)++;
    report->bytes += (int64_t)size;
}

static void import_report_note(struct import_report *report, int64_t line, struct str why)
{
    if (report->bad_count == IMPORT_LISTED_MAX)
        return;
    report->bad[report->bad_count++] = (struct import_bad){ .file = report->file,
                                                            .line = line,
                                                            .why = arena_copy(report->arena, why) };
}

void import_report_without_id(struct import_report *report, int64_t line, struct str why)
{
    report->without_id++;
    import_report_note(report, line, why);
}

void import_report_refused(struct import_report *report, int64_t line, struct str why)
{
    report->refused++;
    import_report_note(report, line, why);
}

bool import_report_is_bad(const struct import_report *report, bool sale)
{
    return report->refused > 0 || (report->without_id > 0 && !sale);
}

/* ---- for programs ---- */

static void import_report_json_bad(const struct import_report *report, struct json_out *out)
{
    json_out_array(out, "bad");
    for (size_t i = 0; i < report->bad_count; i++) {
        json_out_object(out, NULL);
        json_out_text(out, "file", str_of(report->bad[i].file));
        json_out_int(out, "line", report->bad[i].line);
        json_out_text(out, "why", report->bad[i].why);
        json_out_object_end(out);
    }
    json_out_array_end(out);
}

static void import_report_json(struct import_report *report, int64_t sent)
{
    struct json_out out;

    json_out_init(&out, report->arena, 1024);
    json_out_object(&out, NULL);
    json_out_int(&out, "sent", sent);
    json_out_object(&out, "by_channel");
    for (size_t i = 0; i < map_count(report->by_channel); i++) {
        struct str name;
        const int64_t *count = map_at(report->by_channel, i, &name);

        json_out_int(&out, arena_copy(report->arena, name).data, *count);
    }
    json_out_object_end(&out);
    json_out_int(&out, "bytes", report->bytes);
    json_out_int(&out, "without_id", report->without_id);
    json_out_int(&out, "refused", report->refused);
    import_report_json_bad(report, &out);
    json_out_object_end(&out);
    cli_print_json(&out);
}

/* ---- for people ---- */

static void import_report_text_bad(const struct import_report *report)
{
    int64_t all = report->without_id + report->refused;

    if (report->without_id > 0)
        printf("  找不到订单号，原样送出，将进入 dead.ingest — without an order id, sent as they "
               "are: %lld\n",
               (long long)report->without_id);
    if (report->refused > 0)
        printf("  拒收 refused: %lld\n", (long long)report->refused);
    for (size_t i = 0; i < report->bad_count; i++)
        printf("    %s 第 %lld 行 line: %.*s\n", report->bad[i].file,
               (long long)report->bad[i].line, STR_ARG(report->bad[i].why));
    if (all > (int64_t)report->bad_count)
        printf("    … 另有 %lld 行 more lines\n", (long long)(all - (int64_t)report->bad_count));
}

static void import_report_text(const struct import_report *report, int64_t sent)
{
    printf("已导入 imported: %lld 条 payloads\n", (long long)sent);
    for (size_t i = 0; i < map_count(report->by_channel); i++) {
        struct str name;
        const int64_t *count = map_at(report->by_channel, i, &name);

        printf("  ");
        cli_cell(name, 12);
        printf("%10lld\n", (long long)*count);
    }
    import_report_text_bad(report);
    printf("下一步 next: sluice where\n");
}

void import_report_print(struct import_report *report, int64_t sent, bool json)
{
    if (json)
        import_report_json(report, sent);
    else
        import_report_text(report, sent);
}
