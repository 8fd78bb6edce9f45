-- Returns the closes before one whose report went to whoever answers for the province as provisional and has not gone
-- as final. Grain: one row per close, the oldest first. :province; :close_key: only closes before it.
select e.close_key
from mail.edition as e
inner join mail.letter as m on e.message_key = m.message_key
where
    e.area_code = :province
    and e.close_key < :close_key
    and e.edition in ('provisional', 'final')
    and m.state not in ('held', 'dropped')
group by e.close_key
having bool_and(e.edition = 'provisional')
order by e.close_key
