/*
 * topics_codec — schemas/topics.json: every stream with its key, partitions and retention.
 *
 * The file is the truth; `sluice topics apply` makes Kafka agree with it. Who writes and reads a
 * topic is checked against the workers' tables by tests/tidy; here the readers tell which topics
 * a group has.
 */
#ifndef SLUICE_CODEC_TOPICS_CODEC_H
#define SLUICE_CODEC_TOPICS_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define TOPICS_PARTITIONS_MAX 1000

struct topics_row {
    struct str name, key, holds;
    int64_t partitions;
    int64_t retention_ms;      /* of a compacted topic: how long a deletion stays readable */
    struct str cleanup;        /* "delete", "compact" */
    int64_t message_bytes_max; /* 0: the broker's default */
    struct str *readers, *writers;
    size_t reader_count, writer_count;
    bool is_whole; /* each process of a reader reads all of it, outside its group: `rules` */
};

struct topics {
    struct topics_row *rows; /* in the file's order */
    size_t count;
};

/* FATAL names the topic and the field. Text is borrowed from `text`. */
bool topics_decode(struct arena *arena, struct str text, struct topics *topics_out,
                   struct err *err) MUST_CHECK;

/* The file schema_file_find() finds. */
bool topics_load(struct arena *arena, struct topics *topics_out, struct err *err) MUST_CHECK;

/* NULL: no such topic. */
const struct topics_row *topics_find(const struct topics *topics, struct str name);

/* The topics a reader ("reserve") reads in its group, as names; *count_out 0 when nobody of that
 * name does. */
const struct str *topics_read_by(struct arena *arena, const struct topics *topics,
                                 struct str reader, size_t *count_out);

#endif
