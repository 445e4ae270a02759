-- stock — the calls. The parts before this one are joined into one script, this one last.
--
-- ARGV: the call's name, the caller's epoch, then what the call needs. The answer is a flat
-- list of strings; the first says what the prelude found.

local DAY_MS, CHINA_MS = 86400000, 28800000

local cursor, args = 2, ARGV

local function take()
    cursor = cursor + 1
    return args[cursor]
end

local function take_number()
    return tonumber(take())
end

local function take_list()
    local list = {}
    for i = 1, take_number() do
        list[i] = take()
    end
    return list
end

-- nil when the shard may be used (STOCK.md 1, the prelude of every call).
local function prelude(epoch)
    local meta = call('HMGET', META, 'epoch', 'state', 'run', 'repl')
    if not meta[1] then
        return { 'EMPTY' }
    elseif meta[2] ~= 'open' then
        return { 'CLOSED' }
    elseif meta[1] ~= epoch then
        return { 'STALE', meta[1] }
    end
    local run, repl = server()
    if meta[3] ~= run or meta[4] ~= repl then
        return { 'SUSPECT' }
    end
    return nil
end

-- ---- CHANGE ----

-- What follows a fact's kind, subject, generation, offset and time.
local FIELDS = {
    cancel = {}, hold_due = {},
    approve = { 'digest', 'rule' }, decline = { 'digest', 'rule' },
    address = { 'digest', 'corrected' },
    reject = { 'rev' }, rescreen = { 'rev' }, reroute = { 'rev' }, replan = { 'rev' },
    unroutable = { 'rev', 'reason' },
    retry = { 'want' },
    shipped = { 'shipment', 'left' }, stopped = { 'shipment', 'left' },
    payment = { 'txn' },
    refund = { 'refund', 'version', 'state', 'line', 'quantity' },
    count = { 'warehouse', 'quantity' },
    move = { 'warehouse', 'quantity', 'movement' },
}

-- A snapshot comes as the texts its record is made of: kind, id, plain (it may simply claim),
-- head (fields 1 to 11), paid, hold, place, want, plines.
local SNAPSHOT = 9

