-- Why: no answer of the stock store is used before PostgreSQL holds its batch, and Redis may
-- forget at any moment (STOCK.md, The cycle, Folding, Rebuild). These tables are the fence and
-- what a rebuild reads.

-- Time is UTC epoch milliseconds everywhere, as in the events; china_time() is for people.
create function now_ms() returns bigint language sql volatile as
    $$ select (extract(epoch from clock_timestamp()) * 1000)::bigint $$;

create function china_time(ms bigint) returns text language sql immutable strict as
    $$ select to_char(timestamp 'epoch' + (ms + 28800000) * interval '1 millisecond',
                      'YYYY-MM-DD HH24:MI:SS') $$;

-- One row. Epoch counts the openings of the stock store, generation the sets of topics that
-- offsets belong to. A batch is journaled only under the epoch in force.
create table stock_epoch (
    one        boolean primary key default true check (one),
    epoch      bigint not null check (epoch >= 1),
    generation bigint not null check (generation >= 1)
);
insert into stock_epoch (epoch, generation) values (1, 1);

-- An epoch that came back would let a zombie's batch through the fence.
create function stock_epoch_forward() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'stock_epoch holds one row for ever' using errcode = 'restrict_violation';
    end if;
    if new.epoch < old.epoch or new.generation < old.generation then
        raise exception 'epoch and generation only grow' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger stock_epoch_forward before update or delete on stock_epoch
    for each row execute function stock_epoch_forward();

-- One row per batch of reserve, anomaly or route; arrays run in parallel: (order, seq, record),
-- (sku, srev, scalars), (sku, movement, text). The texts are the script's, opaque to SQL.
-- Ids are drawn before the commit and do not commit in order: nobody may read "up to this id".
create sequence stock_journal_id;
create table stock_journal (
    id         bigint not null default nextval('stock_journal_id'),
    at         bigint not null default now_ms(),
    epoch      bigint not null,
    worker     text not null,
    folded     boolean not null default false,
    order_ids  text[] compression lz4 not null,
    seqs       bigint[] compression lz4 not null,
    records    text[] compression lz4 not null,
    skus       text[] compression lz4 not null,
    srevs      bigint[] compression lz4 not null,
    scalars    text[] compression lz4 not null,
    move_skus  text[] compression lz4 not null,
    move_ids   text[] compression lz4 not null,
    moves      text[] compression lz4 not null,
    primary key (id, at),
    check (cardinality(order_ids) = cardinality(seqs)
           and cardinality(order_ids) = cardinality(records)),
    check (cardinality(skus) = cardinality(srevs) and cardinality(skus) = cardinality(scalars)),
    check (cardinality(move_skus) = cardinality(move_ids)
           and cardinality(move_skus) = cardinality(moves))
) partition by range (at);
alter sequence stock_journal_id owned by stock_journal.id;
create index stock_journal_unfolded on stock_journal (id) where not folded;

-- The net: what no partition of a day takes. Normally empty, because partitions are made ahead.
create table stock_journal_rest partition of stock_journal default;

-- The journal folded: per order the highest seq, per SKU the highest (epoch, srev), all movements.
create table stock_records (
    order_id text primary key,
    seq      bigint not null,
    record   text compression lz4 not null
);

create table stock_scalars (
    sku     text primary key,
    epoch   bigint not null,
    srev    bigint not null,
    scalars text compression lz4 not null
);

create table stock_movements (
    sku         text not null,
    movement_id text not null,
    movement    text not null,
    primary key (sku, movement_id)
);

-- A fact may come without the order's body (an approval, a nudge). Whoever stops an order keeps
-- its canonical body here, in the journal's transaction; reserve completes such facts from it.
create table order_bodies (
    order_id text primary key,
    rev      bigint not null,
    digest   text not null,
    body     text compression lz4 not null
);

-- Facts that wait behind a parked one of the same order, and the parked one itself (poison).
-- Bytes as they were read. Read at assignment; gone once a later valid snapshot supersedes them.
create table parked (
    worker     text not null,
    topic      text not null,
    generation bigint not null,
    partition  integer not null,
    "offset"   bigint not null,
    key        bytea not null,
    order_id   text not null, -- the key as text: what people search for, and the gate it stops
    poison     boolean not null,
    reason     text not null,
    message_at bigint not null,
    parked_at  bigint not null default now_ms(),
    headers    bytea not null,
    value      bytea not null,
    primary key (worker, topic, generation, partition, "offset")
);
create index parked_by_key on parked (worker, topic, key);
create index parked_by_order on parked (order_id) where poison;

-- Partitions by UTC day of a table's `at`, made ahead. Rows that the net has already caught for
-- that day move into it, so a day that was missed is no day without a partition for ever.
create function partition_make(parent text, day date) returns boolean language plpgsql as $$
declare
    name text := parent || '_' || to_char(day, 'YYYYMMDD');
    low  bigint := (day - date '1970-01-01')::bigint * 86400000;
    high bigint := low + 86400000;
begin
    if to_regclass(quote_ident(name)) is not null then
        return false;
    end if;
    execute format('lock table %I in access exclusive mode', parent || '_rest');
    execute format('create table %I (like %I including all)', name, parent);
    execute format('with moved as (delete from %I where at >= %s and at < %s returning *)
                    insert into %I select * from moved', parent || '_rest', low, high, name);
    execute format('alter table %I attach partition %I for values from (%s) to (%s)',
                   parent, name, low, high);
    return true;
end $$;

-- The days of `parent` that have a partition.
create function partition_days(parent text) returns table (name text, day date)
language sql stable as $$
    select c.relname::text, to_date(right(c.relname, 8), 'YYYYMMDD')
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = to_regclass(quote_ident(parent)) and c.relname ~ '_[0-9]{8}$'
$$;

-- From the first minute on; from then on the ledger makes them ahead.
select partition_make('stock_journal', (now() at time zone 'UTC')::date + ahead)
from generate_series(0, 2) ahead;

-- Drops a day of the journal, only when every row of it is folded.
create function journal_drop_day(name text) returns boolean language plpgsql as $$
declare
    busy boolean;
begin
    execute format('lock table %I in access exclusive mode', name);
    execute format('select exists (select from %I where not folded)', name) into busy;
    if not busy then
        execute format('drop table %I', name);
    end if;
    return not busy;
end $$;
