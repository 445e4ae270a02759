-- stock_feed — counts and movements, earmarks and shortfalls.
--
-- No offset is kept: a count applies by its as-of time, a movement by its id, so the order of
-- arrival does not matter (STOCK.md 20, 39).

local WALK = 512 -- waiting orders looked at for one SKU at a time
local named = {}  -- movements the batch's facts name: { sku, id, text }
local feed = {}
local movements_of, recount, earmark, earmark_returned
local shortfalls_note, shortfalls_reply

do
-- Movements of a SKU as this call will leave them: id → { warehouse, time, delta }.
function movements_of(s)
    local flat, out = call('HGETALL', MOV .. s.name), {}
    for i = 1, #flat, 2 do
        out[flat[i]] = flat[i + 1]
    end
    for id, text in pairs(fields[MOV .. s.name] or {}) do
        out[id] = text or nil
    end
    for id, text in pairs(out) do
        local item = split(text)
        out[id] = { item[1], tonumber(item[2]), tonumber(item[3]) }
    end
    return out
end

-- Physical of a warehouse: its base, and the movements after its as-of time. Forgets the rest.
function recount(s, warehouse, base, asof, movements)
    local sum = base
    for id, m in pairs(movements) do
        if m[1] == warehouse then
            if m[2] > asof then
                sum = sum + m[3]
            else
                field_put(MOV .. s.name, id, false)
            end
        end
    end
    physical_add(s, warehouse, sum - sku_place(s, warehouse)[1])
end

local counted = {}  -- SKU → the fact that may have made a shortfall
local hit = {}      -- those SKUs in the order they came
local again = {}    -- shortfalls told before, whose fact has come again

