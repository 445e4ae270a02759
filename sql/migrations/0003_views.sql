-- Why: people and reports ask the same questions: where does an order stand, what is promised
-- beyond what is there, what did a shop sell that nobody had. One definition of each, beside the
-- rows it is counted from.

-- The gates with what is parked now laid over them: a parked order is a stopped gate, for exactly
-- as long as the table `parked` says so.
create view gates_now as
with parked_now as (
    select order_id, max(message_at) as at,
           min(reason) filter (where worker = 'ingest') as payment,
           min(reason) filter (where worker = 'reserve') as stock,
           min(reason) filter (where worker = 'anomaly') as anomaly,
           min(reason) filter (where worker = 'route') as warehouse
    from parked where poison group by order_id
)
select g.order_id,
       case when p.payment is null then g.payment
            else row((g.payment).rev, 2, p.at, 'stopped', 'parked: ' || p.payment)::gate_now
       end as payment,
       case when p.stock is null then g.stock
            else row((g.stock).rev, 2, p.at, 'stopped', 'parked: ' || p.stock)::gate_now
       end as stock,
       case when p.anomaly is null then g.anomaly
            else row((g.anomaly).rev, 2, p.at, 'stopped', 'parked: ' || p.anomaly)::gate_now
       end as anomaly,
       case when p.warehouse is null then g.warehouse
            else row((g.warehouse).rev, 2, p.at, 'stopped', 'parked: ' || p.warehouse)::gate_now
       end as warehouse,
       g.carrier, g.shipment, g.aftersale
from gates g left join parked_now p on p.order_id = g.order_id;

-- Seven rows per order.
create view order_gates as
select g.order_id, v.place, v.gate, (v.now).state as state, (v.now).reason as reason,
       (v.now).at as at, (v.now).rev as rev
from gates_now g cross join lateral (values
    (1, 'payment', g.payment), (2, 'stock', g.stock), (3, 'anomaly', g.anomaly),
    (4, 'warehouse', g.warehouse), (5, 'carrier', g.carrier), (6, 'shipment', g.shipment),
    (7, 'aftersale', g.aftersale)) as v(place, gate, now);

-- The gate each live order stands at: the first of six that it has not passed. After-sale is no
-- gate on the way out. Finished orders stand nowhere.
create view order_standing as
select s.order_id, s.gate, (s.now).state as state, (s.now).reason as reason, (s.now).at as at,
       coalesce(o.entered_at, 0) as entered_at, coalesce(o.due_at, 0) as due_at
from (select g.order_id,
             case when (g.payment).state <> 'passed' then 'payment'
                  when (g.stock).state <> 'passed' then 'stock'
                  when (g.anomaly).state <> 'passed' then 'anomaly'
                  when (g.warehouse).state <> 'passed' then 'warehouse'
                  when (g.carrier).state <> 'passed' then 'carrier'
                  when (g.shipment).state <> 'passed' then 'shipment' end as gate,
             case when (g.payment).state <> 'passed' then g.payment
                  when (g.stock).state <> 'passed' then g.stock
                  when (g.anomaly).state <> 'passed' then g.anomaly
                  when (g.warehouse).state <> 'passed' then g.warehouse
                  when (g.carrier).state <> 'passed' then g.carrier
                  else g.shipment end as now
      from gates_now g) s
left join orders o on o.order_id = s.order_id
where s.gate is not null
  and coalesce(o.state, '') not in ('REFUSED', 'REJECTED', 'CANCELLED', 'SHIPPED');

-- Movements, each once by its id: those the warehouses told, and a parcel that left, whose id is
-- its shipment id and SKU in both places (STOCK.md 42).
create view stock_moved as
select distinct on (sku, movement_id) sku, warehouse, movement_id, units, at
from (select sku, warehouse, movement_id, quantity as units, at from stock_feed where not counted
      union all
      select i.sku, s.warehouse, s.shipment_id || ':' || i.sku, -i.units, s.left_at
      from shipments s join shipment_items i using (shipment_id)
      where s.left_at > 0 and s.rev > 0) m
order by sku, movement_id, at;

