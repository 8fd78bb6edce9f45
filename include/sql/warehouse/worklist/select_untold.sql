-- Returns the registries whose worklist at a close holds something and is not what was told last: a list was told with
-- the newest message of an earlier close that carried it and was not refused. Grain: one row per registry. :close_key.
with told as (
    select
        a.about,
        max(m.close_key) as close_key
    from mail.attachment as a
    inner join mail.message as m on a.message_key = m.message_key
    where a.about like 'worklist/%' and m.close_key < :close_key and m.state != 'refused'
    group by a.about
)

select i.registry_code
from worklist.item as i
left join told as t on t.about = 'worklist/' || i.registry_code
where i.from_key <= :close_key and (t.close_key is null or coalesce(i.until_key > t.close_key, true))
group by i.registry_code
having
    bool_or(coalesce(i.until_key > :close_key, true))
    and bool_or(t.close_key is null or i.from_key > t.close_key or i.until_key <= :close_key)
order by i.registry_code
