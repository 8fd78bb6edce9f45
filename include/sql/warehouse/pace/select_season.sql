-- Returns each registry's figures at every close of the campaign up to one, as known at that one: dated figures with
-- what closes until then found them to have been, state figures as first read. Null: no data. Held
-- closes are left out: their figures are in doubt. over_reported: days in a row, by the newest report that the close
-- judged; people: present by the registry's report of that day; dropped: the most cases of a stage that the close found
-- gone from figures of the one before; opening: what had been done before the day that the close ends.
-- Grain: one row per registry and close. :close_key; :baseline. Needs the tallies.
with dropped as (
    select
        r.seen_at,
        r.registry_code,
        max(
            greatest(
                p.entered - r.entered, p.attached - r.attached, p.reviewed - r.reviewed, p.received - r.received, 0
            )
        ) as cases
    from closing.restated_progress as r
    inner join closing.progress as p
        on r.close_key = p.close_key and r.baseline = p.baseline and r.registry_code = p.registry_code
    where r.seen_at <= :close_key and r.baseline = :baseline
    group by r.seen_at, r.registry_code
)

select
    p.registry_code,
    p.close_key,
    p.quota,
    p.origin,
    t.collected,
    t.classified,
    t.scanned,
    coalesce(r.entered, p.entered) as entered,
    coalesce(r.attached, p.attached) as attached,
    coalesce(r.reviewed, p.reviewed) as reviewed,
    coalesce(r.received, p.received) as received,
    t.under_way,
    t.refused,
    t.answered,
    p.entered - p.entered_in_day as opening_entered,
    p.received - p.received_in_day as opening_received,
    case when p.entered is not null then coalesce(gone.cases, 0) end as dropped,
    said.day_in_row as over_reported,
    case
        when
            num_nonnulls(
                d.judicial_officers, d.police, d.youth_union, d.it_teachers, d.it_staff, d.border_guards
            ) > 0
            then
                coalesce(d.judicial_officers, 0) + coalesce(d.police, 0) + coalesce(d.youth_union, 0)
                + coalesce(d.it_teachers, 0) + coalesce(d.it_staff, 0) + coalesce(d.border_guards, 0)
    end as people
from closing.close as c
inner join closing.progress as p on c.close_key = p.close_key and p.baseline = :baseline
left join closing.restated_progress as r
    on
        p.close_key = r.close_key
        and p.baseline = r.baseline
        and p.registry_code = r.registry_code
        and r.seen_at <= :close_key
left join dropped as gone on p.close_key = gone.seen_at and p.registry_code = gone.registry_code
left join pace.tally as t
    on p.close_key = t.close_key and p.baseline = t.baseline and p.registry_code = t.registry_code
left join lateral (
    select s.day_in_row
    from closing.self_report as s
    where s.close_key = p.close_key and s.registry_code = p.registry_code
    order by s.report_date desc
    limit 1
) as said on true
left join mirror.daily_report as d on p.registry_code = d.registry_code and c.day = d.report_date
where c.close_key <= :close_key and c.kind in ('daily', 'final') and c.state in ('closed', 'gaps')