-- Physical by the feed alone, without asking Redis: per warehouse the newest count and the
-- movements after it. `lost` is what counts found missing that no movement explains.
create view stock_physical as
with counts as (
    select sku, warehouse, quantity, at, seen_at,
           lag(quantity) over w as quantity_before, lag(at) over w as at_before,
           row_number() over (partition by sku, warehouse order by at desc) as age
    from (select distinct on (sku, warehouse, at) * from stock_feed where counted
          order by sku, warehouse, at, seen_at, event_id) c
    window w as (partition by sku, warehouse order by at)
),
places as (select sku, warehouse from counts union select sku, warehouse from stock_moved),
newest as (
    select p.sku, p.warehouse, coalesce(c.quantity, 0) as quantity, coalesce(c.at, 0) as at,
           c.seen_at
    from places p left join counts c on c.sku = p.sku and c.warehouse = p.warehouse and c.age = 1
),
moved as (
    select n.sku, n.warehouse, sum(m.units) as units
    from newest n join stock_moved m
      on m.sku = n.sku and m.warehouse = n.warehouse and m.at > n.at
    group by n.sku, n.warehouse
),
losses as (
    select sku, sum(greatest(0, expected - quantity)) as lost
    from (select c.sku, c.quantity, c.quantity_before + coalesce(
                     (select sum(m.units) from stock_moved m
                      where m.sku = c.sku and m.warehouse = c.warehouse
                        and m.at > c.at_before and m.at <= c.at), 0) as expected
          from counts c where c.at_before is not null) e
    group by sku
)
select n.sku, sum(n.quantity + coalesce(m.units, 0))::bigint as physical,
       max(n.seen_at) as counted_at, coalesce(max(l.lost), 0)::bigint as lost
from newest n
left join moved m on m.sku = n.sku and m.warehouse = n.warehouse
left join losses l on l.sku = n.sku
group by n.sku;

-- Live claims per SKU. Pre-sold orders hold a claim on a batch to come, not on what is there.
create view stock_promised as
select sku, sum(units)::bigint as units, count(*) as orders, max(granted_at) as last_at
from reservations where state in ('RESERVED', 'CANCELLING', 'REPLANNING')
group by sku;

-- Promised twice (our fault, must be 0): units promised beyond physical, but for what a count took
-- away after it had been promised (a shortfall: the warehouse's loss). What was granted after
-- the newest count is never excused by it. Exact at rest: the topics that bring a promise's end and
-- its movement travel at different speeds, so a breach counts only once it stands.
create view promised_twice as
select sku, physical, promised, excess,
       greatest(excess - lost, least(excess, granted_after))::bigint as units,
       (excess - greatest(excess - lost, least(excess, granted_after)))::bigint as shortfall
from (select p.sku, coalesce(s.physical, 0) as physical, p.units as promised,
             greatest(0, p.units - coalesce(s.physical, 0)) as excess,
             coalesce(s.lost, 0) as lost,
             coalesce((select sum(r.units) from reservations r
                       where r.sku = p.sku and r.state in ('RESERVED', 'CANCELLING', 'REPLANNING')
                         and r.granted_at > coalesce(s.counted_at, 0)), 0) as granted_after
      from stock_promised p left join stock_physical s on s.sku = p.sku
      where p.units > coalesce(s.physical, 0)) x
where excess > 0;

-- Oversold in the shop: it took a payment for which there was nothing.
create view oversold_in_shop as
select channel, shop, count(*) as orders, sum(short_units)::bigint as units
from orders where paid and short_units > 0 and state in ('WAIT', 'REFUSED')
group by channel, shop;

-- More units of a SKU in parcels that leave than the order has: a parcel too many.
create view packed_beyond as
select p.order_id, p.sku, p.units as packed, coalesce(l.units, 0) as ordered
from (select s.order_id, i.sku, sum(i.units) as units
      from shipments s join shipment_items i using (shipment_id)
      where s.state in ('planned', 'shipped') and s.rev > 0 group by s.order_id, i.sku) p
left join (select order_id, sku, sum(quantity) as units from order_lines group by order_id, sku) l
       on l.order_id = p.order_id and l.sku = p.sku
where p.units > coalesce(l.units, 0);

-- Parcels of two plans waiting to be packed at once: a second plan before the first was stopped.
create view planned_twice as
select order_id, count(distinct plan_number) as plans
from shipments where state = 'planned' and plan_number > 0
group by order_id having count(distinct plan_number) > 1;

-- Entry to plan, for the first plan of each order whose payload's entry is known.
create view plan_times as
select order_id, entered_at, made_at, made_at - entered_at as took_ms
from plans where number = 1 and entered_at > 0 and made_at >= entered_at;
