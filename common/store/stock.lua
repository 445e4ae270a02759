-- stock — the calls. The parts before this one are joined into one script, this one last.
--
-- ARGV: the call's name, the caller's epoch, then what the call needs. The answer is a flat
-- list of strings; the first says what the prelude found.

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
    local limits = {}
    for _ = 1, take_number() do
        local warehouse = take()
        limits[warehouse] = take_number()
    end
    local asks = take_asks({ 'id', 'rev', 'digest', 'at', 'unroutable', 'number', 'rules',
                             'reason', 'runner_up', 'parcels' })
    answer_all(asks, out, plan, limits)
end

function calls.LOOK(out)
    local names, days = take_list(), {}
    for i = 1, take_number() do
        local warehouse = take()
        days[i] = { warehouse, take() }
    end
    look_reply(names, days, out)
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

-- Off the list, but for what has changed since it was told.
function calls.CLEAN()
    local names, told, gone = {}, {}, {}
    for i = 1, take_number() do
        names[i], told[i] = take(), take()
    end
    skus_load(names)
    for i, name in ipairs(names) do
        if num(sku_get(name).srev) == told[i] then
            gone[#gone + 1] = name
        end
    end
    call_list('SREM', DIRTY, gone)
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

-- Unroutable orders for which something has changed since route looked.
local function sweep_unroutable(max)
    local flat, out = call('HGETALL', UNROUTABLE), {}
    for i = 1, #flat, 2 do
        local chance, lines = match(flat[i + 1], '^([^\31]*)\31(.*)$')
        if #out < max and chance_of(lines) ~= chance then
            out[#out + 1] = flat[i]
        end
    end
    return out
end

-- One of each kind in turn, so that none keeps another waiting.
local function sweep_reply(out, kinds, max)
    local first = #out
    for i = 1, max do
        for _, kind in ipairs(kinds) do
            local id = kind[2][i]
            local r = id and #out - first < max * 3 and record_get(id)
            if r then
                out[#out + 1] = kind[1]
                out[#out + 1] = id
                out[#out + 1] = num(r.rev)
            end
        end
    end
end

function calls.SWEEP(out)
    local now, max = take_number(), take_number()
    today = china_day(now)
    sweep_earmarks()
    flush()
    sweep_reply(out, {
        { 'hold_due', call('ZRANGEBYSCORE', HOLD, '-inf', num(now), 'LIMIT', 0, max) },
        { 'reroute', sweep_unroutable(max) },
        { 'retry', call('HKEYS', EAR) },
    }, max)
end

-- Whoever has no warehouse may have one now: route looks by other rules. Told by every replica,
-- and later once more with a '+' behind, for those whose dead end was still on its way.
function calls.STIR()
    local rules, known = take(), field_get(META, 'rules')
    if known == rules or known == rules .. '+' then
        return
    end
    field_put(META, 'rules', rules)
    field_put(META, 'stirred', num(stirred_count() + 1))
    flush()
end

-- ---- who waits for a SKU nobody knows ----

-- The SKUs that have waiters and are unknown, from `first` on.
local function strangers(first)
    local names, out = {}, {}
    for _, name in ipairs(call('HKEYS', WAITS)) do
        if name >= first then
            names[#names + 1] = name
        end
    end
    skus_load(names)
    for _, name in ipairs(names) do
        if not sku_get(name).known then
            out[#out + 1] = name
        end
    end
    sort(out)
    return out
end

local function waiter_reply(out, id)
    local r = record_get(id)
    if r and waits(r) and r.reason == 'unknown_sku' then
        out[#out + 1] = id
        out[#out + 1] = num(r.rev)
        out[#out + 1] = r.overlay ~= '' and r.overlay or r.digest -- as its body has it
        out[#out + 1] = r.plines
    end
end

-- A page of them: where the next one begins (no SKU: this was the last), then id, rev, digest and
-- lines of each.
function calls.STRANGERS(out)
    local first, rank, max = take(), take_number(), take_number()
    local seen, next_sku, next_rank = 0, '', 0
    local at = #out
    out[at + 1], out[at + 2] = '', ''
    for _, name in ipairs(strangers(first)) do
        local from = name == first and rank or 0
        local ids = call('ZRANGE', WAIT .. name, from, from + max - seen - 1)
        records_load(ids)
        for _, id in ipairs(ids) do
            waiter_reply(out, id)
        end
        seen = seen + #ids
        if seen == max then
            next_sku, next_rank = name, from + #ids
            break
        end
    end
    out[at + 1], out[at + 2] = next_sku, num(next_rank)
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
