-- Notes which reading of each source was the last in the mirror that a closing counted, unless the last closing of the
-- close rested on the same and nothing is frozen now. Grain: one row per source.
-- :close_key; :registry_codes: registries whose state this closing freezes. Needs a mirror that stands still.
insert into closing.basis (close_key, closing_no, source_code, reading_id, froze)
with source as (
    select registry_code as source_code
    from plan.registry
    union all
    select 'ministry' as source_code
),

present as (
    select
        s.source_code,
        r.reading_id,
        s.source_code = any(:registry_codes)
        and not exists (
            select 1
            from closing.basis as b
            where b.close_key = :close_key and b.source_code = s.source_code and b.froze
        ) as froze
    from source as s
    inner join lateral (
        select max(g.reading_id) as reading_id
        from pull.reading as g
        where g.source_code = s.source_code and g.outcome in ('ok', 'partial')
    ) as r on true
    where r.reading_id is not null
),

last as (
    select coalesce(max(closing_no), 0) as closing_no
    from closing.basis
    where close_key = :close_key
)

select
    :close_key,
    last.closing_no + 1,
    p.source_code,
    p.reading_id,
    p.froze
from present as p
cross join last
where exists (
    select 1
    from present as n
    left join closing.basis as b
        on
            n.source_code = b.source_code
            and n.reading_id = b.reading_id
            and b.close_key = :close_key
            and b.closing_no = last.closing_no
    where n.froze or b.close_key is null
)
