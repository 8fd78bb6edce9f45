-- Makes the temporary table counted: every entry of the mirror in exactly one class, and every count of entries that a
-- close freezes, in one pass. Grain: one row per registry, register, phase, opened year and class. Parameters: :as_of;
-- :previous_as_of (null: the campaign's start, :starts_at). Needs pair, ambiguous and received. The count `received`
-- leaves out what received_ambiguous adds. Counts named *_before are of the close before, as known now. Meanings and
-- the order of the classes: docs/figures.md.
create temporary table counted on commit drop as
with candidate as (
    select distinct
        p.registry_code,
        p.entry_id
    from pair as p
    inner join ambiguous as a on p.receipt_id = a.receipt_id
    where p.received_at <= :as_of and (p.cancelled_at is null or p.cancelled_at > :as_of)
),

-- A receipt that is cancelled by now can have been live at the close before.
cancelled as (
    select
        p.registry_code,
        p.entry_id,
        bool_or(p.received_at <= :previous_as_of and p.cancelled_at > :previous_as_of) as live_before
    from pair as p
    where
        p.cancelled_at <= :as_of
        and p.received_at <= :as_of
        and not exists (select 1 from ambiguous as a where a.receipt_id = p.receipt_id)
    group by p.registry_code, p.entry_id
)

select
    b.registry_code,
    b.register,
    b.phase,
    b.opened_year,
    case
        when r.entry_id is not null then case when e.t_state = 'accepted' then 'E1' else 'E2' end
        when a.entry_id is not null then 'E3'
        when x.entry_id is not null then 'E4'
        when e.t_state = 'accepted' then 'E5'
        when e.t_state = 'rejected'
            then case k.kind
                when 'duplicate' then 'E6-duplicate'
                when 'correctable' then 'E6-correctable'
                when 'other' then 'E6-other'
                when 'remote' then 'E6-other'
                else 'E6-unknown'
            end
        when e.t_state = 'failed'
            then
                case
                    when k.kind = 'remote' then 'E7-remote' when k.kind is not null then 'E7-other' else 'E7-unknown'
                end
        when e.t_state = 'sent' then 'E8'
        when e.t_state = 'queued' then 'E9'
        when e.entered_at <= :as_of then 'E10'
        else 'E11'
    end as class,
    count(*) as entries,
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
    count(*) filter (where cardinality(e.defects) > 0) as open_defects,
    count(*) filter (where e.entered_at <= :previous_as_of) as entered_before,
    count(*) filter (where e.scan_attached_at <= :previous_as_of) as attached_before,
    count(*) filter (where e.reviewed_at <= :previous_as_of) as reviewed_before,
    count(*) filter (where e.corrected_at <= :previous_as_of) as corrected_before,
    count(*) filter (where r.first_received_at <= :previous_as_of or x.live_before) as received_before
from mirror.entry as e
inner join mirror.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
left join received as r on e.registry_code = r.registry_code and e.entry_id = r.entry_id
left join candidate as a on e.registry_code = a.registry_code and e.entry_id = a.entry_id
left join cancelled as x on e.registry_code = x.registry_code and e.entry_id = x.entry_id
left join plan.error_code as k on e.t_error_code = k.code
group by b.registry_code, b.register, b.phase, b.opened_year, class
