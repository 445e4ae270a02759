-- Why: a shop names articles by codes of its own, and what a code is in our SKUs changes (issue 4).
-- Rows are only added: the newest of a (channel, shop, code) is in force, one taken back is a row
-- marked deleted, so it can be said who mapped what and when. shop '' is every shop of a channel.
-- skus and units run in parallel: a bundle has several. One change has one version, higher than
-- all before; a program that has it all asks for what is above. Written by `sluice sku`.
create table sku_maps (
    channel  text not null check (channel <> ''),
    shop     text not null,
    code     text not null check (code <> ''),
    version  bigint not null check (version > 0),
    skus     text[] not null,
    units    bigint[] not null check (0 < all (units)),
    deleted  boolean not null,
    title    text not null,
    "by"     text not null,
    reason   text not null,
    at       bigint not null default now_ms(),
    primary key (channel, shop, code, version),
    check (cardinality(skus) = cardinality(units) and cardinality(skus) <= 50),
    check (deleted = (cardinality(skus) = 0))
);
create index sku_maps_by_version on sku_maps (version);

-- A parcel may hold what its order's codes were by any mapping so far: which one was in force
-- when the order was claimed is in the order's record alone.
create or replace view packed_beyond as
select p.order_id, p.sku, p.units as packed, coalesce(m.units, 0) as ordered
from (select s.order_id, i.sku, sum(i.units) as units
      from shipments s join shipment_items i using (shipment_id)
      where s.state in ('planned', 'shipped') and s.rev > 0 group by s.order_id, i.sku) p
left join (select order_id, sku, sum(quantity) as units from order_lines group by order_id, sku) l
       on l.order_id = p.order_id and l.sku = p.sku
cross join lateral (
    select case when p.units <= l.units then l.units else (
        select sum(n.quantity * greatest(case when n.sku = p.sku then 1 else 0 end,
            (select max(u.units) from sku_maps k, unnest(k.skus, k.units) as u(sku, units)
             where k.channel = o.channel and k.shop in (o.shop, '')
               and k.code in (n.platform_sku, n.merchant_code) and u.sku = p.sku)))
        from order_lines n left join orders o using (order_id)
        where n.order_id = p.order_id)
    end as units) m
where p.units > coalesce(m.units, 0);
