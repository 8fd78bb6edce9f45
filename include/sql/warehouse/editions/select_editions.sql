-- Returns the editions of closes that were made for whoever answers for the province, and how their messages stand.
-- Grain: one row per message and close, oldest close first. :province; :close_key (null: of every close).
select
    e.close_key,
    e.edition,
    e.message_key,
    e.rendered_at,
    m.state,
    m.reaches
from mail.edition as e
inner join mail.letter as m on e.message_key = m.message_key
where
    e.area_code = :province
    and e.edition != 'correction'
    and (cast(:close_key as text) is null or e.close_key = :close_key)
order by e.close_key, e.rendered_at, e.message_key
