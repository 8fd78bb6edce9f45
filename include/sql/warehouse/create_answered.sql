-- Makes the temporary table answered: every count of entries that closes need, in one pass over the mirror for all.
-- Grain: one row per close (its as_of), book (its `place` in matching.book) and state and code of the transfer.
-- candidates and cancelled leave out what is received, cancelled also the candidates: the first class that applies.
-- receipts_cancelled: receipts of these entries' own that were taken back; receipts_repeated: further ones that count.
-- Counts named *_before are of the close before, as known now. :as_of and :previous_as_of: the closes' instants, and
-- those of the closes before them (null: the campaign's start, :starts_at). Needs books, pair and crowd_at. Meanings:
-- docs/figures.md.
create temporary table answered on commit drop as
with judged as (
    select
        i.as_of,
        coalesce(i.previous_as_of, :starts_at) as day_starts_at,
        i.previous_as_of,
        b.place,
        e.t_state,
        e.t_error_code,
        e.entered_at,
        e.scan_attached_at,
        e.reviewed_at,
        e.corrected_at,
        e.defects,
        c.live,
        case
            when matching.live(p.received_at, p.cancelled_at, i.as_of) then p.received_at
            else c.first_received_at
        end as received_at,
        matching.live(p.received_at, p.cancelled_at, i.previous_as_of)
        or coalesce(c.live_before, 0) > 0 as received_before,
        coalesce(c.candidate, false) as candidate,
        case
            when p.received_at <= i.as_of and p.cancelled_at <= i.as_of then 1
            else coalesce(c.cancelled, 0)
        end as taken_back
    from mirror.entry as e
    inner join matching.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
    left join matching.pair as p
        on e.registry_code = p.registry_code and e.entry_id = p.entry_id and not p.crowded
    cross join
        unnest(cast(:as_of as timestamptz[]), cast(:previous_as_of as timestamptz[])) as i (as_of, previous_as_of)
    left join matching.crowd_at as c
        on e.registry_code = c.registry_code and e.entry_id = c.entry_id and i.as_of = c.as_of
)

select
    as_of,
    place,
    t_state,
    t_error_code,
    count(*) as entries,
    count(received_at) as received,
    count(*) filter (where received_at is null and candidate) as candidates,
    count(*) filter (where received_at is null and not candidate and taken_back > 0) as cancelled,
    count(*) filter (
        where entered_at <= as_of and received_at is null and not candidate and taken_back = 0
    ) as entered_only,
    count(*) filter (where entered_at <= as_of) as entered,
    count(*) filter (where scan_attached_at <= as_of) as attached,
    count(*) filter (where reviewed_at <= as_of) as reviewed,
    count(*) filter (where corrected_at <= as_of) as corrected,
    count(*) filter (where entered_at <= as_of and entered_at > day_starts_at) as entered_in_day,
    count(*) filter (where received_at > day_starts_at) as received_in_day,
    count(*) filter (where cardinality(defects) > 0) as open_defects,
    sum(taken_back) as receipts_cancelled,
    sum(greatest(live - 1, 0)) as receipts_repeated,
    count(*) filter (where entered_at <= previous_as_of) as entered_before,
    count(*) filter (where scan_attached_at <= previous_as_of) as attached_before,
    count(*) filter (where reviewed_at <= previous_as_of) as reviewed_before,
    count(*) filter (where corrected_at <= previous_as_of) as corrected_before,
    count(*) filter (where received_before) as received_before
from judged
group by as_of, place, t_state, t_error_code
