-- Returns the reports for whoever answers for the province that are held, and why. Grain: one row per message, the
-- oldest close first. :province.
select
    e.close_key,
    e.message_key,
    e.edition,
    e.rendered_at,
    m.address,
    m.subject,
    (
        select v.detail
        from mail.event as v
        where v.message_key = e.message_key and v.state = 'held'
        order by v.event_id desc
        limit 1
    ) as why
from mail.edition as e
inner join mail.message as m on e.message_key = m.message_key
where e.area_code = :province and m.state = 'held'
order by e.close_key, e.message_key
