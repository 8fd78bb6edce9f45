-- Returns the withdrawn flags that letters of a close tell: those it found, and earlier ones of which no letter has
-- gone out since. Grain: one row per flag and address, by address. :close_key.
select
    w.told_unit,
    w.told_office,
    w.told_address,
    c.day,
    w.registry_code,
    u.full_name,
    w.stage,
    w.quota,
    w.due,
    w.done_then,
    w.done_now,
    w.why
from ladder.withdrawal as w
inner join closing.close as c on w.close_key = c.close_key
inner join plan.unit as u on w.registry_code = u.code
where
    w.found_key = :close_key
    or (
        w.found_key < :close_key
        and not exists (
            select 1
            from mail.letter as m
            where
                m.kind = 'daily'
                and m.state != 'dropped'
                and m.close_key >= w.found_key
                and m.close_key < :close_key
                and lower(m.address) = lower(w.told_address)
        )
    )
order by lower(w.told_address), w.close_key, w.registry_code
