-- stock_settle — the counters follow from the records, and only from them.
--
-- settle(was, now) takes back what the old record held and adds what the new one holds. CHANGE,
-- PLAN and LOAD call the same function, so a rebuilt counter can not differ from a grown one.

local CLAIMS = { RESERVED = true, REPLANNING = true, CANCELLING = true, PRESOLD = true }
local OPEN = { planned = true, stopping = true }

local function free_of(s)
    return s.physical - s.held - s.ear
end

-- A line's letter: H held, F future, W waiting, N refused. One letter stands for all lines.
local function letter_of(r, i)
    if #r.letters == 1 then
        return r.letters
    end
    return sub(r.letters, i, i)
end

-- ---- movements ----

local function movement_text(warehouse, time, delta)
    return warehouse .. GS .. num(time) .. GS .. num(delta)
end

local function asof_of(s, warehouse)
    local base = sku_bases(s)[warehouse]
    if not base then
        base = { 0, 0 }
        s.bases[warehouse] = base
        s.counted, s.changed, s.known = true, true, true
    end
    return base[2]
end

local function physical_add(s, warehouse, delta)
    local place = sku_place(s, warehouse)
    place[1] = place[1] + delta
    s.physical = s.physical + delta
    s.placed, s.changed = true, true
    if delta > 0 then
        s.freed = s.freed + 1
        s.returned = true
    end
end

-- Once by its id; a movement the count already holds is forgotten. Returns its text.
local function move(s, id, warehouse, time, delta)
    local text = movement_text(warehouse, time, delta)
    if time <= asof_of(s, warehouse) then
        return text
    end
    local found = field_get(MOV .. s.name, id)
    if found then
        return found
    end
    field_put(MOV .. s.name, id, text)
    physical_add(s, warehouse, delta)
    return text
end

-- ---- what a record holds ----

-- Who holds units of a SKU, by place.
local function held_put(s, id, place)
    if not s.holders then
        s.holders = {}
        ranks[HELD .. s.name] = s.holders
    end
    s.holders[id] = place
end

local function held_settle(r, sign, index)
    if not CLAIMS[r.state] then
        return
    end
    for i, u in ipairs(units_of(r.lines)) do
        local s = sku_get(u[1])
        local letter = letter_of(r, i)
        if letter == 'H' then
            s.held = s.held + sign * u[2]
            s.returned = s.returned or sign < 0
            held_put(s, r.id, index)
        elseif letter == 'F' then
            s.future = s.future + sign * u[2]
        end
        s.changed = true
    end
end

-- How often a parcel gave its place in a day back.
local function stopped_count()
    return tonumber(field_get(META, 'stopped') or '0')
end

local function capacity_add(warehouse, day, n)
    local key = CAP .. warehouse
    local count = tonumber(field_get(key, day) or '0') + n
    field_put(key, day, count > 0 and num(count) or false)
end

local function parcel_settle(parcel, sign)
    if parcel[P_STATE] ~= 'stopped' then
        capacity_add(parcel[P_WH], parcel[P_DAY], sign)
    end
    if not OPEN[parcel[P_STATE]] then
        return
    end
    for sku, n in pairs(parcel_add(parcel, {})) do
        local s = sku_get(sku)
        local place = sku_place(s, parcel[P_WH])
        place[2] = place[2] + sign * n
        s.placed, s.changed = true, true
    end
end

-- The movement of a parcel that left follows from the record (STOCK.md 40), under the id the
-- warehouse's own feed gives it too (42).
local function parcel_moves(parcel)
    for sku, n in pairs(parcel_add(parcel, {})) do
        move(sku_get(sku), parcel[P_ID] .. ':' .. sku, parcel[P_WH], tonumber(parcel[P_LEFT]), -n)
    end
end

-- Units and capacity of its warehouse are there again.
local function parcel_returns(parcel)
    for sku in pairs(parcel_add(parcel, {})) do
        local s = sku_get(sku)
        s.freed = s.freed + 1
    end
    field_put(META, 'stopped', num(stopped_count() + 1))
end

local function parcels_settle(was, now)
    local before = {}
    for _, parcel in ipairs(was and items_of(was.parcels) or {}) do
        parcel_settle(parcel, -1)
        before[parcel[P_ID]] = parcel[P_STATE]
    end
    for _, parcel in ipairs(items_of(now.parcels)) do
        parcel_settle(parcel, 1)
        if before[parcel[P_ID]] ~= parcel[P_STATE] then
            if parcel[P_STATE] == 'shipped' then
                parcel_moves(parcel)
            elseif parcel[P_STATE] == 'stopped' then
                parcel_returns(parcel)
            end
        end
    end
end

-- ---- who waits, who holds unpaid, who has no warehouse ----

local function waits(r)
    return r.state == 'WAIT' and r.reason ~= 'sent_elsewhere'
end

local function earmark_drop(id)
    local text = field_get(EAR, id)
    if not text then
        return
    end
    for _, u in ipairs(units_of(text)) do
        local s = sku_get(u[1])
        s.ear = s.ear - u[2]
        s.changed, s.returned = true, true
    end
    field_put(EAR, id, false)
end

local function waits_settle(was, now)
    if was and waits(was) then
        for _, u in ipairs(units_of(was.lines)) do
            rank_put(WAIT .. u[1], was.id, false)
        end
        if not waits(now) or now.lines ~= was.lines then
            earmark_drop(was.id)
        end
    end
    if waits(now) then
        for _, u in ipairs(units_of(now.lines)) do
            rank_put(WAIT .. u[1], now.id, now.place)
            field_put(WAITS, u[1], '1')
        end
    end
end

local function hold_of(r)
    return r.state == 'RESERVED' and r.paid == '' and r.hold ~= '0' and r.noted == 0 and r.hold
end

local today = 0 -- in China, of the call's now

-- How often route began to look by other rules.
local function stirred_count()
    return tonumber(field_get(META, 'stirred') or '0')
end

-- Differs from what it was whenever route may find now what it did not find then: units that
-- came back, a parcel that was stopped, a new day's capacity, other rules.
local function chance_of(lines)
    local sum = 0
    for _, u in ipairs(units_of(lines)) do
        sum = sum + sku_get(u[1]).freed
    end
    return num(sum) .. GS .. num(stopped_count()) .. GS .. num(today) .. GS
        .. num(stirred_count())
end

local function marks_settle(was, now)
    local before, after = was and hold_of(was), hold_of(now)
    if (before or false) ~= after then
        rank_put(HOLD, now.id, after)
    end
    if (was and was.unroutable or '') ~= now.unroutable then
        field_put(UNROUTABLE, now.id,
                  now.unroutable ~= '' and chance_of(now.lines) .. US .. now.lines)
    end
end

local function settle(was, now)
    local same = was and was.lines == now.lines and was.letters == now.letters
        and CLAIMS[was.state] == CLAIMS[now.state]
    if not same then
        if was then
            held_settle(was, -1, false)
        end
        held_settle(now, 1, now.place)
    end
    if (was and was.parcels or '') ~= now.parcels then
        parcels_settle(was, now)
    end
    if now.state == 'WAIT' or was and was.state == 'WAIT' then
        waits_settle(was, now)
    end
    marks_settle(was, now)
end
