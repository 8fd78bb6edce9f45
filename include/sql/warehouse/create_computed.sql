-- Makes the temporary table computed: every figure of the close, from the mirror as it is now.
-- Grain: one row per registry, register and phase that the registry keeps books of. Parameter: :as_of. Needs counted
-- and received_ambiguous.
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
        registry_code,
        register,
        phase,
        sum(entered) as entered,
        sum(attached) as attached,
        sum(reviewed) as reviewed,
        sum(corrected) as corrected,
        sum(received) as received_by_their_own,
        sum(entered_in_day) as entered_in_day,
        sum(received_in_day) as received_in_day,
        sum(queued) as queued,
        sum(awaiting) as awaiting,
        sum(rejected) as rejected,
        sum(failed) as failed,
        sum(open_defects) as open_defects
    from counted
    group by registry_code, register, phase
),

uncertain as (
    select
        registry_code,
        register,
        phase,
        sum(entries) as received
    from received_ambiguous
    where not before
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
    (coalesce(e.received_by_their_own, 0) + coalesce(u.received, 0))::integer as received,
    coalesce(e.entered_in_day, 0)::integer as entered_in_day,
    coalesce(e.received_in_day, 0)::integer as received_in_day,
    coalesce(e.queued, 0)::integer as queued,
    coalesce(e.awaiting, 0)::integer as awaiting,
    coalesce(e.rejected, 0)::integer as rejected,
    coalesce(e.failed, 0)::integer as failed,
    coalesce(e.open_defects, 0)::integer as open_defects
from books as b
left join entries as e on b.registry_code = e.registry_code and b.register = e.register and b.phase = e.phase
left join uncertain as u on b.registry_code = u.registry_code and b.register = u.register and b.phase = u.phase
