-- Makes the temporary table break_tally: as what each break stood in the counts of the close before, and as what it
-- stands now. Grain: one row per break that stood or stands. :close_key; :day; :all_registries (false: only those that
-- this closing looked at). Needs looked.
create temporary table break_tally on commit drop as
select
    k.break_id,
    k.registry_code,
    k.kind,
    k.first_seen_key < :close_key as known_before,
    (cast(:day as date) - k.opened_on) + 1 as days,
    case when k.counted_key = :close_key then k.counted_before else k.counted end as stood,
    case
        when k.state = 'cleared' then null
        when k.waived_until >= cast(:day as date) then 'waived'
        else 'open'
    end as stands,
    (k.registry_code, k.aspect) not in (
        select
            b.registry_code,
            unnest(b.aspects) as aspect
        from closing.break_look as b
        where b.close_key = :close_key
    ) as unseen
from breaks.known as k
where
    (k.state = 'open' or k.counted is not null or k.counted_key = :close_key)
    and (:all_registries or k.registry_code in (select l.registry_code from looked as l))
