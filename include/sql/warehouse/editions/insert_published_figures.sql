-- Keeps what a message said of a close: each area's figures and those of the registries that they are sums over, under
-- the close's baseline; of the province all of them, else of one area. Null: it has no data.
-- Grain: one row per unit and figure. :message_key; :close_key; :area_code; :province.
insert into mail.published_figure (message_key, close_key, unit_code, of_registry, figure, value)
with told as (
    select
        p.registry_code,
        g.area_code,
        v.figure,
        v.value
    from closing.close as c
    inner join closing.progress as p on c.close_key = p.close_key and c.baseline = p.baseline
    inner join plan.registry as g on p.registry_code = g.registry_code
    cross join
        lateral (
            values
            ('entered', p.entered),
            ('entered_in_day', p.entered_in_day),
            ('received', p.received),
            ('received_in_day', p.received_in_day)
        ) as v (figure, value)
    where c.close_key = :close_key and :area_code in (g.area_code, :province)
)

select
    :message_key,
    :close_key,
    t.registry_code,
    true,
    t.figure,
    t.value
from told as t
union all
select
    :message_key,
    :close_key,
    t.area_code,
    false,
    t.figure,
    sum(t.value)::integer
from told as t
group by t.area_code, t.figure
union all
select
    :message_key,
    :close_key,
    :province,
    false,
    t.figure,
    sum(t.value)::integer
from told as t
where :area_code = :province
group by t.figure
