-- Returns the registries whose worklist at a close holds something and is not what was told last: a list was told
-- with the newest letter of an earlier close that carried it and reached its reader, as far as was known when the
-- papers of the close were first written.
-- Grain: one row per registry. :close_key.
with told as (
    select
        a.about,
        max(m.close_key) as close_key
    from mail.attachment as a
    inner join mail.message as m on a.message_key = m.message_key
    left join mail.written as w on w.close_key = :close_key
    where
        a.about like 'worklist/%'
        and m.close_key < :close_key
        and m.queued_at <= coalesce(w.written_at, 'infinity')
        and (m.state in ('queued', 'sending', 'accepted', 'deferred', 'uncertain') or m.settled_at > w.written_at)
    group by a.about
)

select s.registry_code
from (
    select
        i.registry_code,
        coalesce(i.until_key > :close_key, true) as stands,
        coalesce(i.from_key <= t.close_key and coalesce(i.until_key > t.close_key, true), false) as was_told
    from worklist.item as i
    left join told as t on t.about = 'worklist/' || i.registry_code
    where i.from_key <= :close_key
) as s
group by s.registry_code
having bool_or(s.stands) and bool_or(s.stands != s.was_told)
order by s.registry_code
