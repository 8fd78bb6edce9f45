-- Keeps what somebody has to see to: of the close before and its alarms what has not arrived, or may not have; of
-- earlier ones what still waits or is held; papers that could not be made. Grain: one row per delivery or paper,
-- what needs a person first. :close_key; :before_key
with wrong as (
    select
        d.message_key,
        d.close_key as of_key,
        d.office,
        d.address,
        d.state,
        m.smtp_code,
        case when d.state = 'held' then m.detail end as why
    from mail.delivery as d
    inner join mail.message as m on d.message_key = m.message_key
    where
        d.close_key < :close_key
        and (
            d.state in ('held', 'rendered', 'queued', 'deferred')
            or (
                d.state in ('refused', 'uncertain', 'sending')
                and (d.close_key = :before_key or starts_with(d.close_key, :before_key || '-'))
            )
        )
    union all
    select
        null,
        u.close_key,
        u.office,
        u.address,
        'unwritten',
        null,
        u.why
    from mail.unwritten as u
    where u.close_key < :close_key
)

insert into operations.undelivered (close_key, place, message_key, of_key, office, address, state, smtp_code, why)
select
    :close_key,
    row_number() over (
        order by
            case w.state
                when 'unwritten' then 1
                when 'held' then 2
                when 'refused' then 3
                when 'uncertain' then 4
                when 'sending' then 4
                when 'rendered' then 5
                else 6
            end,
            w.of_key,
            w.message_key,
            w.address
    ),
    w.message_key,
    w.of_key,
    w.office,
    w.address,
    w.state,
    w.smtp_code,
    w.why
from wrong as w