local function shortfall_suspect(sku, a)
    if not counted[sku] then
        hit[#hit + 1] = sku
    end
    counted[sku] = a
end

local function maker_of(a)
    return a.gen .. FS .. a.off
end

-- A fact that changes nothing any more says again what it said, and nothing else: what is
-- missing now has other causes.
local function shortfall_repeat(s, a)
    sku_bases(s)
    if s.told and s.told[2] == maker_of(a) then
        again[#again + 1] = { s.name, s.told }
    end
end

function feed.count(a)
    local s, at = sku_get(a.id), tonumber(a.time)
    local asof = asof_of(s, a.warehouse)
    if at > asof then
        s.bases[a.warehouse] = { tonumber(a.quantity), at }
        s.counted = true
        recount(s, a.warehouse, tonumber(a.quantity), at, movements_of(s))
        shortfall_suspect(a.id, a)
    else
        shortfall_repeat(s, a)
    end
end

-- A parcel's movement may come before the parcel's fact: its claim still stands, so what is
-- missing then is not missing.
local function is_parcels(a)
    return #a.movement == 33 + #a.id and sub(a.movement, -#a.id - 1) == ':' .. a.id
end

function feed.move(a)
    local s, at, delta = sku_get(a.id), tonumber(a.time), tonumber(a.quantity)
    local is_new = at > asof_of(s, a.warehouse) and not field_get(MOV .. s.name, a.movement)
    local text = move(s, a.movement, a.warehouse, at, delta)
    named[#named + 1] = { a.id, a.movement, text }
    if delta < 0 and is_new and not is_parcels(a) then
        shortfall_suspect(a.id, a)
    elseif not is_new then
        shortfall_repeat(s, a)
    end
end

-- ---- earmarks: an earmark is no promise; its order claims it by a nudge (STOCK.md 17) ----

local function fits(r)
    for _, u in ipairs(units_of(r.lines)) do
        local s = sku_get(u[1])
        if not s.known or free_of(s) < u[2] then
            return false
        end
    end
    return true
end

local function earmark_put(r)
    for _, u in ipairs(units_of(r.lines)) do
        local s = sku_get(u[1])
        s.ear = s.ear + u[2]
        s.changed = true
    end
    field_put(EAR, r.id, r.lines)
end

local function comes_first(a, b)
    if a[2] ~= b[2] then
        return a[2] > b[2]
    end
    return a[1] > b[1]
end

-- WALK of those who wait for a SKU, as this call will leave them, highest place first.
local function waiters(s, first)
    local flat = call('ZREVRANGE', WAIT .. s.name, first, first + WALK - 1, 'WITHSCORES')
    local changes, list, ids = ranks[WAIT .. s.name] or {}, {}, {}
    for i = 1, #flat, 2 do
        if changes[flat[i]] == nil then
            list[#list + 1] = { flat[i], tonumber(flat[i + 1]) }
        end
    end
    for id, score in pairs(first == 0 and changes or {}) do
        if score then
            list[#list + 1] = { id, tonumber(score) }
        end
    end
    sort(list, comes_first)
    for i, item in ipairs(list) do
        ids[i] = item[1]
    end
    return ids
end

-- Gives what is free of one SKU to those who wait for it, by priority, then age; looks at WALK
-- of them. Returns how many there were to look at.
function earmark(s, first)
    if free_of(s) <= 0 then
        return 0
    end
    local ids = waiters(s, first)
    records_load(ids)
    local ears, changes = fetch(EAR, ids), fields[EAR] or {}
    for i, id in ipairs(ids) do
        local r, ear = record_get(id), ears[i]
        if changes[id] ~= nil then
            ear = changes[id]
        end
        if not ear and r and waits(r) and fits(r) then
            earmark_put(r)
            if free_of(s) <= 0 then
                break
            end
        end
    end
    return #ids
end

function earmark_returned()
    for i = 1, #sku_order do -- earmarking may add to the list, not to what was returned
        local s = sku_order[i]
        if s.returned and free_of(s) > 0 then
            earmark(s, 0)
        end
    end
end

-- ---- shortfalls ----

local NAMED = 20 -- orders an alert names

-- How many orders hold what is missing, just enough of them, lowest priority and newest first;
-- and the first of them.
local function orders_hit(sku, missing)
    local some, count, first = {}, 0, 0
    while missing > 0 and first < 4096 do
        local ids = call('ZRANGE', HELD .. sku, first, first + 255)
        if #ids == 0 then
            break
        end
        records_load(ids)
        for _, id in ipairs(ids) do
            local r = record_get(id)
            if missing > 0 and r and r.state ~= 'CANCELLING' then
                count = count + 1
                some[#some + 1] = count <= NAMED and id .. FS or nil
                missing = missing - (held_map(r)[sku] or 0)
            end
        end
        first = first + 256
    end
    return count, concat(some)
end

local function shortfall_put(out, sku, told)
    out[#out + 1] = sku
    out[#out + 1] = told[4]
    out[#out + 1] = told[3]
    out[#out + 1] = told[5]
    local at = #out + 1
    out[at] = '0'
    for id in gmatch(told[6], '([^\28]*)\28') do
        out[#out + 1] = id
    end
    out[at] = num(#out - at)
end

-- What a fact of this call made is kept with the SKU, so that it is told again as it was. One
-- for each as-of time. An earmark is no promise and makes no shortfall.
function shortfalls_note()
    for _, sku in ipairs(hit) do
        local s, a = sku_get(sku), counted[sku]
        local missing = s.held - s.physical
        sku_bases(s)
        if missing > 0 and not (s.told and s.told[3] == a.time) then
            local count, some = orders_hit(sku, missing)
            s.told = { '', maker_of(a), a.time, num(missing), num(count), some }
            s.counted, s.changed = true, true
            again[#again + 1] = { sku, s.told }
        end
    end
end

-- Appends sku, missing, as-of, how many orders, how many of them are named, these…
function shortfalls_reply(out)
    out[#out + 1] = num(#again)
    for _, pair in ipairs(again) do
        shortfall_put(out, pair[1], pair[2])
    end
end
end
