-- Makes the temporary table counted: what a close freezes of entries. Grain: one row per registry, register, phase and
-- opened year that has entries. The count `received` leaves out what received_ambiguous adds. Counts named
-- *_before are of the close before, as known now. Parameter: :as_of.
-- Needs books and answered.
create temporary table counted on commit drop as
select
    b.registry_code,
    b.register,
    b.phase,
    b.opened_year,
    sum(a.entries) as entries,
    sum(a.entered) as entered,
    sum(a.attached) as attached,
    sum(a.reviewed) as reviewed,
    sum(a.corrected) as corrected,
    sum(a.received) as received,
    sum(a.entered_in_day) as entered_in_day,
    sum(a.received_in_day) as received_in_day,
    coalesce(sum(a.entries) filter (where a.t_state = 'queued'), 0) as queued,
    coalesce(sum(a.entries) filter (where a.t_state = 'sent'), 0) as awaiting,
    coalesce(sum(a.entries) filter (where a.t_state = 'rejected'), 0) as rejected,
    coalesce(sum(a.entries) filter (where a.t_state = 'failed'), 0) as failed,
    sum(a.open_defects) as open_defects,
    sum(a.entered_before) as entered_before,
    sum(a.attached_before) as attached_before,
    sum(a.reviewed_before) as reviewed_before,
    sum(a.corrected_before) as corrected_before,
    sum(a.received_before) as received_before
from answered as a
inner join matching.book as b on a.place = b.place
where a.as_of = :as_of
group by b.registry_code, b.register, b.phase, b.opened_year
