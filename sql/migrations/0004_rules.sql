-- Why: what people tune is data (DESIGN 7). A set's versions are kept for ever and only added: the
-- highest one is in force, a rollback is a new version that repeats an old one, so every verdict
-- and plan can be traced to the words it was made by. Written by `sluice rules` and the board.
create table rule_versions (
    set      text not null check (set <> ''),
    version  bigint not null check (version > 0),
    body     text compression lz4 not null,
    "by"     text not null,
    reason   text not null,
    repeats  bigint not null default 0 check (repeats >= 0 and repeats < version),
    at       bigint not null default now_ms(),
    primary key (set, version)
);
