/* stock_recover — see stock_recover.h. */
#include "store/stock_recover.h"

#include "base/arena.h"
#include "base/crash.h"

#define STOCK_SLICE_MAX 2000
#define STOCK_SLICE_BYTES_MAX ((size_t)256 << 20)

/* ---- rebuild ---- */

struct stock_recover_load {
    struct stock_store *stock;
    struct arena *arena; /* of one slice */
    stock_progress_fn progress;
    void *context;
};

static bool stock_recover_slice(void *context, const struct stock_trace *slice, int64_t done,
                                int64_t total, struct err *err)
{
    struct stock_recover_load *load = context;

    arena_reset(load->arena);
    if (!stock_store_load(load->stock, load->arena, slice, err))
        return false;
    if (load->progress != NULL)
        load->progress(load->context, done, total);
    return true;
}

/* BEGIN wipes and notes the server, LOAD fills, OPEN opens if nothing came between. What is in
 * the journal when the epoch has moved is all that was ever announced. */
static bool stock_recover_run(struct stock_recover_load *load, struct journal_store *journal,
                              struct err *err)
{
    int64_t epoch = 0;

    if (!journal_store_raise_epoch(journal, &epoch, err))
        return false;
    crash_point("rebuild.after_raise");
    if (!stock_store_begin(load->stock, epoch, err))
        return false;
    crash_point("rebuild.after_begin");
    if (!journal_store_read(journal, STOCK_SLICE_MAX, stock_recover_slice, load, err))
        return false;
    crash_point("rebuild.after_load");
    return stock_store_finish(load->stock, err);
}

/* Under the rebuilders' lock, which *got_out says we have. */
static bool stock_recover_locked(struct stock_store *stock, struct journal_store *journal,
                                 stock_progress_fn progress, void *context, struct err *err)
{
    struct stock_recover_load load = { .stock = stock, .progress = progress,
                                       .context = context };

    load.arena = arena_open(STOCK_SLICE_BYTES_MAX);
    bool ok = stock_recover_run(&load, journal, err);

    arena_close(load.arena);
    return ok;
}

static bool stock_recover_lock(struct journal_store *journal, struct err *err)
{
    bool got = false;

    if (!journal_store_lock_rebuild(journal, &got, err))
        return false;
    return got || err_set(err, ERR_RETRY, "stock rebuild: another process is at it");
}

bool stock_rebuild(struct stock_store *stock, struct journal_store *journal,
                   stock_progress_fn progress, void *context, struct err *err)
{
    if (!stock_recover_lock(journal, err))
        return false;
    bool ok = stock_recover_locked(stock, journal, progress, context, err);

    journal_store_unlock_rebuild(journal);
    return ok;
}

/* ---- before a batch ---- */

/* Asks the shard what it is, with the epoch in force. */
static bool stock_recover_look(struct stock_store *stock, struct journal_store *journal,
                               struct err *err)
{
    int64_t epoch = 0, generation = 0;
    struct stock_order_view view;
    struct str none = STR("-");

    if (!journal_store_epoch(journal, &epoch, &generation, err))
        return false;
    stock_store_set_epoch(stock, epoch);
    struct arena *arena = arena_open(1 << 16);
    bool ok = stock_store_orders(stock, arena, &none, 1, &view, err);

    arena_close(arena);
    return ok;
}

/* Looks again under the lock: another may have rebuilt it meanwhile. A shard that is CLOSED or
 * STALE while nobody holds the lock is what a killed rebuilder left. */
static bool stock_recover_rebuild(struct stock_store *stock, struct journal_store *journal,
                                  bool *rebuilt_out, struct err *err)
{
    if (!stock_recover_lock(journal, err))
        return false;
    bool open = stock_recover_look(stock, journal, err);
    bool ok = open;

    if (!open && stock_store_condition(stock) != STOCK_CONDITION_UNKNOWN) {
        ok = stock_recover_locked(stock, journal, NULL, NULL, err);
        if (ok && rebuilt_out != NULL)
            *rebuilt_out = true;
    }
    journal_store_unlock_rebuild(journal);
    return ok;
}

bool stock_recover(struct stock_store *stock, struct journal_store *journal, bool may_rebuild,
                   bool *rebuilt_out, struct err *err)
{
    if (stock_store_condition(stock) == STOCK_CONDITION_OPEN)
        return true;
    if (stock_recover_look(stock, journal, err))
        return true;
    if (!may_rebuild || stock_store_condition(stock) == STOCK_CONDITION_UNKNOWN)
        return false;
    return stock_recover_rebuild(stock, journal, rebuilt_out, err);
}
