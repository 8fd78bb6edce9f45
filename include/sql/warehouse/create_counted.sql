-- Makes the temporary table counted: every count of entries that a close freezes, in one pass over the mirror.
-- Grain: one row per registry, register, phase and opened year. Parameters: :as_of; :previous_as_of (null: the
-- campaign's start, :starts_at). Needs received and received_ambiguous. Meanings: docs/figures.md.
create temporary table counted on commit drop as
with entries as (
    select
        b.registry_code,
        b.register,
        b.phase,
        b.opened_year,
        count(*) filter (where e.entered_at <= :as_of) as entered,
        count(*) filter (where e.scan_attached_at <= :as_of) as attached,
        count(*) filter (where e.reviewed_at <= :as_of) as reviewed,
        count(*) filter (where e.corrected_at <= :as_of) as corrected,
        count(r.entry_id) as received,
        count(*) filter (
            where e.entered_at <= :as_of and e.entered_at > coalesce(:previous_as_of, :starts_at)
        ) as entered_in_day,
        count(*) filter (
            where r.first_received_at > coalesce(:previous_as_of, :starts_at)
        ) as received_in_day,
        count(*) filter (where e.t_state = 'queued') as queued,
        count(*) filter (where e.t_state = 'sent') as awaiting,
        count(*) filter (where e.t_state = 'rejected') as rejected,
        count(*) filter (where e.t_state = 'failed') as failed,
        count(*) filter (where cardinality(e.defects) > 0) as open_defects
    from mirror.entry as e
    inner join mirror.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
    left join received as r on e.registry_code = r.registry_code and e.entry_id = r.entry_id
    group by b.registry_code, b.register, b.phase, b.opened_year
),

uncertain as (
    select
        registry_code,
        register,
        phase,
        opened_year,
        sum(entries) as received
    from received_ambiguous
    group by registry_code, register, phase, opened_year
)

select
    e.registry_code,
    e.register,
    e.phase,
    e.opened_year,
    e.entered,
    e.attached,
    e.reviewed,
    e.corrected,
    e.received + coalesce(u.received, 0) as received,
    e.entered_in_day,
    e.received_in_day,
    e.queued,
    e.awaiting,
    e.rejected,
    e.failed,
    e.open_defects
from entries as e
left join uncertain as u
    on
        e.registry_code = u.registry_code
        and e.register = u.register
        and e.phase = u.phase
        and e.opened_year = u.opened_year
