/*
 * stock_reply — what the stock script answered: a cursor over its texts, and records read.
 *
 * Everything is copied into the arena; the reply may be freed afterwards. Private to the store
 * room; the layout of a record is in README.md and in stock_text.lua.
 */
#ifndef SLUICE_STORE_STOCK_REPLY_H
#define SLUICE_STORE_STOCK_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "store/stock_ask.h"

struct redisReply;

struct stock_reply {
    struct redisReply *reply;
    struct arena *arena;
    size_t at;
    bool short_of; /* something was asked for that is not there */
};

size_t stock_reply_left(const struct stock_reply *reply);
struct str stock_reply_take(struct stock_reply *reply);      /* borrowed from the reply */
struct str stock_reply_take_raw(struct stock_reply *reply);  /* copied as it is */
struct str stock_reply_take_text(struct stock_reply *reply); /* copied, plain */
int64_t stock_reply_take_int(struct stock_reply *reply);
/* False (RETRY) when the reply was shorter than what was taken. */
bool stock_reply_end(const struct stock_reply *reply, struct err *err) MUST_CHECK;

/* ---- the record ---- */

#define STOCK_RECORD_FIELDS 32

struct stock_record {
    struct str fields[STOCK_RECORD_FIELDS]; /* borrowed from the text */
};

/* False when the text is no record. */
bool stock_record_parse(struct stock_record *record, struct str text);
int64_t stock_record_seq(const struct stock_record *record);
int64_t stock_record_number(const struct stock_record *record); /* of the last plan */
void stock_record_answer(const struct stock_record *record, struct arena *arena,
                         struct stock_answer *answer_out);
void stock_record_view(const struct stock_record *record, struct arena *arena,
                       struct stock_order_view *view_out);
/* The verdict noted last, and for which rev. */
int64_t stock_record_verdict(const struct stock_record *record, struct arena *arena,
                             struct verdict *verdict_out);
/* The plan noted last, as it was noted: parcel states do not show in it. */
void stock_record_plan(const struct stock_record *record, struct arena *arena,
                       struct stock_plan_answer *answer_out);

/* ---- the trace ---- */

struct stock_trace_maker {
    struct arena *arena;
    struct map *seen; /* order id → its entry */
    struct stock_trace *trace;
    size_t record_max;
};

void stock_trace_init(struct stock_trace_maker *maker, struct arena *arena,
                      struct stock_trace *trace, int64_t epoch, size_t record_max);
/* A record after a fact: the last one given for an order stays. */
void stock_trace_put(struct stock_trace_maker *maker, struct str order_id, struct str text,
                     int64_t seq);
void stock_trace_take_scalars(struct stock_trace_maker *maker, struct stock_reply *reply);
void stock_trace_take_movements(struct stock_trace_maker *maker, struct stock_reply *reply);

#endif
