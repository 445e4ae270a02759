-- Why: an order that is held has an owner, a reason and an end (DESIGN 4.8 says it of stock, and
-- it is as true of a review): a hold nobody decided is told louder, or ends by rule. And habits
-- over many orders come from sets of order ids, never from counters: an order that is handled
-- twice is one order. Both are written by anomaly.

create table holds (
    order_id text primary key,
    rev      bigint not null check (rev > 0),
    digest   text not null,
    place    bigint not null check (place >= 0), -- murmur2 of the id: whose replica looks after it
    owner    text not null,
    level    text not null check (level in ('info', 'warn', 'urgent')),
    rules    text not null,
    held_at  bigint not null,
    due_at   bigint not null,
    ends     text not null check (ends in ('escalate', 'approve', 'reject')),
    told     bigint not null default 0, -- when its end was told
    look_at  bigint not null            -- when it is due, or to be looked at again
);
create index holds_look on holds (look_at);

-- Keys are hashes: of the platform's key of a receiver or buyer, or of what it left in plain.
-- Kept for a little longer than the longest window.
create table receiver_orders (
    receiver text not null check (receiver <> ''),
    at       bigint not null,
    order_id text not null,
    buyer    text not null,
    kept_at  bigint not null default now_ms(), -- what is forgotten goes by it: an old order that
                                               -- comes late counts as long as any other
    primary key (receiver, at, order_id)
);
create index receiver_orders_buyer on receiver_orders (buyer, at) where buyer <> '';
create index receiver_orders_kept on receiver_orders (kept_at);
