-- Returns messages as the desk lists them, the newest :last of them, the oldest first. Grain: one row per message.
-- :close_key (null: all; else alarms of the close too); :state and :address, in lower case (null: any).
select f.*
from (
    select
        m.message_key,
        m.kind,
        m.state,
        m.address,
        m.attempts,
        coalesce(m.settled_at, m.queued_at) as stood_at,
        greatest(m.next_try, m.not_before) as waits_until,
        m.smtp_code,
        m.acknowledged_by
    from mail.message as m
    where
        (
            cast(:close_key as text) is null
            or m.close_key = :close_key
            or starts_with(m.close_key, :close_key || '-')
        )
        and (cast(:state as text) is null or m.state = :state)
        and (cast(:address as text) is null or lower(m.address) = :address)
    order by m.queued_at desc, m.message_key desc
    limit :last
) as f
order by f.stood_at, f.message_key
