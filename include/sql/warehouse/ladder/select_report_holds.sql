-- Returns acknowledgements and silences that hold on the day of a close, as far as was known when its papers were first
-- written. Grain: one row per act, by first day. :close_key
with acts as (
    select
        'acknowledged' as what,
        acknowledgement_id as id,
        registry_code,
        from_day,
        until_day,
        who as said,
        null::timestamptz as lifted_at
    from ladder.acknowledgement
    union all
    select
        'silenced' as what,
        silence_id as id,
        registry_code,
        from_day,
        until_day,
        why as said,
        lifted_at
    from ladder.silence
)

select
    a.what,
    a.registry_code,
    a.until_day,
    a.said
from closing.close as c
inner join acts as a on c.day between a.from_day and a.until_day
left join mail.written as w on c.close_key = w.close_key
where c.close_key = :close_key and (a.lifted_at is null or a.lifted_at > w.written_at)
order by a.from_day, a.what, a.id