-- Where each fact of the batch begins.
local function positions(count)
    local list, at = {}, cursor + 1
    for i = 1, count do
        list[i] = at
        at = at + (args[at] == 'snapshot' and SNAPSHOT or 5 + #FIELDS[args[at]])
    end
    return list
end

local HEAD = '^1\29([^\31]*)\31([^\31]*)\31([^\31]*)\31[^\31]*\31[^\31]*\31([^\31]*)\31'
    .. '[^\31]*\31([^\31]*)\31([^\31]*)\31([^\31]*)\31([^\31]*)\31$'

local function snapshot_at(at)
    local body, gen, off, time, pv, stage, raw, digest = match(args[at + 3], HEAD)
    return {
        kind = 'snapshot', id = args[at + 1], gen = gen, off = off, time = time, pv = pv,
        stage = tonumber(stage), raw = raw, digest = digest, paid = args[at + 4],
        hold = args[at + 5], place = args[at + 6], want = args[at + 7], plines = args[at + 8],
        body = body,
    }
end

local function fact_at(at, now)
    if args[at] == 'snapshot' then
        return snapshot_at(at)
    end
    local a = { kind = args[at], id = args[at + 1], gen = args[at + 2], off = args[at + 3],
                time = args[at + 4], now = now }
    for i, name in ipairs(FIELDS[a.kind]) do
        a[name] = args[at + 4 + i]
    end
    return a
end

local function want_at(at)
    if args[at] == 'snapshot' then
        return args[at + 7]
    end
    return args[at] == 'retry' and args[at + 5] or ''
end

-- Reads in bulk whatever the facts will need: records, then the SKUs of both.
local function preload(list)
    local ids, names = {}, {}
    for _, at in ipairs(list) do
        local some = feed[args[at]] and names or ids
        some[#some + 1] = args[at + 1]
        for _, u in ipairs(units_of(want_at(at))) do
            names[#names + 1] = u[1]
        end
    end
    records_load(ids)
    for _, id in ipairs(ids) do
        if records[id] then
            for _, u in ipairs(units_of(records[id].lines)) do
                names[#names + 1] = u[1]
            end
        end
    end
    skus_load(names)
end

-- Most of a peak: no record, and the units are free. Joins the texts to what first_snapshot()
-- and settle() would have made of them; false when it is not that simple.
local function claim_plainly(at)
    local id, want = args[at + 1], args[at + 7]
    if args[at + 2] == '' or records[id] ~= false or not all_free(want) then
        return false
    end
    records[id] = nil
    text_put(id, args[at + 3] .. 'RESERVED\31\31' .. args[at + 4] .. US .. args[at + 5] .. US
        .. args[at + 6] .. US .. want .. US .. want .. '\31H\31\31' .. args[at + 8]
        .. '\31\31\31\0310\0310\31\31\31\31\31\31\31')
    for _, u in ipairs(units_of(want)) do
        local s = sku_get(u[1])
        s.held, s.changed = s.held + u[2], true
        held_put(s, id, args[at + 6])
    end
    if args[at + 4] == '' and args[at + 5] ~= '0' then
        rank_put(HOLD, id, args[at + 5])
    end
    return true
end

-- SKU, srev and what only the feed knows of it, of all that was touched and is known.
local function scalars_reply(out)
    local at, count = #out + 1, 0
    out[at] = '0'
    for _, s in ipairs(sku_order) do
        if s.base ~= '' then
            out[#out + 1] = s.name
            out[#out + 1] = num(s.srev)
            out[#out + 1] = s.base
            count = count + 1
        end
    end
    out[at] = num(count)
end

local function movements_reply(out)
    out[#out + 1] = num(#named)
    for _, m in ipairs(named) do
        out[#out + 1] = m[1]
        out[#out + 1] = m[2]
        out[#out + 1] = m[3]
    end
end

local calls = {}

local function china_day(now)
    return floor((now + CHINA_MS) / DAY_MS)
end

local function change(at, now, out)
    local id = args[at + 1]
    if feed[args[at]] then
        feed[args[at]](fact_at(at, now))
        out[#out + 1] = 'SILENT'
        out[#out + 1] = ''
    else
        out[#out + 1] = args[at] == 'snapshot' and claim_plainly(at) and 'SAID'
            or handle(fact_at(at, now))
        out[#out + 1] = texts[id] or ''
    end
end

function calls.CHANGE(out)
    local now = take_number()
    today = china_day(now)
    local list = positions(take_number())
    preload(list)
    for _, at in ipairs(list) do
        change(at, now, out)
    end
    earmark_returned()
    flush()
    scalars_reply(out)
    movements_reply(out)
    shortfalls_reply(out)
end

-- ---- SCREEN, LOOK, PLAN ----

local function take_asks(names)
    local asks, ids = {}, {}
    for i = 1, take_number() do
        local a = {}
        for _, name in ipairs(names) do
            a[name] = take()
        end
        asks[i], ids[i] = a, a.id
    end
    records_load(ids)
    return asks
end

local function answer_all(asks, out, fn, more)
    for _, a in ipairs(asks) do
        out[#out + 1] = fn(a, more)
        out[#out + 1] = texts[a.id] or ''
    end
    flush()
    scalars_reply(out)
end

function calls.SCREEN(out)
    answer_all(take_asks({ 'id', 'rev', 'verdict', 'rules', 'reasons' }), out, screen)
end

function calls.PLAN(out)
    local capacity = take_number()
    local asks = take_asks({ 'id', 'rev', 'digest', 'at', 'unroutable', 'number', 'rules',
                             'reason', 'runner_up', 'parcels' })
    answer_all(asks, out, plan, capacity)
end

function calls.LOOK(out)
    look_reply(take_list(), out)
end

-- ---- reads ----

function calls.ORDERS(out)
    local ids = take_list()
    records_load(ids)
    for _, id in ipairs(ids) do
        out[#out + 1] = texts[id] or ''
    end
end

function calls.SKUS(out)
    local names = take_list()
    skus_load(names)
    for _, name in ipairs(names) do
        local s = sku_get(name)
        places_of(s)
        out[#out + 1] = sku_hot(s)
        out[#out + 1] = s.known and '1' or ''
        out[#out + 1] = places_text(s.units)
    end
end

function calls.LIST(out)
    for _, name in ipairs(call('HKEYS', SKU)) do
        out[#out + 1] = name
    end
end

function calls.DIRTY(out)
    for _, name in ipairs(call('SMEMBERS', DIRTY)) do
        out[#out + 1] = name
    end
end

function calls.CLEAN()
    call_list('SREM', DIRTY, take_list())
end

-- ---- SWEEP ----

-- Earmarks what is free for whoever waits: the first WALK of each SKU, then WALK more from
-- where the last sweep stopped, so that a queue of orders too big hides nobody for ever.
local function sweep_earmarks()
    local names = call('HKEYS', WAITS)
    skus_load(names)
    for _, name in ipairs(names) do
        local s = sku_get(name)
        if earmark(s, 0) == WALK and free_of(s) > 0 then
            local first = tonumber(call('HGET', WAITS, name))
            local seen = earmark(s, first > 1 and first or WALK)
            field_put(WAITS, name, num(seen == WALK and math.max(first, WALK) + WALK or 1))
        elseif call('EXISTS', WAIT .. name) == 0 then
            field_put(WAITS, name, false)
        end
    end
end

local function sweep_reply(out, kind, ids, max)
    records_load(ids)
    for _, id in ipairs(ids) do
        local r = record_get(id)
        if r and #out < max * 3 then
            out[#out + 1] = kind
            out[#out + 1] = id
            out[#out + 1] = num(r.rev)
        end
    end
end

-- Unroutable orders for which something has changed since route looked.
local function sweep_unroutable()
    local flat, ids, out = call('HGETALL', UNROUTABLE), {}, {}
    for i = 1, #flat, 2 do
        ids[#ids + 1] = flat[i]
    end
    records_load(ids)
    for i = 1, #flat, 2 do
        local r = record_get(flat[i])
        if r and chance_of(r) ~= flat[i + 1] then
            out[#out + 1] = flat[i]
        end
    end
    return out
end

function calls.SWEEP(out)
    local now, max = take_number(), take_number()
    today = china_day(now)
    sweep_earmarks()
    flush()
    local nudges = {}
    sweep_reply(nudges, 'hold_due',
                call('ZRANGEBYSCORE', HOLD, '-inf', num(now), 'LIMIT', 0, max), max)
    sweep_reply(nudges, 'reroute', sweep_unroutable(), max)
    sweep_reply(nudges, 'retry', call('HKEYS', EAR), max)
    for _, text in ipairs(nudges) do
        out[#out + 1] = text
    end
end

-- ---- rebuild ----

local rebuild = {}

function rebuild.BEGIN(epoch)
    return begin(epoch)
end

function rebuild.LOAD(epoch)
    if not is_loading(epoch) then
        return { 'REFUSED' }
    end
    for _ = 1, take_number() do
        load_scalars(take(), take(), take())
    end
    for _ = 1, take_number() do
        local sku, id, item = take(), take(), split(take())
        move(sku_get(sku), id, item[1], tonumber(item[2]), tonumber(item[3]))
    end
    local loaded = {}
    for i = 1, take_number() do
        loaded[i] = { take(), take() }
    end
    for _, pair in ipairs(loaded) do
        load_record(pair[1], pair[2])
    end
    flush()
    return { 'OK' }
end

function rebuild.OPEN(epoch)
    if not is_loading(epoch) then
        return { 'REFUSED' }
    end
    return open_store()
end

-- ---- the call ----

if rebuild[ARGV[1]] then
    return rebuild[ARGV[1]](ARGV[2])
end
local refused = prelude(ARGV[2])
if refused then
    return refused
end
local reply = { 'OPEN' }
calls[ARGV[1]](reply)
return reply
