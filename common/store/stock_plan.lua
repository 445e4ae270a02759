-- stock_plan — what anomaly and route ask: SCREEN, LOOK, PLAN.
--
-- A decision is noted before it is announced, and the first stays. Each answer is a word and
-- the record's text; the C side reads verdict and plan from it.

local screen, plan, places_of, look_reply

do
-- ---- SCREEN ----

-- The verdict without the rules a person let pass for this digest. A rejection that lost a
-- rule that way is a hold: nobody rejects by itself what a person looked at.
local function verdict_text(r, a)
    local reasons, kind, dropped = {}, a.verdict, false
    for rule, text in gmatch(a.reasons, '([^\28]*)\28([^\28]*)\28') do
        if is_cleared(r, rule) then
            dropped = true
        else
            reasons[#reasons + 1] = rule .. FS .. text .. FS
        end
    end
    if dropped and #reasons == 0 then
        kind = 'clear'
    elseif dropped and kind == 'rejected' then
        kind = 'held'
    end
    return concat({ a.rev, kind, a.rules, concat(reasons) }, GS)
end

function screen(a)
    local r = record_get(a.id)
    if not r or r.rev ~= tonumber(a.rev) then
        return 'SUPERSEDED'
    end
    if split(r.verdict)[1] ~= a.rev then
        local n = record_clone(r)
        n.verdict, n.seq = verdict_text(r, a), r.seq + 1
        record_put(n)
    end
    return 'NOTED'
end

-- ---- PLAN ----

local function plan_test(r, a)
    if not r or r.state ~= 'RESERVED' or r.reason == 'sent_elsewhere' then
        return 'SUPERSEDED'
    elseif r.paid == '' then
        return 'UNPAID'
    elseif r.noted > 0 then
        local same = tonumber(a.rev) == r.noted - 1 and split(r.plan)[1] == a.digest
        return same and 'SAME' or 'SUPERSEDED'
    elseif r.rev ~= tonumber(a.rev) then
        return 'SUPERSEDED'
    elseif a.unroutable == '1' then
        return 'FULL'
    elseif tonumber(a.number) ~= r.number + 1 then
        return 'NUMBER' -- the shipment ids were made for another plan: ask again
    end
    return 'GO'
end

-- Are the units there, in every warehouse, and are they this order's to take?
local function plan_units_fit(r, parcels)
    local all = {}
    for _, parcel in ipairs(parcels) do
        parcel_add(parcel, all)
    end
    local due = held_map(r)
    for sku, n in pairs(all) do
        if n > (due[sku] or 0) then
            return false
        end
    end
    for i, parcel in ipairs(parcels) do
        local need = {}
        for j, other in ipairs(parcels) do
            if other[P_WH] == parcel[P_WH] then
                parcel_add(other, need)
            end
        end
        for sku, n in pairs(need) do
            local place = sku_place(sku_get(sku), parcel[P_WH])
            if place[1] - place[2] < n then
                return false
            end
        end
    end
    return #parcels > 0
end

-- Parcels planned of a warehouse for a day.
local function planned_count(warehouse, day)
    return tonumber(field_get(CAP .. warehouse, day) or '0')
end

-- limits: parcels a day by warehouse; one that is not listed has none.
local function plan_capacity_fits(parcels, limits)
    local need = {}
    for _, parcel in ipairs(parcels) do
        local wh, day = parcel[P_WH], parcel[P_DAY]
        local which = wh .. GS .. day
        need[which] = (need[which] or planned_count(wh, day)) + 1
        if limits[wh] and need[which] > limits[wh] then
            return false
        end
    end
    return true
end

local function plan_note(r, a)
    local n = record_clone(r)
    n.seq, n.rev, n.number, n.noted = r.seq + 1, r.rev + 1, r.number + 1, r.rev + 1
    n.at, n.maker, n.unroutable = a.at, '', ''
    n.plan = concat({ a.digest, a.rules, a.reason, a.runner_up, a.at }, GS)
    n.parcels = r.parcels .. a.parcels
    settle(r, n)
    record_put(n)
    return 'NOTED'
end

function plan(a, limits)
    local r = record_get(a.id)
    local word = plan_test(r, a)
    if word ~= 'GO' then
        return word
    end
    local parcels = items_of(a.parcels)
    if not plan_units_fit(r, parcels) or not plan_capacity_fits(parcels, limits) then
        return 'FULL'
    end
    return plan_note(r, a)
end

-- ---- LOOK ----

-- Every warehouse that has, or had, the SKU, by name: physical and allocated.
function places_of(s)
    local names, units = {}, sku_units(s)
    for name in pairs(sku_bases(s)) do
        sku_place(s, name)
    end
    for name in pairs(units) do
        names[#names + 1] = name
    end
    sort(names)
    return names, units
end

-- How many parcels are planned for each warehouse and day, then what is free of the SKUs.
function look_reply(names, days, out)
    for _, at in ipairs(days) do
        out[#out + 1] = num(planned_count(at[1], at[2]))
    end
    skus_load(names)
    for _, name in ipairs(names) do
        local places, units = places_of(sku_get(name))
        for _, place in ipairs(places) do
            out[#out + 1] = name
            out[#out + 1] = place
            out[#out + 1] = num(units[place][1] - units[place][2])
        end
    end
    return out
end
end
