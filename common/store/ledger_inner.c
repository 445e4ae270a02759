/* ledger_inner — see ledger_inner.h. */
#include "store/ledger_inner.h"

#include "base/check.h"

bool ledger_inner_put(struct pg *pg, struct arena *arena, const struct ledger_table *table,
                      const void *rows, size_t count, struct err *err)
{
    struct str params[40];

    CHECK(table->field_count <= sizeof(params) / sizeof(params[0]));
    if (count == 0)
        return true;
    pg_rows_params(arena, rows, table->row_size, count, table->fields, table->field_count,
                   params);
    return pg_query(pg, table->sql, params, table->field_count, NULL, err);
}

const char *ledger_inner_state_name(int value)
{
    return stock_state_name((enum stock_state)value);
}

const char *ledger_inner_stage_name(int value)
{
    return order_stage_name((enum order_stage)value);
}
