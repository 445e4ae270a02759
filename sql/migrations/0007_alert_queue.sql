-- Why: alerts wait in PostgreSQL, not in Kafka. A WeCom that throttles, sleeps or is dead, and a
-- group's quiet hours, then hold nobody's partition; what waits is visible, is gathered into
-- digests, and any replica may send it.

-- What an older notify left behind. `waiting` had not gone out and its offset was not committed:
-- it is read again. `sending` is a doubt nobody can end. What is finished stays as it is; its empty
-- body says that nothing more is to be announced, unless its alert is read again.
alter table alert_sends drop constraint alert_sends_state_check;
delete from alert_sends where state = 'waiting';
update alert_sends set state = 'delivered' where state = 'sent';
update alert_sends set state = 'given_up', reason = '没有回音，可能已送达 no answer: it may have been told'
 where state = 'sending';

alter table alert_sends
    add constraint alert_sends_state_check
        check (state in ('waiting', 'sending', 'delivered', 'digested', 'given_up')),
    drop constraint alert_sends_attempts_check,
    add constraint alert_sends_attempts_check check (attempts >= 0),
    add column target      text not null default '',    -- whom the rules chose
    add column level       text not null default 'warn' check (level in ('info', 'warn', 'urgent')),
    add column mention     text not null default '',    -- user ids, separated by '|'
    add column digest_only boolean not null default false,
    add column body        text not null default '',    -- of alert.raised; empty once announced
    add column trace       text not null default '',
    add column entered_ms  bigint not null default 0,
    add column stored_at   bigint not null default 0,
    add column not_before  bigint not null default 0,   -- quiet hours, back-off
    add column busy        bigint not null default 0,   -- answers "busy, at most three tries"
    add column hops        bigint not null default 0,   -- fallback targets it has been moved along
    add column cut         boolean not null default false, -- refused as too long once
    add column message_id  text not null default '',    -- the message it was last put into
    add column announced   boolean not null default false; -- the broker has its alert.sent

-- What waits is few against what is done: both indexes stay small.
create index alert_sends_waiting on alert_sends (target, stored_at) where state = 'waiting';
create index alert_sends_sending on alert_sends (message_id) where state = 'sending';
create index alert_sends_unsaid on alert_sends (at)
 where not announced and body <> '' and state in ('delivered', 'digested', 'given_up');

-- A message that has gone out or is about to. `sending` past its lease: the process is gone, and
-- whether the message went out nobody knows. Only `again` messages may then be sent again: WeCom
-- knows them by their content (enable_duplicate_check).
create table alert_messages (
    message_id  text primary key,
    channel     text not null,
    target      text not null,
    content     text not null,
    again       boolean not null,
    state       text not null check (state in ('sending', 'done')),
    tries       bigint not null check (tries > 0),
    lease_until bigint not null,
    made_at     bigint not null
);
create index alert_messages_sending on alert_messages (lease_until) where state = 'sending';
create index alert_messages_done on alert_messages (made_at) where state = 'done';

-- What all replicas share of one WeCom address: the messages of the last minute, and until when it
-- wants to be left alone. A channel is a hash of the robot's key, never the key.
create table alert_channels (
    channel      text primary key,
    sent         bigint[] not null, -- ms, oldest first, of the last minute
    paused_until bigint not null,
    strikes      bigint not null,   -- failures in a row
    doubt        boolean not null   -- the last of them was no answer
);
