-- stock_text — how records and lists are written as text.
--
-- Plain Lua 5.1 and redis.call, nothing else: the simulator runs the same script in its own
-- Lua. Four control bytes separate; the C side escapes them in every value (stock_pack.c), so
-- they can not occur inside one.
--
--   US 31  after each field of a record      GS 29  between the fields of an item
--   RS 30  after each item of a list         FS 28  after each field of a list within an item
--
-- Numbers live as Lua numbers (exact up to 2^53) only while they are reckoned with.

local US, RS, GS, FS = '\31', '\30', '\29', '\28'
local call = redis.call
local concat, sort, unpack = table.concat, table.sort, unpack
local match, gmatch, format = string.match, string.gmatch, string.format
local sub, byte = string.sub, string.byte
local floor = math.floor
local tonumber, ipairs, pairs = tonumber, ipairs, pairs

-- Small numbers as text, made once: printing one costs more than all else of a field.
local small = {}
for i = 0, 63 do
    small[i] = i .. ''
end

-- A whole number in full: Lua prints only 14 digits by itself.
local function num(n)
    if small[n] then
        return small[n]
    elseif n > -1e14 and n < 1e14 then
        return n .. ''
    end
    return format('%.0f', n)
end

-- ---- units: "sku GS units RS", sorted by SKU ----

-- Parsed lists are shared by text, so nobody may change one.
local units_memo = {}

local function units_of(text)
    local list = units_memo[text]
    if not list then
        list = {}
        for sku, n in gmatch(text, '([^\29]*)\29([^\30]*)\30') do
            list[#list + 1] = { sku, tonumber(n) }
        end
        units_memo[text] = list
    end
    return list
end

local function units_map(text)
    local map = {}
    for _, u in ipairs(units_of(text)) do
        map[u[1]] = u[2]
    end
    return map
end

-- From a map of SKU to units; what is not above zero is left out.
local function units_text(map)
    local skus, out = {}, {}
    for sku, n in pairs(map) do
        if n > 0 then
            skus[#skus + 1] = sku
        end
    end
    sort(skus)
    for _, sku in ipairs(skus) do
        out[#out + 1] = sku .. GS .. num(map[sku]) .. RS
    end
    return concat(out)
end

-- Units of `text` less those of `map`.
local function units_less(text, map)
    local rest = {}
    for _, u in ipairs(units_of(text)) do
        rest[u[1]] = u[2] - (map[u[1]] or 0)
    end
    return units_text(rest)
end

-- ---- lists of items with GS between fields ----

local function split(item)
    local out = {}
    for field in gmatch(item .. GS, '([^\29]*)\29') do
        out[#out + 1] = field
    end
    return out
end

local function items_of(text)
    local out = {}
    for item in gmatch(text, '([^\30]*)\30') do
        out[#out + 1] = split(item)
    end
    return out
end

local function items_text(list)
    local out = {}
    for i, item in ipairs(list) do
        out[i] = concat(item, GS) .. RS
    end
    return concat(out)
end

-- ---- parcels: id, warehouse, carrier, state, plan number, day, time it left, "sku FS units FS"

local P_ID, P_WH, P_CARRIER, P_STATE, P_NUM, P_DAY, P_LEFT, P_ITEMS = 1, 2, 3, 4, 5, 6, 7, 8

-- Adds the units of one parcel to a map.
local function parcel_add(parcel, map)
    for sku, n in gmatch(parcel[P_ITEMS], '([^\28]*)\28([^\28]*)\28') do
        map[sku] = (map[sku] or 0) + tonumber(n)
    end
    return map
end

-- ---- the record: 32 fields, as many as a Lua pattern can capture; the first holds two ----

local RECORD = '^' .. string.rep('([^\31]*)\31', 32) .. '$'

local function record_unpack(id, text)
    local head, gen, off, seq, rev, at, maker, pv, stage, raw, digest, state, reason, paid,
        hold, place, want, lines, letters, shorts, plines, why, verdict, cleared, number, noted,
        plan, parcels, refunds, payments, unroutable, overlay = match(text, RECORD)
    local version, body = match(head, '^([^\29]*)\29(.*)$')
    if version ~= '1' then
        error('the record of ' .. id .. ' is not of version 1')
    end
    return {
        id = id, gen = gen, off = off, seq = tonumber(seq), rev = tonumber(rev), at = at,
        maker = maker, pv = pv, stage = tonumber(stage), raw = raw, digest = digest,
        state = state, reason = reason, paid = paid, hold = hold, place = place, want = want,
        lines = lines, letters = letters, shorts = shorts, plines = plines, why = why,
        verdict = verdict, cleared = cleared, number = tonumber(number),
        noted = tonumber(noted), plan = plan, parcels = parcels, refunds = refunds,
        payments = payments, unroutable = unroutable, overlay = overlay, body = body,
    }
end

local packed = {} -- one table for all records: a call makes garbage enough

local function record_pack(r)
    local p = packed
    p[1], p[2], p[3], p[4] = '1' .. GS .. r.body, r.gen, r.off, num(r.seq)
    p[5], p[6], p[7], p[8] = num(r.rev), r.at, r.maker, r.pv
    p[9], p[10], p[11], p[12] = num(r.stage), r.raw, r.digest, r.state
    p[13], p[14], p[15], p[16] = r.reason, r.paid, r.hold, r.place
    p[17], p[18], p[19], p[20] = r.want, r.lines, r.letters, r.shorts
    p[21], p[22], p[23], p[24] = r.plines, r.why, r.verdict, r.cleared
    p[25], p[26], p[27], p[28] = num(r.number), num(r.noted), r.plan, r.parcels
    p[29], p[30], p[31], p[32] = r.refunds, r.payments, r.unroutable, r.overlay
    p[33] = ''
    return concat(p, US)
end

local function record_clone(r)
    return {
        id = r.id, gen = r.gen, off = r.off, seq = r.seq, rev = r.rev, at = r.at,
        maker = r.maker, pv = r.pv, stage = r.stage, raw = r.raw, digest = r.digest,
        state = r.state, reason = r.reason, paid = r.paid, hold = r.hold, place = r.place,
        want = r.want, lines = r.lines, letters = r.letters, shorts = r.shorts,
        plines = r.plines, why = r.why, verdict = r.verdict, cleared = r.cleared,
        number = r.number, noted = r.noted, plan = r.plan, parcels = r.parcels,
        refunds = r.refunds, payments = r.payments, unroutable = r.unroutable,
        overlay = r.overlay, body = r.body,
    }
end

-- Does anything differ that an answer shows? Then the record needs a new rev.
local function record_differs(a, b)
    return a.state ~= b.state or a.stage ~= b.stage or a.reason ~= b.reason
        or a.paid ~= b.paid or a.hold ~= b.hold or a.digest ~= b.digest
        or a.lines ~= b.lines or a.letters ~= b.letters or a.shorts ~= b.shorts
        or a.parcels ~= b.parcels or a.noted ~= b.noted
end
