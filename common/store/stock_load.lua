-- stock_load — the rebuild: BEGIN, LOAD, OPEN.
--
-- Safe with two rebuilders and with a failover in between: each step looks at epoch, state and
-- server again (STOCK.md 4).

local server, begin, is_loading, load_scalars, load_record, open_store

do
function server()
    local run = match(call('INFO', 'server'), 'run_id:(%w+)')
    local repl = match(call('INFO', 'replication'), 'master_replid:(%w+)')
    return run, repl
end

function begin(epoch)
    local now = call('HGET', META, 'epoch')
    if now and tonumber(now) >= tonumber(epoch) then
        return { 'REFUSED', now }
    end
    call_list('UNLINK', '{0}:', call('KEYS', '{0}:*'))
    local run, repl = server()
    call('HSET', META, 'epoch', epoch, 'state', 'loading', 'run', run, 'repl', repl)
    return { 'OK' }
end

-- Is this still the shard that BEGIN of that epoch made?
function is_loading(epoch)
    local meta = call('HMGET', META, 'epoch', 'state', 'run', 'repl')
    local run, repl = server()
    return meta[1] == epoch and meta[2] == 'loading' and meta[3] == run and meta[4] == repl
end

function load_scalars(name, srev, base)
    local s = sku_get(name)
    s.srev = math.max(s.srev, tonumber(srev))
    s.base, s.known, s.bases, s.counted, s.changed = base, base ~= '', nil, true, true
    local movements = movements_of(s)
    for warehouse, b in pairs(sku_bases(s)) do
        recount(s, warehouse, b[1], b[2], movements)
    end
end

-- The highest seq stays. The movements of parcels that left follow from the record.
function load_record(id, text)
    local was, now = record_get(id), record_unpack(id, text)
    if not was or was.seq < now.seq then
        settle(was or nil, now)
        record_put(now)
    end
end

function open_store()
    local names = call('HKEYS', SKU)
    call_list('SADD', DIRTY, names)
    skus_load(call('HKEYS', WAITS))
    for i = 1, #sku_order do
        earmark(sku_order[i], 0)
    end
    flush()
    call('HSET', META, 'state', 'open')
    return { 'OK' }
end
end
