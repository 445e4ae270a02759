/*
 * stock_oracle — what the counters of the stock store must be, reckoned without it.
 *
 * Reads the texts of the records (as they stand in the journal) with a parser of its own and
 * sums them; physical comes from the list of all counts and movements ever given, by brute force.
 */
#ifndef SLUICE_TESTS_STOCK_ORACLE_H
#define SLUICE_TESTS_STOCK_ORACLE_H

#include "stock_fixture.h"

#define ORACLE_MOVES_MAX 8192
#define ORACLE_WAREHOUSES 2

struct oracle_move {
    char sku[8], warehouse[8], id[64];
    int64_t time, delta;
    bool is_count;
};

struct oracle_sku {
    int64_t held, allocated, physical[ORACLE_WAREHOUSES];
};

struct oracle {
    struct oracle_move moves[ORACLE_MOVES_MAX];
    size_t count;
};

static const char *const oracle_warehouses[ORACLE_WAREHOUSES] = { "HZ", "GZ" };

/* The n-th part of a text cut at `separator`. */
static inline struct str oracle_part(struct str text, char separator, int n)
{
    struct str part = STR_NONE;

    for (int i = 0; i <= n; i++)
        part = str_cut(&text, separator);
    return part;
}

static inline int64_t oracle_int(struct str text)
{
    int64_t value = 0;

    for (size_t i = 0; i < text.size; i++) {
        assert_true(text.data[i] >= '0' && text.data[i] <= '9');
        value = value * 10 + (text.data[i] - '0');
    }
    return value;
}

static inline void oracle_note(struct oracle *o, bool is_count, struct str sku,
                               struct str warehouse, struct str id, int64_t time, int64_t delta)
{
    for (size_t i = 0; i < o->count && !is_count; i++)
        if (!o->moves[i].is_count && str_is(id, o->moves[i].id) && str_is(sku, o->moves[i].sku))
            return;
    CHECK(o->count < ORACLE_MOVES_MAX);
    struct oracle_move *m = &o->moves[o->count++];

    (void)snprintf(m->sku, sizeof(m->sku), "%.*s", STR_ARG(sku));
    (void)snprintf(m->warehouse, sizeof(m->warehouse), "%.*s", STR_ARG(warehouse));
    (void)snprintf(m->id, sizeof(m->id), "%.*s", STR_ARG(id));
    m->time = time;
    m->delta = delta;
    m->is_count = is_count;
}

/* What a batch's feed facts say. */
static inline void oracle_feed(struct oracle *o, const struct event *event)
{
    const struct feed_body *feed = &event->feed;

    if (event->kind == EVENT_STOCK_COUNTED)
        oracle_note(o, true, feed->sku, feed->warehouse, STR_NONE, feed->at, feed->quantity);
    if (event->kind == EVENT_STOCK_MOVED)
        oracle_note(o, false, feed->sku, feed->warehouse, feed->movement_id, feed->at,
                    feed->quantity);
}

static inline bool oracle_claims(struct str state)
{
    return str_is(state, "RESERVED") || str_is(state, "CANCELLING")
        || str_is(state, "REPLANNING");
}

/* One parcel of a record: its allocation, or its movement. */
static inline void oracle_parcel(struct oracle *o, struct str parcel, const char *sku,
                                 struct oracle_sku *sum)
{
    struct str state = oracle_part(parcel, 29, 3), items = oracle_part(parcel, 29, 7);

    while (items.size > 0) {
        struct str name = str_cut(&items, 28);
        int64_t units = oracle_int(str_cut(&items, 28));
        char id[64];

        if (!str_is(name, sku))
            continue;
        if (str_is(state, "planned") || str_is(state, "stopping"))
            sum->allocated += units;
        (void)snprintf(id, sizeof(id), "%.*s:%s", STR_ARG(oracle_part(parcel, 29, 0)), sku);
        if (str_is(state, "shipped"))
            oracle_note(o, false, name, oracle_part(parcel, 29, 1), str_of(id),
                        oracle_int(oracle_part(parcel, 29, 6)), -units);
    }
}

static inline void oracle_record(struct oracle *o, struct str text, const char *sku,
                                 struct oracle_sku *sum)
{
    struct str lines = oracle_part(text, 31, 17), parcels = oracle_part(text, 31, 27);

    while (oracle_claims(oracle_part(text, 31, 11)) && lines.size > 0) {
        struct str line = str_cut(&lines, 30);

        if (str_is(oracle_part(line, 29, 0), sku))
            sum->held += oracle_int(oracle_part(line, 29, 1));
    }
    while (parcels.size > 0)
        oracle_parcel(o, str_cut(&parcels, 30), sku, sum);
}

static inline int64_t oracle_physical(const struct oracle *o, const char *sku,
                                      const char *warehouse)
{
    int64_t asof = 0, sum = 0;

    for (size_t i = 0; i < o->count; i++) {
        const struct oracle_move *m = &o->moves[i];

        if (m->is_count && m->time > asof && strcmp(m->sku, sku) == 0
            && strcmp(m->warehouse, warehouse) == 0) {
            asof = m->time;
            sum = m->delta;
        }
    }
    for (size_t i = 0; i < o->count; i++) {
        const struct oracle_move *m = &o->moves[i];

        if (!m->is_count && m->time > asof && strcmp(m->sku, sku) == 0
            && strcmp(m->warehouse, warehouse) == 0)
            sum += m->delta;
    }
    return sum;
}

static inline struct oracle_sku oracle_reckon(struct oracle *o, const struct fx_journal *journal,
                                              const char *sku)
{
    struct oracle_sku sum = { 0 };

    for (size_t i = 0; i < journal->record_count; i++)
        oracle_record(o, journal->records[i].text, sku, &sum);
    for (int w = 0; w < ORACLE_WAREHOUSES; w++)
        sum.physical[w] = oracle_physical(o, sku, oracle_warehouses[w]);
    return sum;
}

/* Compares one SKU of the store with the oracle. */
static inline void oracle_compare(struct oracle *o, struct fx *f, const char *sku,
                                  const char *when)
{
    struct oracle_sku sum = oracle_reckon(o, &f->journal, sku);
    struct stock_sku_view view = fx_sku(f, sku);
    int64_t physical = 0;

    for (int w = 0; w < ORACLE_WAREHOUSES; w++) {
        int64_t there = 0;

        for (size_t i = 0; i < view.warehouse_count; i++)
            if (str_is(view.warehouses[i].warehouse, oracle_warehouses[w]))
                there = view.warehouses[i].units;
        if (there != sum.physical[w])
            fail_msg("%s: %s in %s: the store says %lld, it is %lld", when, sku,
                     oracle_warehouses[w], (long long)there, (long long)sum.physical[w]);
        physical += sum.physical[w];
    }
    if (view.held != sum.held || view.allocated != sum.allocated || view.physical != physical)
        fail_msg("%s: %s: the store says held %lld allocated %lld physical %lld, it is %lld %lld "
                 "%lld", when, sku, (long long)view.held, (long long)view.allocated,
                 (long long)view.physical, (long long)sum.held, (long long)sum.allocated,
                 (long long)physical);
}

#endif
