/* stock_view — reads of the store, what is dirty, and SWEEP (stock_store.h). */
#include "store/stock_store.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/num.h"
#include "store/stock_call.h"

/* Calls `name` with a list of texts. */
static bool stock_view_ask(struct stock_store *store, struct arena *arena, const char *name,
                           const struct str *items, size_t count, struct stock_reply *reply_out,
                           struct err *err)
{
    struct stock_args args;

    stock_call_init(store, &args, arena, name, 1 + count);
    stock_args_put_list(&args, items, count);
    return stock_call(store, &args, reply_out, err);
}

/* ---- orders ---- */

bool stock_store_orders(struct stock_store *store, struct arena *arena, const struct str *ids,
                        size_t count, struct stock_order_view *views_out, struct err *err)
{
    struct stock_order_view *views = ARENA_ARRAY(arena, struct stock_order_view, count + 1);
    struct stock_reply reply = { 0 };

    if (!stock_view_ask(store, arena, "ORDERS", ids, count, &reply, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct stock_record record;
        struct str text = stock_reply_take(&reply);

        if (text.size == 0)
            continue;
        if (stock_record_parse(&record, text))
            stock_record_view(&record, arena, &views[i]);
        else
            reply.short_of = true;
    }
    stock_call_end(&reply);
    if (!stock_reply_end(&reply, err))
        return false;
    for (size_t i = 0; i < count; i++)
        views_out[i] = views[i];
    return true;
}

/* ---- SKUs ---- */

static int64_t stock_view_int(struct str *rest, char separator)
{
    int64_t value = 0;

    (void)num_parse(str_cut(rest, separator), &value);
    return value;
}

/* "warehouse GS physical GS allocated RS…" */
static void stock_view_warehouses(struct arena *arena, struct str list,
                                  struct stock_sku_view *view)
{
    size_t max = 1;

    for (size_t i = 0; i < list.size; i++)
        max += list.data[i] == STOCK_RS;
    view->warehouses = ARENA_ARRAY(arena, struct stock_look, max);
    while (list.size > 0) {
        struct stock_look *look = &view->warehouses[view->warehouse_count++];

        look->sku = view->sku;
        look->warehouse = stock_pack_plain(arena, str_cut(&list, STOCK_GS));
        look->units = stock_view_int(&list, STOCK_GS);
        view->allocated += stock_view_int(&list, STOCK_RS);
    }
}

/* "srev US held US ear US future US freed US physical US" */
static void stock_view_counters(struct str hot, struct stock_sku_view *view)
{
    view->srev = stock_view_int(&hot, STOCK_US);
    view->held = stock_view_int(&hot, STOCK_US);
    view->earmarked = stock_view_int(&hot, STOCK_US);
    view->future = stock_view_int(&hot, STOCK_US);
    (void)stock_view_int(&hot, STOCK_US);
    view->physical = stock_view_int(&hot, STOCK_US);
    view->free = view->physical - view->held - view->earmarked;
}

bool stock_store_skus(struct stock_store *store, struct arena *arena, const struct str *skus,
                      size_t count, struct stock_sku_view *views_out, struct err *err)
{
    struct stock_sku_view *views = ARENA_ARRAY(arena, struct stock_sku_view, count + 1);
    struct stock_reply reply = { 0 };

    if (!stock_view_ask(store, arena, "SKUS", skus, count, &reply, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        views[i].sku = arena_copy(arena, skus[i]);
        stock_view_counters(stock_reply_take(&reply), &views[i]);
        views[i].known = str_is(stock_reply_take(&reply), "1");
        stock_view_warehouses(arena, stock_reply_take(&reply), &views[i]);
    }
    stock_call_end(&reply);
    if (!stock_reply_end(&reply, err))
        return false;
    for (size_t i = 0; i < count; i++)
        views_out[i] = views[i];
    return true;
}

static int stock_view_compare(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* All texts of a reply, plain and sorted. */
static bool stock_view_names(struct stock_store *store, struct arena *arena, const char *name,
                             struct str **names_out, size_t *count_out, struct err *err)
{
    struct stock_args args;
    struct stock_reply reply = { 0 };

    stock_call_init(store, &args, arena, name, 0);
    if (!stock_call(store, &args, &reply, err))
        return false;
    size_t count = stock_reply_left(&reply);
    struct str *names = ARENA_ARRAY(arena, struct str, count + 1);

    for (size_t i = 0; i < count; i++)
        names[i] = stock_reply_take_text(&reply);
    stock_call_end(&reply);
    if (!stock_reply_end(&reply, err))
        return false;
    qsort(names, count, sizeof(names[0]), stock_view_compare);
    *names_out = names;
    *count_out = count;
    return true;
}

bool stock_store_list(struct stock_store *store, struct arena *arena, struct str **skus_out,
                      size_t *count_out, struct err *err)
{
    return stock_view_names(store, arena, "LIST", skus_out, count_out, err);
}

bool stock_store_dirty(struct stock_store *store, struct arena *arena, int32_t feed_partition,
                       int32_t partitions, size_t count_max, struct str **skus_out,
                       size_t *count_out, struct err *err)
{
    struct str *names = NULL;
    size_t count = 0, mine = 0;

    CHECK(partitions > 0);
    if (!stock_view_names(store, arena, "DIRTY", &names, &count, err))
        return false;
    for (size_t i = 0; i < count && mine < count_max; i++)
        if (hash_murmur2(names[i]) % (uint32_t)partitions == (uint32_t)feed_partition)
            names[mine++] = names[i];
    *skus_out = names;
    *count_out = mine;
    return true;
}

bool stock_store_clean(struct stock_store *store, struct arena *arena,
                       const struct stock_sku_view *told, size_t count, struct err *err)
{
    struct stock_args args;
    struct stock_reply reply = { 0 };

    if (count == 0)
        return true;
    stock_call_init(store, &args, arena, "CLEAN", 1 + 2 * count);
    stock_args_put_int(&args, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        stock_args_put_text(&args, told[i].sku);
        stock_args_put_int(&args, told[i].srev);
    }
    if (!stock_call(store, &args, &reply, err))
        return false;
    stock_call_end(&reply);
    return stock_reply_end(&reply, err);
}

/* ---- SWEEP ---- */

static enum event_kind stock_view_nudge(struct str word)
{
    if (str_is(word, "hold_due"))
        return EVENT_ORDER_HOLD_DUE;
    return str_is(word, "reroute") ? EVENT_ORDER_REROUTE : EVENT_ORDER_RETRY;
}

bool stock_store_sweep(struct stock_store *store, struct arena *arena, int64_t now_ms,
                       size_t count_max, struct stock_nudge **nudges_out, size_t *count_out,
                       struct err *err)
{
    struct stock_args args;
    struct stock_reply reply = { 0 };

    stock_call_init(store, &args, arena, "SWEEP", 2);
    stock_args_put_int(&args, now_ms);
    stock_args_put_int(&args, (int64_t)count_max);
    if (!stock_call(store, &args, &reply, err))
        return false;
    size_t count = stock_reply_left(&reply) / 3;
    struct stock_nudge *nudges = ARENA_ARRAY(arena, struct stock_nudge, count + 1);

    for (size_t i = 0; i < count; i++) {
        nudges[i].kind = stock_view_nudge(stock_reply_take(&reply));
        nudges[i].order_id = stock_reply_take_text(&reply);
        nudges[i].rev = stock_reply_take_int(&reply);
    }
    stock_call_end(&reply);
    if (!stock_reply_end(&reply, err))
        return false;
    *nudges_out = nudges;
    *count_out = count;
    return true;
}
