-- Why: the durable record (DESIGN 6). Every number of the board and of the reports is traced to
-- these rows. The ledger writes them in set-based batches; each row knows which statement about
-- it is the newest, so reading all topics again, in whatever order, changes nothing.

create domain gate_state as text check (value in ('open', 'passed', 'stopped'));

-- What is known of a gate. The order of the fields is the order of statements: rev, then step
-- (0 opened anew, 1 answered, 2 parked), then time. greatest() of two is the newer one.
create type gate_now as (
    rev    bigint,
    step   integer,
    at     bigint,
    state  gate_state,
    reason text
);

-- One row per order with exactly seven gates, in the order an order passes them. View order_gates
-- shows them as (order_id, gate, state, reason, at, rev).
create table gates (
    order_id  text primary key,
    payment   gate_now not null,
    stock     gate_now not null,
    anomaly   gate_now not null,
    warehouse gate_now not null,
    carrier   gate_now not null,
    shipment  gate_now not null,
    aftersale gate_now not null
);

-- How far an order has come by its shop's word: of two snapshots of one version the later stage.
create function stage_rank(stage text) returns integer language sql immutable strict parallel safe
    as $$ select coalesce(array_position('{unpaid,deposit_paid,risk_hold,paid,shipped,finished,'
                                         'closed}'::text[], stage), 0) $$;

-- Every statement about a gate, append only. Its time is the fact's own, so the same statement
-- finds its own row again, in whatever partition.
create table gate_trail (
    order_id text not null,
    event_id text not null,
    gate     text not null check (gate in ('payment', 'stock', 'anomaly', 'warehouse', 'carrier',
                                           'shipment', 'aftersale')),
    at       bigint not null,
    rev      bigint not null,
    state    gate_state not null,
    reason   text not null,
    seen_at  bigint not null, -- when the message was written: what came after what
    primary key (order_id, event_id, gate, at)
) partition by range (at);
create table gate_trail_rest partition of gate_trail default;
select partition_make('gate_trail', (now() at time zone 'UTC')::date + ahead)
from generate_series(0, 2) ahead;

-- rev 0: only a snapshot has been seen, reserve has not answered yet (state is then empty).
create table orders (
    order_id     text primary key,
    channel      text not null,
    shop         text not null,
    platform_id  text not null,
    rev          bigint not null check (rev >= 0),
    at           bigint not null,
    version      bigint not null,
    raw_offset   bigint not null,
    state        text not null check (state in ('', 'RESERVED', 'WAIT', 'PRESOLD', 'EXPIRED',
                     'CANCELLING', 'REPLANNING', 'REFUSED', 'REJECTED', 'CANCELLED', 'SHIPPED')),
    stage        text not null check (stage in ('', 'unpaid', 'deposit_paid', 'risk_hold', 'paid',
                     'shipped', 'finished', 'closed')),
    reason       text not null,
    paid         boolean not null,
    digest       text not null,
    total_fen    bigint not null check (total_fen >= 0),
    paid_fen     bigint not null check (paid_fen >= 0),
    freight_fen  bigint not null,
    discount_fen bigint not null,
    placed_at    bigint not null,
    paid_at      bigint not null,
    due_at       bigint not null,
    pay_until    bigint not null,
    hold_until   bigint not null,
    entered_at   bigint not null, -- first payload in orders.raw; 0: unknown
    buyer_key    text not null,
    province     text not null,
    city         text not null,
    units        bigint not null check (units >= 0),
    short_units  bigint not null check (short_units >= 0),
    body         text compression lz4, -- canonical; null: a fact of an order nobody has seen
    check ((rev = 0) = (state = ''))
);

-- The lines of the rev that `orders` shows, and no others.
create table order_lines (
    order_id      text not null,
    line_id       text not null,
    sku           text not null,
    platform_sku  text not null,
    merchant_code text not null,
    title         text not null,
    quantity      bigint not null check (quantity > 0),
    price_fen     bigint not null,
    paid_fen      bigint not null,
    kind          text not null check (kind in ('spot', 'presale', 'gift')),
    stage         text not null,
    campaign      text not null,
    parent        text not null,
    primary key (order_id, line_id)
);

