/* sku_question — what the ledger's rows say of codes and SKUs (sku_store.h). */
#include "store/pg_rows.h"
#include "store/sku_inner.h"

bool sku_store_strangers(struct sku_store *store, struct arena *arena, const struct str *skus,
                         size_t count, struct str **strangers_out, size_t *stranger_count_out,
                         struct err *err)
{
    struct str param = pg_text_array(arena, skus, count);
    struct pg_result *result;

    if (!pg_query(store->pg,
                  "select distinct sku from unnest($1::text[]) as u(sku)"
                  " where not exists (select from stock_feed f where f.sku = u.sku) order by sku",
                  &param, 1, &result, err))
        return false;
    *stranger_count_out = pg_rows(result);
    *strangers_out = ARENA_ARRAY(arena, struct str, pg_rows(result));
    for (size_t i = 0; i < pg_rows(result); i++)
        (*strangers_out)[i] = arena_copy(arena, pg_text(result, i, 0));
    pg_result_free(result);
    return true;
}

static const struct pg_field sku_question_fields[] = {
    PG_FIELD(PG_FIELD_TEXT, sku_unmapped_view, channel),
    PG_FIELD(PG_FIELD_TEXT, sku_unmapped_view, shop),
    PG_FIELD(PG_FIELD_TEXT, sku_unmapped_view, platform_sku),
    PG_FIELD(PG_FIELD_TEXT, sku_unmapped_view, merchant_code),
    PG_FIELD(PG_FIELD_TEXT, sku_unmapped_view, title),
    PG_FIELD(PG_FIELD_TEXT, sku_unmapped_view, mapped),
    PG_FIELD(PG_FIELD_INT, sku_unmapped_view, orders),
    PG_FIELD(PG_FIELD_INT, sku_unmapped_view, units),
    PG_FIELD(PG_FIELD_INT, sku_unmapped_view, oldest_at),
};

/* The codes of waiting orders, each mapped as sku_map_find() would, and of these the ones that
 * still lead to a SKU nobody has counted. */
static const char sku_question_sql[] =
    "with waiting as ("
    "    select o.channel, o.shop, l.platform_sku, l.merchant_code, max(l.title) as title,"
    "           count(distinct o.order_id) as orders, sum(l.quantity)::bigint as units,"
    "           min(o.placed_at) as oldest_at"
    "    from orders o join order_lines l using (order_id)"
    "    where o.state = 'WAIT' and o.reason = 'unknown_sku'"
    "    group by o.channel, o.shop, l.platform_sku, l.merchant_code),"
    " mapped as ("
    "    select w.*, m.skus from waiting w left join lateral ("
    "        select n.skus from (values (1, w.shop, w.platform_sku), (2, w.shop, w.merchant_code),"
    "                                   (3, '', w.platform_sku), (4, '', w.merchant_code))"
    "                           as k(place, shop, code),"
    "        lateral (select s.skus, s.deleted from sku_maps s"
    "                 where s.channel = w.channel and s.shop = k.shop and s.code = k.code"
    "                 order by s.version desc limit 1) n"
    "        where not n.deleted order by k.place limit 1) m on true)"
    " select channel, shop, platform_sku, merchant_code, title,"
    "        coalesce(array_to_string(skus, ', '), ''), orders, units, oldest_at from mapped"
    " where exists (select from unnest(coalesce(skus, array[coalesce("
    "                   nullif(merchant_code, ''), platform_sku)])) as e(sku)"
    "               where not exists (select from stock_feed f where f.sku = e.sku))"
    " order by orders desc, channel, shop, merchant_code, platform_sku limit $1::bigint";

bool sku_store_unmapped(struct sku_store *store, struct arena *arena, size_t count_max,
                        struct sku_unmapped_view **rows_out, size_t *count_out, struct err *err)
{
    struct str param = arena_format(arena, "%zu", count_max);
    struct pg_result *result;

    if (!pg_query(store->pg, sku_question_sql, &param, 1, &result, err))
        return false;
    *count_out = pg_rows(result);
    *rows_out =
        pg_rows_get_all(arena, result, sizeof(struct sku_unmapped_view), sku_question_fields,
                        sizeof sku_question_fields / sizeof sku_question_fields[0]);
    pg_result_free(result);
    return true;
}
