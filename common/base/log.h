/*
 * log — one logfmt line an event of note: `level msg worker ts key=value…`, to stderr.
 *
 * Runtime and <w>.c log; base, domain, codec, store and decide never do: they return an err.
 * A batch logs nothing at info when all is well. Never a name, a phone, an address or a secret.
 */
#ifndef SLUICE_BASE_LOG_H
#define SLUICE_BASE_LOG_H

#include <stdint.h>

#include "base/str.h"

enum log_level { LOG_DEBUG = 1, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *name;
    struct str text; /* used when .data is set */
    int64_t number;  /* else */
};

#define LOG_TEXT(field, value) ((struct log_field){ .name = (field), .text = (value) })
#define LOG_INT(field, value) ((struct log_field){ .name = (field), .number = (value) })

/* Process-wide: `worker` is borrowed for ever; lines below `level` are dropped. */
void log_init(const char *worker, enum log_level level);

/* "debug", "info", "warn", "error" → level; 0 when it is none of them. */
enum log_level log_level_of(struct str name);

void log_write(enum log_level level, const char *message, const struct log_field *fields,
               int count);

#define log_at(level, message, ...) \
    log_write((level), (message), (const struct log_field[]){ { .name = NULL }, ##__VA_ARGS__ }, \
              (int)(sizeof((const struct log_field[]){ { .name = NULL }, ##__VA_ARGS__ }) \
                    / sizeof(struct log_field)))
#define log_info(...) log_at(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_at(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_at(LOG_ERROR, __VA_ARGS__)
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)

#endif
