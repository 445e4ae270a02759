-- stock_cache — what one call has read, and what it will write.
--
-- Everything a call touches is read in bulk and kept here; nothing is written before the call
-- has thought everything through (flush), so an error half way leaves the store as it was.

local META, SKU, BASE, UNITS = '{0}:meta', '{0}:sku', '{0}:base', '{0}:units'
local EAR, HOLD, UNROUTABLE = '{0}:ear', '{0}:hold', '{0}:unroutable'
local WAITS, DIRTY = '{0}:waits', '{0}:dirty'
local REC, MOV, CAP, WAIT, HELD = '{0}:rec:', '{0}:mov:', '{0}:cap:', '{0}:wait:', '{0}:held:'

local BUCKETS = 64
local SLICE = 4000 -- unpack() has a limit near 8000

-- fn(slice) for each part of the list that is short enough for unpack().
local function in_slices(list, fn)
    if #list <= SLICE then
        if #list > 0 then
            fn(list, 1)
        end
        return
    end
    for first = 1, #list, SLICE do
        local part = {}
        for i = first, math.min(first + SLICE - 1, #list) do
            part[#part + 1] = list[i]
        end
        fn(part, first)
    end
end

-- call(command, key, list…)
local function call_list(command, key, list)
    in_slices(list, function(part)
        call(command, key, unpack(part))
    end)
end

-- HMGET of any length: values by position, false where there is none.
local function fetch(key, fields)
    local out = {}
    in_slices(fields, function(part, first)
        for i, value in ipairs(call('HMGET', key, unpack(part))) do
            out[first + i - 1] = value
        end
    end)
    return out
end

-- ---- records ----

local records = {} -- order id → record, false when there is none, nil when only its text is
local texts = {}   -- order id → its text
local written = {} -- order ids of changed records
local is_written = {}

-- Cheap, and even enough for ids that end in digits.
local function bucket_of(id)
    local a, b, c, d = byte(id, -4, -1)
    return ((a or 0) * 27 + (b or 0) * 9 + (c or 0) * 3 + (d or 0)) % BUCKETS
end

local function records_load(ids)
    local buckets = {}
    for _, id in ipairs(ids) do
        if records[id] == nil and not texts[id] then
            records[id] = false
            local bucket = bucket_of(id)
            local list = buckets[bucket]
            if not list then
                list = {}
                buckets[bucket] = list
            end
            list[#list + 1] = id
        end
    end
    for bucket, list in pairs(buckets) do
        for i, text in ipairs(fetch(REC .. bucket, list)) do
            if text then
                records[list[i]] = nil -- unpacked when first needed: a repeat is not
                texts[list[i]] = text
            end
        end
    end
end

local function record_get(id)
    if records[id] == nil and not texts[id] then
        records_load({ id })
    end
    if records[id] == nil then
        records[id] = record_unpack(id, texts[id])
    end
    return records[id]
end

local function text_put(id, text)
    texts[id] = text
    if not is_written[id] then
        is_written[id] = true
        written[#written + 1] = id
    end
end

local function record_put(r)
    records[r.id] = r
    text_put(r.id, record_pack(r))
end

-- ---- SKUs ----
-- hot: srev, held, ear, future, freed, physical. base: "warehouse GS base GS asof RS", which is
-- what a rebuild can not get from records, and the last shortfall told, under no warehouse: the
-- fact that made it, as-of, missing, how many orders, the first of them (FS).
-- units: "warehouse GS physical GS alloc RS".

local skus = {}
local sku_order = {} -- in the order of first use

local function sku_make(name, hot, base)
    local s = { name = name, srev = 0, held = 0, ear = 0, future = 0, freed = 0, physical = 0,
                base = base or '', known = base and base ~= '' or false }
    if hot then
        local srev, held, ear, future, freed, physical =
            match(hot, '^([^\31]*)\31([^\31]*)\31([^\31]*)\31([^\31]*)\31([^\31]*)\31([^\31]*)\31')
        s.srev, s.held, s.ear = tonumber(srev), tonumber(held), tonumber(ear)
        s.future, s.freed, s.physical = tonumber(future), tonumber(freed), tonumber(physical)
    end
    skus[name] = s
    sku_order[#sku_order + 1] = s
    return s
end

local function skus_load(names)
    local list, seen = {}, {}
    for _, name in ipairs(names) do
        if not skus[name] and not seen[name] then
            seen[name] = true
            list[#list + 1] = name
        end
    end
    local hots, bases = fetch(SKU, list), fetch(BASE, list)
    for i, name in ipairs(list) do
        sku_make(name, hots[i], bases[i])
    end
end

local function sku_get(name)
    return skus[name] or sku_make(name, call('HGET', SKU, name), call('HGET', BASE, name))
end

-- Per warehouse base and as-of time, parsed when first needed.
local function sku_bases(s)
    if not s.bases then
        s.bases, s.told = {}, nil
        for _, item in ipairs(items_of(s.base)) do
            if item[1] == '' then
                s.told = item
            else
                s.bases[item[1]] = { tonumber(item[2]), tonumber(item[3]) }
            end
        end
    end
    return s.bases
end

local function sku_units(s)
    if not s.units then
        s.units = {}
        for _, item in ipairs(items_of(call('HGET', UNITS, s.name) or '')) do
            s.units[item[1]] = { tonumber(item[2]), tonumber(item[3]) }
        end
    end
    return s.units
end

-- Physical and allocated units of one warehouse.
local function sku_place(s, warehouse)
    local units = sku_units(s)
    if not units[warehouse] then
        units[warehouse] = { 0, 0 }
    end
    return units[warehouse]
end

-- "name GS a GS b RS" by name.
local function places_text(places)
    local names, out = {}, {}
    for name in pairs(places) do
        names[#names + 1] = name
    end
    sort(names)
    for i, name in ipairs(names) do
        out[i] = name .. GS .. num(places[name][1]) .. GS .. num(places[name][2]) .. RS
    end
    return concat(out)
end

-- ---- sorted sets, hashes and movements that will change ----

local ranks = {}  -- key → member → score, or false to remove
local fields = {} -- key → field → text, or false to remove

local function later(store, key, name, value)
    local changes = store[key]
    if not changes then
        changes = {}
        store[key] = changes
    end
    changes[name] = value
end

local function rank_put(key, member, score)
    later(ranks, key, member, score)
end

local function field_put(key, field, text)
    later(fields, key, field, text)
end

-- The field as this call will leave it.
local function field_get(key, field)
    local changes = fields[key]
    if changes and changes[field] ~= nil then
        return changes[field]
    end
    return call('HGET', key, field)
end

-- ---- writing ----

local function records_flush()
    local buckets = {}
    for _, id in ipairs(written) do
        local bucket = bucket_of(id)
        local list = buckets[bucket]
        if not list then
            list = {}
            buckets[bucket] = list
        end
        list[#list + 1] = id
        list[#list + 1] = texts[id]
    end
    for bucket, list in pairs(buckets) do
        call_list('HSET', REC .. bucket, list)
    end
end

local function sku_hot(s)
    return concat({ num(s.srev), num(s.held), num(s.ear), num(s.future), num(s.freed),
                    num(s.physical), '' }, US)
end

local function skus_flush()
    local hots, bases, units, dirty = {}, {}, {}, {}
    for _, s in ipairs(sku_order) do
        if s.changed then
            s.srev = s.srev + 1
            hots[#hots + 1] = s.name
            hots[#hots + 1] = sku_hot(s)
            dirty[#dirty + 1] = s.name
        end
        if s.counted then
            s.base = places_text(s.bases) .. (s.told and items_text({ s.told }) or '')
            bases[#bases + 1] = s.name
            bases[#bases + 1] = s.base
        end
        if s.placed then
            units[#units + 1] = s.name
            units[#units + 1] = places_text(s.units)
        end
    end
    call_list('HSET', SKU, hots)
    call_list('HSET', BASE, bases)
    call_list('HSET', UNITS, units)
    call_list('SADD', DIRTY, dirty)
end

local function changes_flush(store, put, remove)
    for key, changes in pairs(store) do
        local add, drop = {}, {}
        for name, value in pairs(changes) do
            if value then
                add[#add + 1] = put == 'ZADD' and value or name
                add[#add + 1] = put == 'ZADD' and name or value
            else
                drop[#drop + 1] = name
            end
        end
        call_list(put, key, add)
        call_list(remove, key, drop)
    end
end

local function flush()
    records_flush()
    skus_flush()
    changes_flush(ranks, 'ZADD', 'ZREM')
    changes_flush(fields, 'HSET', 'HDEL')
end
