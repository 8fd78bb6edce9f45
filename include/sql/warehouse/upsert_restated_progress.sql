-- Keeps what the present close finds progress at the close before to have been, under the baseline then in force, where
-- that differs from what was known. Grain: one row per registry.
-- :previous_key; :previous_as_of; :close_key; :ledger_read. Needs counted, pair, ambiguous, received_ambiguous.
-- A baseline that counts by date of entry is counted from the entries themselves.
insert into closing.restated_progress (
    close_key, baseline, registry_code, entered, attached, reviewed, received, seen_at
)
with in_force as (
    select n.*
    from closing.close as c
    inner join plan.baseline as n on c.baseline = n.baseline
    where c.close_key = :previous_key
),

by_book as (
    select
        c.registry_code,
        sum(c.entered_before) as entered,
        sum(c.attached_before) as attached,
        sum(c.reviewed_before) as reviewed,
        sum(c.received_before) as received
    from counted as c
    inner join in_force as n
        on
            n.entered_from is null
            and (n.phase is null or c.phase = n.phase)
            and (n.opened_year_max is null or c.opened_year <= n.opened_year_max)
    group by c.registry_code
),

by_date as (
    select
        e.registry_code,
        count(*) filter (where e.entered_at <= :previous_as_of) as entered,
        count(*) filter (where e.scan_attached_at <= :previous_as_of) as attached,
        count(*) filter (where e.reviewed_at <= :previous_as_of) as reviewed,
        count(*) filter (
            where exists (
                select 1
                from matching.pair as p
                where
                    p.registry_code = e.registry_code
                    and p.entry_id = e.entry_id
                    and p.received_at <= :previous_as_of
                    and (p.cancelled_at is null or p.cancelled_at > :previous_as_of)
                    and not exists (select 1 from matching.ambiguous as a where a.receipt_id = p.receipt_id)
            )
        ) as received
    from in_force as n
    inner join mirror.book as b
        on
            n.entered_from is not null
            and (n.phase is null or n.phase = b.phase)
            and (n.opened_year_max is null or n.opened_year_max >= b.opened_year)
    inner join mirror.entry as e
        on b.registry_code = e.registry_code and b.book_id = e.book_id and n.entered_from <= e.entered_at
    group by e.registry_code
),

done as (
    select * from by_book
    union all
    select * from by_date
),

uncertain as (
    select
        a.registry_code,
        sum(a.entries) as received
    from received_ambiguous as a
    inner join in_force as n
        on
            a.before
            and n.entered_from is null
            and (n.phase is null or a.phase = n.phase)
            and (n.opened_year_max is null or a.opened_year <= n.opened_year_max)
    group by a.registry_code
),

found as (
    select
        p.registry_code,
        p.baseline,
        coalesce(r.entered, p.entered) as known_entered,
        coalesce(r.attached, p.attached) as known_attached,
        coalesce(r.reviewed, p.reviewed) as known_reviewed,
        coalesce(r.received, p.received) as known_received,
        case when k.reading_id is not null and 'entry.entered_at' != all(k.lacking) then coalesce(d.entered, 0) end
            as entered,
        case
            when k.reading_id is not null and 'entry.scan_attached_at' != all(k.lacking) then coalesce(d.attached, 0)
        end as attached,
        case when k.reading_id is not null and 'entry.reviewed_at' != all(k.lacking) then coalesce(d.reviewed, 0) end
            as reviewed,
        case when :ledger_read then coalesce(d.received, 0) + coalesce(u.received, 0) end as received
    from in_force as n
    inner join closing.progress as p on n.baseline = p.baseline and p.close_key = :previous_key
    inner join closing.registry_close as k on p.registry_code = k.registry_code and k.close_key = :close_key
    left join closing.restated_progress as r
        on p.close_key = r.close_key and p.baseline = r.baseline and p.registry_code = r.registry_code
    left join done as d on p.registry_code = d.registry_code
    left join uncertain as u on p.registry_code = u.registry_code
)

select
    :previous_key,
    baseline,
    registry_code,
    case when known_entered is not null then coalesce(entered, known_entered) end,
    case when known_attached is not null then coalesce(attached, known_attached) end,
    case when known_reviewed is not null then coalesce(reviewed, known_reviewed) end,
    case when known_received is not null then coalesce(received, known_received) end,
    :close_key
from found
where
    entered != known_entered
    or attached != known_attached
    or reviewed != known_reviewed
    or received != known_received
on conflict (close_key, baseline, registry_code) do update set
    entered = excluded.entered,
    attached = excluded.attached,
    reviewed = excluded.reviewed,
    received = excluded.received,
    seen_at = excluded.seen_at
