/*
 * log — see log.h.
 *
 * A line is put together on the stack and written with one call, so that the lines of two
 * processes on one terminal never mix. What does not fit is cut, and says so.
 */
#include "base/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"

#define LOG_LINE_SIZE 4096
#define LOG_CUT " cut=true\n"

struct log_line {
    char bytes[LOG_LINE_SIZE];
    size_t size;
    bool cut;
};

static const char *log_worker = "sluice";
static enum log_level log_level_min = LOG_INFO;

static const char *const log_level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error",
};

void log_init(const char *worker, enum log_level level)
{
    log_worker = worker;
    log_level_min = level;
}

enum log_level log_level_of(struct str name)
{
    for (enum log_level level = LOG_DEBUG; level <= LOG_ERROR; level++) {
        if (str_is(name, log_level_names[level]))
            return level;
    }
    return (enum log_level)0;
}

/* All of it or nothing: half an escape or half a character would spoil the line. */
static void log_put(struct log_line *line, struct str s)
{
    size_t room = sizeof(line->bytes) - (sizeof(LOG_CUT) - 1) - 1; /* 1: a closing quote */

    if (line->cut || s.size > room - line->size) {
        line->cut = true;
        return;
    }
    for (size_t i = 0; i < s.size; i++)
        line->bytes[line->size++] = s.data[i];
}

static bool log_needs_quotes(struct str value)
{
    for (size_t i = 0; i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];

        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
            return true;
    }
    return value.size == 0 || !str_is_utf8(value);
}

static void log_put_escaped(struct log_line *line, unsigned char c, bool raw)
{
    char text[8];
    int size;

    if (c == '"' || c == '\\')
        size = snprintf(text, sizeof(text), "\\%c", c);
    else if (c == '\n')
        size = snprintf(text, sizeof(text), "\\n");
    else if (c < ' ' || c == 0x7f || (c >= 0x80 && !raw))
        size = snprintf(text, sizeof(text), "\\x%02x", c);
    else
        size = snprintf(text, sizeof(text), "%c", c);
    log_put(line, (struct str){ .data = text, .size = (size_t)size });
}

static void log_put_value(struct log_line *line, struct str value)
{
    if (!log_needs_quotes(value)) {
        log_put(line, value);
        return;
    }
    bool raw = str_is_utf8(value);

    log_put(line, STR("\""));
    if (line->cut)
        return;
    for (size_t i = 0; i < value.size; i++)
        log_put_escaped(line, (unsigned char)value.data[i], raw);
    if (!line->cut)
        log_put(line, STR("\""));
    else
        line->bytes[line->size++] = '"'; /* log_put() left room for it */
}

static void log_put_field(struct log_line *line, const char *name, struct str value)
{
    if (line->cut)
        return;
    log_put(line, STR(" "));
    log_put(line, str_of(name));
    log_put(line, STR("="));
    log_put_value(line, value);
}

static void log_put_number(struct log_line *line, const char *name, int64_t number)
{
    char text[24];
    int size = snprintf(text, sizeof(text), "%lld", (long long)number);

    log_put_field(line, name, (struct str){ .data = text, .size = (size_t)size });
}

static void log_send(struct log_line *line)
{
    struct str end = line->cut ? STR(LOG_CUT) : STR("\n");

    for (size_t i = 0; i < end.size; i++)
        line->bytes[line->size++] = end.data[i];
    /* Where stderr is gone there is nobody left to tell. */
    ssize_t written = write(STDERR_FILENO, line->bytes, line->size);
    (void)written;
}

void log_write(enum log_level level, const char *message, const struct log_field *fields,
               int count)
{
    struct log_line line = { .size = 0 };
    char now[CLOCK_TEXT_SIZE];

    CHECK(level >= LOG_DEBUG && level <= LOG_ERROR);
    if (level < log_level_min)
        return;
    log_put(&line, STR("level="));
    log_put(&line, str_of(log_level_names[level]));
    log_put_field(&line, "msg", str_of(message));
    log_put_field(&line, "worker", str_of(log_worker));
    log_put_field(&line, "ts", clock_utc_text(clock_now_ms(), now));
    for (int i = 0; i < count; i++) {
        if (!fields[i].name)
            continue;
        if (fields[i].text.data)
            log_put_field(&line, fields[i].name, fields[i].text);
        else
            log_put_number(&line, fields[i].name, fields[i].number);
    }
    log_send(&line);
}