-- What is promised to an order and has not left: the claims of the rev that `orders` shows.
-- granted_at is when the promise was first announced (the message's time), for the audit.
create table reservations (
    order_id   text not null,
    sku        text not null,
    units      bigint not null check (units > 0),
    state      text not null,
    granted_at bigint not null,
    primary key (order_id, sku)
);
create index reservations_by_sku on reservations (sku);

-- One parcel: what one warehouse packs of one order. Its state follows from what was said of it.
create table shipments (
    shipment_id  text primary key,
    order_id     text not null,
    warehouse    text not null,
    carrier      text not null,
    waybill      text not null,
    plan_number  bigint not null, -- 0: not known yet
    rev          bigint not null, -- of the newest request to the warehouse; 0: none seen yet
    stop         boolean not null,
    planned_at   bigint not null,
    packed_at    bigint not null,
    left_at      bigint not null,
    stopped_at   bigint not null,
    verdict      text not null check (verdict in ('', 'go', 'stop', 'wrong')),
    verdict_reason text not null,
    verdict_at   bigint not null,
    state        text not null generated always as (
                     case when left_at > 0 then 'shipped' when stopped_at > 0 then 'stopped'
                          when stop then 'stopping' else 'planned' end) stored
);
create index shipments_by_order on shipments (order_id);

create table shipment_items (
    shipment_id text not null,
    sku         text not null,
    units       bigint not null check (units > 0),
    primary key (shipment_id, sku)
);

-- One plan of one order. made_at is when it was first announced, entered_at when the payload that
-- led to it entered orders.raw: the time from entry to plan.
create table plans (
    order_id      text not null,
    number        bigint not null check (number > 0),
    rev           bigint not null,
    rules_version text not null,
    reason        text not null,
    runner_up     text not null,
    parcels       bigint not null check (parcels >= 0),
    entered_at    bigint not null,
    made_at       bigint not null,
    primary key (order_id, number)
);

-- What was answered to a warehouse's scan, kept so that a replay says it again (check_store): the
-- first verdict on a scan stays. Written by verify alone.
create table shipment_checks (
    shipment_id text not null,
    fate        text not null check (fate in ('packed', 'left', 'stopped')),
    scanned_at  bigint not null,
    verdict     text not null check (verdict in ('go', 'stop', 'wrong')),
    reason      text not null,
    primary key (shipment_id, fate, scanned_at)
);

create table aftersales (
    order_id   text not null,
    refund_id  text not null,
    line_id    text not null,
    version    bigint not null,
    state      text not null check (state in ('open', 'agreed', 'refused', 'closed')),
    quantity   bigint not null check (quantity >= 0),
    amount_fen bigint not null check (amount_fen >= 0),
    at         bigint not null,
    primary key (order_id, refund_id)
);

-- What a person or a rule decided: approvals, declines, cancellations, corrections, verdicts.
create table decisions (
    event_id      text primary key,
    order_id      text not null,
    kind          text not null,
    rev           bigint not null,
    by            text not null,
    reason        text not null,
    rules_version text not null,
    at            bigint not null
);
create index decisions_by_order on decisions (order_id);

create table alerts (
    alert_id    text primary key,
    subject     text not null,
    order_id    text not null,
    gate        text not null,
    rev         bigint not null,
    title       text not null,
    reasons     text not null,
    raised_at   bigint not null, -- 0: its outcome was read before the alert itself
    state       text not null check (state in ('raised', 'delivered', 'digested', 'given_up')),
    send_reason text not null,
    attempts    bigint not null check (attempts >= 0),
    sent_at     bigint not null
);
create index alerts_by_order on alerts (order_id) where order_id <> '';

-- Written by notify alone, before and after it sends: an alert goes out once (alert_store).
create table alert_sends (
    alert_id text primary key,
    state    text not null check (state in ('sending', 'waiting', 'sent', 'given_up')),
    attempts bigint not null check (attempts > 0),
    at       bigint not null,
    reason   text not null
);

-- The list of what workers gave up; the bytes stay in dead.<worker>.
create table dead_letters (
    worker     text not null,
    topic      text not null,
    generation bigint not null,
    partition  bigint not null,
    "offset"   bigint not null,
    key        text not null,
    reason     text not null,
    at         bigint not null,
    primary key (worker, topic, generation, partition, "offset")
);
create index dead_letters_by_time on dead_letters (at);

-- The newest level each SKU's owner announced.
create table stock_levels (
    sku      text primary key,
    epoch    bigint not null,
    srev     bigint not null,
    physical bigint not null,
    promised bigint not null check (promised >= 0),
    free     bigint not null check (free >= 0)
);

-- Counts and movements as the warehouses gave them: the stock ledger's second opinion, from which
-- physical is computed without asking Redis.
create table stock_feed (
    event_id    text primary key,
    sku         text not null,
    warehouse   text not null,
    counted     boolean not null,
    quantity    bigint not null,
    at          bigint not null, -- the warehouse's time
    seen_at     bigint not null, -- when the message was written
    movement_id text not null,
    reason      text not null,
    check (not counted or quantity >= 0)
);
create index stock_feed_by_sku on stock_feed (sku, warehouse, at);

-- How far the ledger has written. Kafka's committed offsets decide where it starts.
create table ledger_progress (
    worker     text not null,
    topic      text not null,
    generation bigint not null,
    partition  integer not null,
    next       bigint not null,
    primary key (worker, topic, generation, partition)
);
