-- Makes the temporary table computed: every figure of the close, from the mirror as it is now.
-- Grain: one row per registry, register and phase. Parameters: :as_of; :previous_as_of (null: the campaign's start,
-- :starts_at). Needs received and received_ambiguous. Meanings: docs/figures.md.
create temporary table computed on commit drop as
with books as (
    select
        registry_code,
        register,
        phase,
        count(*) filter (where collected_at <= :as_of) as books_collected,
        count(*) filter (where classified_at <= :as_of) as books_classified,
        count(*) filter (where scanned_at <= :as_of) as books_scanned
    from mirror.book
    group by registry_code, register, phase
),

entries as (
    select
        b.registry_code,
        b.register,
        b.phase,
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
    group by b.registry_code, b.register, b.phase
),

ambiguous as (
    select
        registry_code,
        register,
        phase,
        sum(entries) as received
    from received_ambiguous
    group by registry_code, register, phase
)

select
    b.registry_code,
    b.register,
    b.phase,
    b.books_collected::integer as books_collected,
    b.books_classified::integer as books_classified,
    b.books_scanned::integer as books_scanned,
    coalesce(e.entered, 0)::integer as entered,
    coalesce(e.attached, 0)::integer as attached,
    coalesce(e.reviewed, 0)::integer as reviewed,
    coalesce(e.corrected, 0)::integer as corrected,
    (coalesce(e.received, 0) + coalesce(a.received, 0))::integer as received,
    coalesce(e.entered_in_day, 0)::integer as entered_in_day,
    coalesce(e.received_in_day, 0)::integer as received_in_day,
    coalesce(e.queued, 0)::integer as queued,
    coalesce(e.awaiting, 0)::integer as awaiting,
    coalesce(e.rejected, 0)::integer as rejected,
    coalesce(e.failed, 0)::integer as failed,
    coalesce(e.open_defects, 0)::integer as open_defects
from books as b
left join entries as e on b.registry_code = e.registry_code and b.register = e.register and b.phase = e.phase
left join ambiguous as a on b.registry_code = a.registry_code and b.register = a.register and b.phase = a.phase
