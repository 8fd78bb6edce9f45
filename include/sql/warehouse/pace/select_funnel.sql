-- Returns each stage of the work, added up over the registries of which it is known and that have something to measure
-- it against: books that the registry shows, or its quota. Grain: one row per stage. :close_key; :baseline.
with standing as (
    select
        s.stage,
        s.planned,
        s.done,
        case when s.stage in ('collected', 'classified', 'scanned') then b.books else p.quota end as whole
    from pace.standing as s
    left join pace.books as b on s.close_key = b.close_key and s.registry_code = b.registry_code
    left join closing.progress as p
        on s.close_key = p.close_key and s.registry_code = p.registry_code and p.baseline = :baseline
    where s.close_key = :close_key
)

select
    stage,
    count(*) filter (where whole is not null)::integer as expected,
    count(*) filter (where whole is not null and done is not null)::integer as covered,
    sum(planned) filter (where whole is not null and done is not null) as planned,
    sum(done) filter (where whole is not null) as done,
    sum(whole) filter (where done is not null)::integer as whole
from standing
group by stage
