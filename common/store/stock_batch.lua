-- stock_batch — the arguments and replies of calls, and CHANGE: a batch of facts in one call.

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

do
-- What follows a fact's kind, subject, generation, offset and time.
local FIELDS = {
    cancel = {}, hold_due = {},
    approve = { 'digest', 'rule' }, decline = { 'digest', 'rule' },
    address = { 'digest', 'corrected' },
    reject = { 'rev' }, rescreen = { 'rev' }, reroute = { 'rev' }, replan = { 'rev' },
    unroutable = { 'rev', 'reason' },
    retry = { 'want', 'plines', 'digest' },
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

-- Body, generation, offset and maker: of a record, and of a snapshot's head.
local MARK = '^1\29([^\31]*)\31([^\31]*)\31([^\31]*)\31[^\31]*\31[^\31]*\31[^\31]*\31([^\31]*)\31'

-- What a fact gets that is not past its record; false when it is. Who made the rev announces it,
-- with the very body it was made with (STOCK.md 1). One that says nothing may still carry the
-- body that a later fact without one is waiting for.
local function repeat_of(at, text)
    local body, gen, off, maker = match(text, MARK)
    local body2, gen2, off2 = nil, args[at + 2], args[at + 3]
    if args[at] == 'snapshot' then
        body2, gen2, off2 = match(args[at + 3], MARK)
    end
    if above(gen2, off2, gen, off) then
        return false
    end
    local same_body = not body2 or body2 == body
    if maker == gen2 .. GS .. off2 then
        return same_body and 'SAID' or 'SILENT'
    end
    return body2 and same_body and maker ~= '' and 'BODY' or 'SILENT'
end

local asked_text, asked_word = {}, {} -- by position: asked before and after the preload

local function repeated(at)
    local text = texts[args[at + 1]]
    if text ~= asked_text[at] then
        asked_text[at], asked_word[at] = text, repeat_of(at, text)
    end
    return asked_word[at]
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
    for _, at in ipairs(list) do
        local id = args[at + 1]
        if not feed[args[at]] and texts[id] and not repeated(at) then
            for _, u in ipairs(units_of(record_get(id).lines)) do
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

local function change(at, now, out)
    local id = args[at + 1]
    if feed[args[at]] then
        feed[args[at]](fact_at(at, now))
        out[#out + 1] = 'SILENT'
        out[#out + 1] = ''
    else
        out[#out + 1] = args[at] == 'snapshot' and claim_plainly(at) and 'SAID'
            or texts[id] and repeated(at) or handle(fact_at(at, now))
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
    shortfalls_note()
    flush()
    scalars_reply(out)
    movements_reply(out)
    shortfalls_reply(out)
end
end
