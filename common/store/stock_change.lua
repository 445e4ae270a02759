-- stock_change — CHANGE: the facts of a batch, in order, each upon the record of its order.
--
-- A handler gets the new record `n` (a copy to be changed), the old one `r` and the fact `a`.
-- It returns nothing when the content decides whether there is a new rev, FORCED when there is
-- one anyhow, MOVED when the fact's subject has moved on.

local FORCED, MOVED = 1, 2
local UNPAID, RISK_HOLD, SHIPPED, FINISHED, CLOSED = 1, 3, 5, 6, 7
local FINAL = { REFUSED = true, REJECTED = true, CANCELLED = true, SHIPPED = true }
local handlers = {}

-- "gen GS off" pairs and plain numbers come as text.
local function above(gen, off, gen2, off2)
    local g, g2 = tonumber(gen), tonumber(gen2)
    if g ~= g2 then
        return g > g2
    end
    return tonumber(off) > tonumber(off2)
end

-- ---- the claim ----

local function held_map(r)
    local map = {}
    if CLAIMS[r.state] then
        for i, u in ipairs(units_of(r.lines)) do
            if letter_of(r, i) == 'H' then
                map[u[1]] = u[2]
            end
        end
    end
    return map
end

local function ear_map(id)
    return units_map(field_get(EAR, id) or '')
end

local function all_free(target)
    for _, u in ipairs(units_of(target)) do
        if free_of(sku_get(u[1])) < u[2] then
            return false
        end
    end
    return true
end

