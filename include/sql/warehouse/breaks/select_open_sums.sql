-- Returns every registry and kind whose breaks do not add up: the open of the close before, and what is new, less what
-- is cleared, is not what is open; and those that stand, against those counted. No rows: they add up.
-- Grain: one row per registry and sum. :close_key
with counted as (
    select
        close_key,
        registry_code,
        kind,
        sum(open) as open,
        sum(new) - sum(cleared) as change,
        sum(waived) as waived
    from closing.break_count
    group by close_key, registry_code, kind
),

now as (
    select * from counted
    where close_key = :close_key
),

before as (
    select c.*
    from counted as c
    inner join closing.break_close as b on c.close_key = b.previous_key
    where b.close_key = :close_key
),

standing as (
    select
        registry_code,
        kind,
        count(*) as breaks
    from breaks.known
    where state = 'open'
    group by registry_code, kind
)

select
    coalesce(n.registry_code, b.registry_code) as registry_code,
    concat('open breaks ', coalesce(n.kind, b.kind)) as what,
    coalesce(n.open, 0) as held,
    coalesce(b.open, 0) + coalesce(n.change, 0) as counted
from now as n
full join before as b on n.registry_code = b.registry_code and n.kind = b.kind
where coalesce(n.open, 0) != coalesce(b.open, 0) + coalesce(n.change, 0)
union all
select
    coalesce(s.registry_code, n.registry_code) as registry_code,
    concat('standing breaks ', coalesce(s.kind, n.kind)) as what,
    coalesce(s.breaks, 0) as held,
    coalesce(n.open + n.waived, 0) as counted
from standing as s
full join now as n on s.registry_code = n.registry_code and s.kind = n.kind
where
    coalesce(s.breaks, 0) != coalesce(n.open + n.waived, 0)
    and not exists (select 1 from closing.break_close as b where b.close_key > :close_key)
order by registry_code, what
