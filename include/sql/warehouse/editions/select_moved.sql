-- Returns what was published last of figures of earlier closes and what is known of them now, where that moved for any
-- registry. While the final edition of a close is still to come the Department's figures of it are left out: that one
-- will say it. Grain: one row per close, reader, figure and registry. :province; :close_key: only closes before it.
-- told, known: null where it had or has no data; area_was: what was published of the registry's area, province_was of
-- the province (null for readers who were not told it).
with latest as (
    select distinct on (e.close_key, e.area_code, p.figure)
        e.close_key,
        e.area_code,
        e.address,
        e.edition,
        e.message_key,
        p.figure
    from mail.edition as e
    inner join mail.letter as m on e.message_key = m.message_key
    inner join mail.published_figure as p on e.message_key = p.message_key and e.close_key = p.close_key
    where
        e.close_key < :close_key
        and m.reaches
        and p.of_registry
    order by e.close_key asc, e.area_code asc, p.figure asc, e.rendered_at desc, e.message_key desc
),

held_against as (
    select
        t.close_key,
        t.area_code as reader_code,
        t.address,
        t.message_key,
        t.figure,
        p.unit_code as registry_code,
        g.area_code,
        p.value as told,
        case t.figure
            when 'entered' then coalesce(r.entered, n.entered)
            when 'received' then coalesce(r.received, n.received)
            when 'entered_in_day' then n.entered_in_day
            when 'received_in_day' then n.received_in_day
        end as known
    from latest as t
    inner join closing.close as c on t.close_key = c.close_key
    inner join mail.published_figure as p
        on t.message_key = p.message_key and t.close_key = p.close_key and t.figure = p.figure and p.of_registry
    inner join plan.registry as g on p.unit_code = g.registry_code
    inner join closing.progress as n
        on t.close_key = n.close_key and c.baseline = n.baseline and p.unit_code = n.registry_code
    left join closing.restated_progress as r
        on t.close_key = r.close_key and c.baseline = r.baseline and p.unit_code = r.registry_code
    where not (t.area_code = :province and t.edition = 'provisional')
),

marked as (
    select
        h.*,
        bool_or(h.told != h.known) over (partition by h.close_key, h.reader_code, h.figure) as any_moved
    from held_against as h
)

select
    k.close_key,
    c.day,
    c.kind,
    k.reader_code,
    k.address,
    k.figure,
    k.registry_code,
    u.full_name,
    k.area_code,
    a.full_name as area_name,
    k.told,
    k.known,
    of_area.value as area_was,
    of_province.value as province_was
from marked as k
inner join closing.close as c on k.close_key = c.close_key
inner join plan.unit as u on k.registry_code = u.code
inner join plan.unit as a on k.area_code = a.code
left join mail.published_figure as of_area
    on
        k.message_key = of_area.message_key
        and k.close_key = of_area.close_key
        and k.figure = of_area.figure
        and k.area_code = of_area.unit_code
        and not of_area.of_registry
left join mail.published_figure as of_province
    on
        k.message_key = of_province.message_key
        and k.close_key = of_province.close_key
        and k.figure = of_province.figure
        and of_province.unit_code = :province
        and not of_province.of_registry
where k.any_moved
order by k.reader_code, k.close_key, k.figure, k.area_code, k.registry_code
