/*
 * rules_store — the versions of the rule sets (table rule_versions).
 *
 * Append only: the highest version of a set is in force. What a set says is text here; its
 * grammar is codec/rules_codec.h's, and whoever publishes checks it before.
 */
#ifndef SLUICE_STORE_RULES_STORE_H
#define SLUICE_STORE_RULES_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "domain/rule_source.h"

struct rules_store;

bool rules_store_open(struct rules_store **store_out, const char *pg_url,
                      struct err *err) MUST_CHECK;
void rules_store_close(struct rules_store *store); /* NULL is fine */

struct rules_version_view {
    struct str set;
    int64_t version; /* 0: none was published */
    struct str body; /* empty in lists */
    struct str by, reason;
    int64_t repeats, at; /* the version a rollback went back to, or 0; ms */
};

/* The version of `set` in force, when it is above `above`; else version_out->version is 0 and
 * nothing is read. In the arena. */
bool rules_store_newest(struct rules_store *store, struct arena *arena, struct str set,
                        int64_t above, struct rules_version_view *version_out,
                        struct err *err) MUST_CHECK;

/* The same for whoever keeps a set in force. Lives as long as the store. */
struct rule_source rules_store_source(struct rules_store *store);

/* One version with its body; *found_out false: there is none of that number. */
bool rules_store_get(struct rules_store *store, struct arena *arena, struct str set,
                     int64_t version, struct rules_version_view *version_out, bool *found_out,
                     struct err *err) MUST_CHECK;

/* The newest `count_max` versions, newest first, without bodies; set empty: of all sets. */
bool rules_store_list(struct rules_store *store, struct arena *arena, struct str set,
                      size_t count_max, struct rules_version_view **rows_out, size_t *count_out,
                      struct err *err) MUST_CHECK;

/* Adds the next version; commits. Two that publish at once get two numbers. */
bool rules_store_put(struct rules_store *store, struct arena *arena,
                     const struct rules_version_view *version, int64_t *version_out,
                     struct err *err) MUST_CHECK;

#endif