-- What does not fit beyond what the order holds and has earmarked: shorts as text, and the
-- reason. '' when all fits. `free` is never shown below zero.
local function shortage(target, held, ear)
    if all_free(target) then -- by far the most
        return '', ''
    end
    local out, reason = {}, 'short'
    for _, u in ipairs(units_of(target)) do
        local s = sku_get(u[1])
        local free = free_of(s) + (ear[u[1]] or 0)
        local more = u[2] - (held[u[1]] or 0)
        if more > 0 and more > free then
            out[#out + 1] = u[1] .. GS .. num(u[2]) .. GS .. num(free > 0 and free or 0) .. RS
            reason = s.known and reason or 'unknown_sku'
        end
    end
    return concat(out), reason
end

local nothing = {}

-- All of the target or nothing.
local function claim(n, target, held, ear)
    local shorts, reason = shortage(target, held or nothing, ear or nothing)
    n.lines, n.shorts = target, shorts
    if shorts == '' then
        n.state, n.letters, n.reason = 'RESERVED', 'H', ''
    else
        n.state, n.letters, n.reason = 'WAIT', 'W', reason
    end
end

-- ---- parcels ----

local function parcels_find(parcels, state)
    for _, parcel in ipairs(parcels) do
        if parcel[P_STATE] == state then
            return true
        end
    end
    return false
end

local function parcels_sum(parcels, states)
    local map = {}
    for _, parcel in ipairs(parcels) do
        if states[parcel[P_STATE]] then
            parcel_add(parcel, map)
        end
    end
    return map
end

local GONE = { shipped = true }

local function parcels_stop(n)
    local parcels = items_of(n.parcels)
    for _, parcel in ipairs(parcels) do
        if parcel[P_STATE] == 'planned' then
            parcel[P_STATE] = 'stopping'
        end
    end
    n.parcels = items_text(parcels)
    return parcels
end

-- Nothing is held any more.
local function finish(n, state, reason)
    n.state, n.lines, n.letters, n.shorts, n.noted = state, '', '', '', 0
    n.reason = reason or n.reason
    n.unroutable = ''
end

-- What REPLANNING left to send: what is wanted and has not left.
local function rest_replanned(n, left)
    local target = units_less(n.want, parcels_sum(items_of(n.parcels), GONE))
    n.noted = 0
    if target == '' then
        finish(n, left and 'SHIPPED' or 'CANCELLED', left and '' or 'refunded')
    else
        claim(n, target, held_map(n))
    end
end

-- The state follows from the parcels.
local function rest(n)
    local parcels = items_of(n.parcels)
    if parcels_find(parcels, 'stopping') then
        return
    end
    local left = parcels_find(parcels, 'shipped')
    if n.state == 'CANCELLING' then
        finish(n, left and 'SHIPPED' or n.why)
    elseif n.state == 'REPLANNING' then
        rest_replanned(n, left)
    elseif FINAL[n.state] or parcels_find(parcels, 'planned') then
        return
    elseif n.lines == '' then
        finish(n, left and 'SHIPPED' or 'CANCELLED', left and '' or 'refunded')
    else
        n.noted = 0
    end
end

local ENDS = { RESERVED = true, REPLANNING = true, PRESOLD = true, WAIT = true, EXPIRED = true }

-- The order is to end: at once, or when every parcel has answered. Until then the claim follows
-- the parcels (STOCK.md 13).
local function stop(n, why, reason)
    if not ENDS[n.state] then
        return
    end
    local parcels = parcels_stop(n)
    n.state, n.why, n.reason, n.unroutable, n.shorts = 'CANCELLING', why, reason, '', ''
    n.lines, n.letters = units_text(parcels_sum(parcels, OPEN)), 'H'
    rest(n)
end

-- Plan again what has not left, once every stop is answered (STOCK.md 43).
local function again(n)
    if n.state == 'RESERVED' and n.noted > 0 then
        parcels_stop(n)
        n.state, n.reason = 'REPLANNING', ''
        rest(n)
    end
end

-- ---- what is wanted ----

-- The lines as ordered, less what was refunded before it left. What the shop says of refunds
-- and of lines sent is left to the facts that name them. Without known lines: `demand`.
local function want_of(plines, refunds, demand)
    if plines == '' then
        return demand
    end
    local gone, map = {}, {}
    for _, refund in ipairs(items_of(refunds)) do
        if refund[6] == '1' then
            gone[refund[4]] = (gone[refund[4]] or 0) + tonumber(refund[5])
        end
    end
    for _, line in ipairs(items_of(plines)) do
        local quantity, units = tonumber(line[2]), tonumber(line[4])
        local left = math.max(0, quantity - (gone[line[1]] or 0))
        map[line[3]] = (map[line[3]] or 0) + units / quantity * left
    end
    return units_text(map)
end

-- What names a line's goods: its id and the code they come from, which is the SKU itself when
-- nothing maps it (rows are line, quantity, SKU, units and, of a mapped line, the code).
local function pline_key(row)
    return row[1] .. GS .. (row[5] or row[3])
end

-- Lines of which something has left, by their key: their rows.
local function plines_begun(n)
    local gone, rows, begun = parcels_sum(items_of(n.parcels), GONE), {}, {}
    for _, row in ipairs(next(gone) and items_of(n.plines) or {}) do
        local key = pline_key(row)
        rows[key] = rows[key] or {}
        rows[key][#rows[key] + 1] = row
        begun[key] = begun[key] or gone[row[3]] and rows[key]
    end
    return begun
end

-- The lines by a newer mapping; one of which a part has left keeps the SKUs it began with, else
-- that part would be another SKU, and would be sent again.
local function plines_next(n, plines)
    local begun, out, done = plines_begun(n), {}, {}
    if not next(begun) then
        return plines
    end
    for _, row in ipairs(items_of(plines)) do
        local key = pline_key(row)
        for _, kept in ipairs(not done[key] and begun[key] or {}) do
            local units = tonumber(kept[4]) / tonumber(kept[2]) * tonumber(row[2])
            out[#out + 1] = { row[1], row[2], kept[3], num(units), kept[5] }
        end
        out[#out + 1] = not begun[key] and row or nil
        done[key] = true
    end
    return items_text(out)
end

-- The lines have changed: release what is no longer wanted, claim what is new, or wait.
local function want_change(n, r)
    if n.state == 'RESERVED' or n.state == 'WAIT' then
        local target = units_less(n.want, parcels_sum(items_of(n.parcels), GONE))
        n.lines = target
        if target == '' then
            rest(n)
        else
            claim(n, target, held_map(r), ear_map(n.id))
        end
    elseif n.state == 'EXPIRED' then
        n.lines = n.want
        rest(n)
    end
end

local function is_cleared(r, rule)
    for _, pair in ipairs(items_of(r.cleared)) do
        if pair[1] == rule and pair[2] == r.digest then
            return true
        end
    end
    return false
end

-- The shop says it was sent, and no parcel of ours has left or is planned: somebody sent it
-- without us, and a person must look. PLAN refuses it until then.
local function sent_elsewhere(n)
    if n.stage ~= SHIPPED and n.stage ~= FINISHED or n.noted > 0 then
        return false
    end
    if n.state ~= 'RESERVED' and n.state ~= 'WAIT' and n.state ~= 'EXPIRED' then
        return false
    end
    return not parcels_find(items_of(n.parcels), 'shipped') and not is_cleared(n, 'sent_elsewhere')
end

-- ---- snapshots ----

local function is_newer(a, r)
    local pv, pv2 = tonumber(a.pv), tonumber(r.pv)
    if pv ~= pv2 then
        return pv > pv2
    end
    if a.stage ~= r.stage then
        return a.stage > r.stage
    end
    local gen, off = match(a.raw, '^(.*)\29(.*)$')
    local gen2, off2 = match(r.raw, '^(.*)\29(.*)$')
    return above(gen, off, gen2, off2)
end

local function paid_of(a, paid)
    if a.stage == RISK_HOLD then
        return ''
    end
    return a.paid == '1' and '1' or paid
end

-- What a newer snapshot does to the claim.
local function snapshot_claim(n, r)
    if n.state == 'EXPIRED' and n.paid ~= '' and not sent_elsewhere(n) then
        claim(n, n.want)
    elseif n.digest ~= r.digest and n.noted > 0 then
        again(n)
    elseif n.want ~= r.want then
        want_change(n, r)
    end
end

function handlers.snapshot(n, r, a)
    if r.stage == CLOSED then
        return
    end
    -- A corrected address stays until the platform's own changes.
    local digest = a.digest == r.overlay and r.digest or a.digest
    local newer = is_newer(a, r)
    if newer then
        n.pv, n.raw = a.pv, a.raw
    end
    if not newer or a.stage == r.stage and digest == r.digest then
        return
    end
    n.stage, n.paid = a.stage, paid_of(a, r.paid)
    if digest ~= r.digest then
        n.digest, n.overlay = digest, ''
    end
    if FINAL[n.state] then
        return
    elseif n.stage == CLOSED then
        return stop(n, 'CANCELLED', 'by_shop')
    end
    n.hold = a.hold
    if digest ~= r.digest then -- lines are part of the digest
        n.plines = plines_next(n, a.plines)
        n.want = want_of(n.plines, n.refunds, a.want)
    end
    snapshot_claim(n, r)
end

-- A record with nothing in it but the fact's own.
local function record_blank(a)
    return {
        id = a.id, gen = a.gen, off = a.off, seq = 1, rev = 1, at = a.time,
        maker = a.gen .. GS .. a.off, pv = '0', stage = 0, raw = '0' .. GS .. '-1', digest = '',
        state = 'WAIT', reason = '', paid = '', hold = '0', place = '0', want = '', lines = '',
        letters = 'W', shorts = '', plines = '', why = '', verdict = '', cleared = '',
        number = 0, noted = 0, plan = '', parcels = '', refunds = '', payments = '',
        unroutable = '', overlay = '', body = '',
    }
end

local function first_snapshot(a)
    local n = record_blank(a)
    n.pv, n.stage, n.raw, n.digest, n.body = a.pv, a.stage, a.raw, a.digest, a.body
    n.paid, n.hold, n.place = paid_of(a, ''), a.hold, a.place
    n.want, n.plines = a.want, a.plines
    if n.stage == CLOSED then
        finish(n, 'CANCELLED', 'by_shop')
    elseif n.stage == SHIPPED or n.stage == FINISHED then
        n.want = want_of(n.plines, '', n.want)
        n.lines, n.reason = n.want, 'sent_elsewhere'
    elseif n.want == '' then
        finish(n, 'CANCELLED', 'refunded')
    else
        claim(n, n.want)
    end
    return n
end

-- A cancel that comes before its order keeps it cancelled (STOCK.md 15). Nobody has the body
-- yet: the snapshot announces it.
local function first_cancel(a)
    local n = record_blank(a)
    n.maker = ''
    finish(n, 'CANCELLED', 'by_person')
    return n
end
