-- Looks back from a close, once; returns a row where nobody has before. Grain: one close. :close_key; :now; :before_key
-- (null: none); :desk, the Department's address in lower case; :earlier, keys of all closes before.
insert into operations.evening (close_key, looked_at, before_key, report_at, unfinished)
select
    :close_key,
    :now,
    cast(:before_key as text),
    (
        select min(m.stood_at)
        from mail.letter as m
        where m.close_key = :before_key and lower(m.address) = :desk and m.state = 'accepted'
    ),
    array(
        select e.close_key
        from unnest(cast(:earlier as text[])) as e (close_key)
        left join closing.close as c on e.close_key = c.close_key
        where c.close_key is null or c.state in ('open', 'held')
        order by e.close_key
    )
on conflict (close_key) do nothing
returning close_key
