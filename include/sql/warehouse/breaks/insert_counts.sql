-- Freezes the counts of breaks by registry, kind and age band.
-- Grain: one row per registry, kind and band. :close_key; :band_starts (first day of each band but the first);
-- :bands (their names, with blanks between). Needs break_tally.
insert into closing.break_count (
    close_key, registry_code, kind, age_band, open, new, cleared, waived, reopened, newly_waived, unseen, oldest_days
)
select
    :close_key,
    registry_code,
    kind,
    split_part(:bands, ' ', width_bucket(days, cast(:band_starts as integer[])) + 1) as age_band,
    count(*) filter (where stands = 'open'),
    count(*) filter (where stands = 'open' and stood is distinct from 'open'),
    count(*) filter (where stood = 'open' and stands is distinct from 'open'),
    count(*) filter (where stands = 'waived'),
    count(*) filter (where stands = 'open' and stood is distinct from 'open' and known_before),
    count(*) filter (where stood = 'open' and stands = 'waived'),
    count(*) filter (where stands is not null and unseen),
    max(days) filter (where stands = 'open')
from break_tally
where stood is not null or stands is not null
group by registry_code, kind, age_band
