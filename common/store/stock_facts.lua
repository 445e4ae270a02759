-- stock_facts — CHANGE, continued: what each fact that is no snapshot does, and the call.
--
-- (Blocks keep a part's helpers to itself: Lua allows 200 names side by side.)

local handle -- one fact that is past its record: SAID, SILENT, MOVED_ON or UNKNOWN

do

function handlers.cancel(n, r)
    if FINAL[r.state] then
        return r.state ~= 'CANCELLED' and MOVED or nil
    end
    stop(n, 'CANCELLED', 'by_person')
end

-- ---- decisions of people: they name the digest that was on the screen ----

local function still_judged(r, a)
    return a.digest == r.digest and r.noted == 0 and not FINAL[r.state]
        and r.state ~= 'CANCELLING' and r.state ~= 'REPLANNING'
end

-- The rule the fact names, or all that the present verdict hit.
local function rules_hit(r, a)
    local rules = {}
    if a.rule ~= '' then
        return { a.rule }
    end
    if r.reason == 'sent_elsewhere' then
        rules[1] = 'sent_elsewhere'
    end
    for rule in gmatch(split(r.verdict)[4] or '', '([^\28]*)\28[^\28]*\28') do
        rules[#rules + 1] = rule
    end
    return rules
end

function handlers.approve(n, r, a)
    if not still_judged(r, a) or r.state == 'EXPIRED' and r.reason ~= 'sent_elsewhere' then
        return MOVED
    end
    local more = {}
    for _, rule in ipairs(rules_hit(r, a)) do
        if not is_cleared(r, rule) then
            more[#more + 1] = rule .. GS .. r.digest .. RS
        end
    end
    if #more == 0 then
        return
    end
    n.cleared = r.cleared .. concat(more)
    if r.reason == 'sent_elsewhere' and is_cleared(n, 'sent_elsewhere') then
        claim(n, n.lines, held_map(r))
    end
    return FORCED
end

function handlers.decline(n, r, a)
    if not still_judged(r, a) then
        return MOVED
    end
    stop(n, 'REJECTED', 'declined')
end

-- The corrected digest becomes the order's; the platform's own is remembered, so that a
-- snapshot that still has it changes nothing.
function handlers.address(n, r, a)
    if a.digest ~= r.digest or FINAL[r.state] or r.state == 'CANCELLING' or a.corrected == '' then
        return MOVED
    end
    n.overlay = r.overlay ~= '' and r.overlay or r.digest
    n.digest = a.corrected
    again(n)
end

-- ---- anomaly and route ----

function handlers.reject(n, r, a)
    local verdict = split(r.verdict)
    if r.rev == tonumber(a.rev) and verdict[1] == a.rev and verdict[2] == 'rejected'
        and r.noted == 0 then
        stop(n, 'REJECTED', 'rejected')
    end
end

function handlers.rescreen(n, r, a)
    if r.rev ~= tonumber(a.rev) or r.noted > 0 or FINAL[r.state] then
        return MOVED
    end
    return FORCED
end

function handlers.unroutable(n, r, a)
    if r.state == 'RESERVED' and r.noted == 0 and r.rev == tonumber(a.rev) then
        n.unroutable = a.reason ~= '' and a.reason or 'no_warehouse'
    end
end

function handlers.reroute(n, r, a)
    if r.unroutable ~= '' and (a.rev == '0' or r.rev == tonumber(a.rev)) then
        n.unroutable = ''
        return FORCED
    end
end

function handlers.replan(n, r, a)
    if tonumber(a.rev) ~= r.number or r.noted == 0 or r.state ~= 'RESERVED' then
        return MOVED
    end
    again(n)
end

-- ---- nudges: the record decides ----

-- The demand was reckoned from that body; of another one it says nothing.
local function is_present(digest, r)
    return digest == r.digest or digest == r.overlay
end

function handlers.retry(n, r, a)
    if not waits(r) then
        return
    end
    if a.want ~= '' and r.reason == 'unknown_sku' and is_present(a.digest, r) then
        n.plines = plines_next(n, a.plines) -- mapped since
        n.want = want_of(n.plines, n.refunds, a.want)
        n.lines = units_less(n.want, parcels_sum(items_of(n.parcels), GONE))
        if n.lines == '' then
            return rest(n)
        end
    end
    claim(n, n.lines, nil, ear_map(r.id))
    if n.state == 'WAIT' then
        earmark_drop(r.id)
        if n.reason == r.reason and n.lines == r.lines then
            n.shorts = r.shorts -- as first said
        end
    end
end

function handlers.hold_due(n, r, a)
    if hold_of(r) and tonumber(r.hold) <= math.max(tonumber(a.time), a.now) and r.parcels == '' then
        n.state, n.reason, n.letters = 'EXPIRED', 'unpaid_expired', 'W'
    end
end

-- ---- parcels and money ----

-- Another warehouse's refusal: it stopped what nobody asked it to stop. Plan again.
local function refuse(n, parcels, parcel)
    parcel[P_STATE] = 'stopped'
    n.parcels = items_text(parcels)
    again(n)
end

local function answer(n, a, parcels, parcel)
    if a.kind == 'shipped' then
        parcel[P_STATE], parcel[P_LEFT] = 'shipped', a.left
        n.lines = units_less(n.lines, parcel_add(parcel, {}))
    elseif parcel[P_STATE] == 'planned' then
        return refuse(n, parcels, parcel)
    else
        parcel[P_STATE] = 'stopped'
        if n.state == 'CANCELLING' then
            n.lines = units_less(n.lines, parcel_add(parcel, {}))
        end
    end
    n.parcels = items_text(parcels)
    rest(n)
end

-- A parcel's fate: only of that parcel, and only while it is open (STOCK.md 33, 41).
function handlers.shipped(n, r, a)
    local parcels = items_of(r.parcels)
    for _, parcel in ipairs(parcels) do
        if parcel[P_ID] == a.shipment then
            if OPEN[parcel[P_STATE]] then
                return answer(n, a, parcels, parcel)
            end
            return parcel[P_STATE] ~= a.kind and MOVED or nil
        end
    end
    return MOVED
end
handlers.stopped = handlers.shipped

function handlers.payment(n, r, a)
    for txn in gmatch(r.payments, '([^\30]*)\30') do
        if txn == a.txn then
            return
        end
    end
    n.payments = r.payments .. a.txn .. RS
    if r.stage == RISK_HOLD then
        return
    end
    n.paid = '1'
    if r.state == 'EXPIRED' and not sent_elsewhere(n) then
        claim(n, n.want)
    end
end

-- ---- refunds: id, version, state, line, quantity, '1' when it took units off the line ----

-- Does an agreed refund take goods off the order? Not once they have left, and not when it
-- gives back money only.
local function refund_releases(n, refund)
    local due = units_map(n.lines)
    if refund[3] ~= 'agreed' or refund[5] == '0' then
        return false
    end
    local found = false
    for _, line in ipairs(items_of(n.plines)) do
        if line[1] == refund[4] then
            local quantity = tonumber(line[2])
            local units = tonumber(line[4]) / quantity * math.min(quantity, tonumber(refund[5]))
            if (due[line[3]] or 0) < units then
                return false -- a bundle of which a part has left is not taken apart
            end
            found = true
        end
    end
    return found
end

-- A refund only ever lowers what is wanted: the first snapshot may have known of it.
local function want_lowered(n)
    local map = units_map(want_of(n.plines, n.refunds, n.want))
    for sku, count in pairs(map) do
        map[sku] = math.min(count, units_map(n.want)[sku] or 0)
    end
    return units_text(map)
end

local function parcels_hold(n, gone)
    for _, parcel in ipairs(items_of(n.parcels)) do
        if OPEN[parcel[P_STATE]] then
            for sku in pairs(parcel_add(parcel, {})) do
                if gone[sku] then
                    return true
                end
            end
        end
    end
    return false
end

local function refund_claim(n, r)
    local gone = units_map(units_less(r.want, units_map(n.want)))
    if n.state == 'RESERVED' and n.noted > 0 then
        if parcels_hold(n, gone) then
            again(n)
        else
            n.lines = units_less(n.lines, gone)
            rest(n)
        end
    else
        want_change(n, r)
    end
end

function handlers.refund(n, r, a)
    local refunds, found = items_of(r.refunds), nil
    for _, refund in ipairs(refunds) do
        if refund[1] == a.refund then
            found = refund
        end
    end
    if found and tonumber(found[2]) >= tonumber(a.version) then
        return
    end
    if not found then
        found = { a.refund, '', '', '', '', '' }
        refunds[#refunds + 1] = found
    end
    found[2], found[3], found[4], found[5] = a.version, a.state, a.line, a.quantity
    if found[6] == '' and refund_releases(n, found) then
        found[6] = '1'
    end
    n.refunds = items_text(refunds)
    n.want = want_lowered(n)
    if n.want ~= r.want then
        refund_claim(n, r)
    end
end

-- ---- one fact ----

local function first(a)
    local n
    if a.kind == 'snapshot' then
        n = first_snapshot(a)
    elseif a.kind == 'cancel' then
        n = first_cancel(a)
    else
        return 'UNKNOWN'
    end
    settle(nil, n)
    record_put(n)
    return a.kind == 'snapshot' and 'SAID' or 'UNKNOWN'
end

-- Every fact that is past the record moves its offset and so its seq; content moves rev too.
local function note(a, r, n, word)
    n.gen, n.off, n.seq = a.gen, a.off, r.seq + 1
    if sent_elsewhere(n) then
        n.reason = 'sent_elsewhere'
    end
    local said = word == FORCED or record_differs(n, r)
    if said then
        n.rev, n.at, n.maker = r.rev + 1, a.time, a.gen .. GS .. a.off
        n.unroutable = '' -- route will look at the new rev
        n.body = a.body or n.body
    end
    settle(r, n)
    record_put(n)
    if word == MOVED then
        return 'MOVED_ON'
    end
    return said and 'SAID' or 'SILENT'
end

function handle(a)
    local r = record_get(a.id)
    if not r then
        return first(a)
    end
    local n = record_clone(r)
    return note(a, r, n, handlers[a.kind](n, r, a))
end
end
