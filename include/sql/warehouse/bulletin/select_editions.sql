-- Returns every edition with what was decided of it. Grain: one row per edition, oldest first.
-- :close_key: only of this close; null: of all.
select
    e.edition_id,
    e.close_key,
    e.edition_no,
    e.drafted_at,
    e.content_digest,
    c.day,
    c.kind,
    c.as_of,
    r.by_whom as released_by,
    r.acted_at as released_at,
    w.by_whom as withdrawn_by,
    w.acted_at as withdrawn_at,
    w.why as withdrawn_why,
    e.edition_no = max(e.edition_no) over (partition by e.close_key) as newest
from bulletin.edition as e
inner join closing.close as c on e.close_key = c.close_key
left join bulletin.act as r on e.edition_id = r.edition_id and r.act = 'release'
left join bulletin.act as w on e.edition_id = w.edition_id and w.act = 'withdraw'
where cast(:close_key as text) is null or e.close_key = :close_key
order by e.close_key, e.edition_no
