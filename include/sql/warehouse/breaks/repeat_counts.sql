-- Freezes for a close that is counted after a later one what the close before it counted: nothing new, nothing cleared,
-- nothing seen. Grain: one row per registry, kind and band. :close_key
insert into closing.break_count (
    close_key, registry_code, kind, age_band, open, new, cleared, waived, reopened, newly_waived, unseen, oldest_days
)
select
    b.close_key,
    c.registry_code,
    c.kind,
    c.age_band,
    c.open,
    0,
    0,
    c.waived,
    0,
    0,
    c.open + c.waived,
    c.oldest_days
from closing.break_close as b
inner join closing.break_count as c on b.previous_key = c.close_key
where b.close_key = :close_key and c.open + c.waived > 0
