-- Makes the temporary table entry_proof: for every entry that a closing saw its class and which figures count it.
-- Grain: one row per entry. :as_of; :after: instant of the close before, or the campaign's start.
-- Needs proof_book, proof_entry and proof_live. Meanings: docs/figures.md.
create temporary table entry_proof on commit drop as
with told as (
    select
        registry_code,
        entry_id,
        bool_or(not cancelled and not ambiguous) as received,
        bool_or(not cancelled and ambiguous) as uncertain,
        bool_or(cancelled and not ambiguous) as cancelled,
        min(received_at) filter (where not cancelled and not ambiguous) as first_received_at
    from proof_live
    group by registry_code, entry_id
)

select
    e.registry_code,
    e.entry_id,
    b.register,
    b.phase,
    b.opened_year,
    case
        when t.received and e.t_state = 'accepted' then 'E1'
        when t.received then 'E2'
        when t.uncertain then 'E3'
        when t.cancelled then 'E4'
        when e.t_state = 'accepted' then 'E5'
        when e.t_state = 'rejected' and k.kind in ('duplicate', 'correctable') then 'E6-' || k.kind
        when e.t_state = 'rejected' and k.kind is not null then 'E6-other'
        when e.t_state = 'rejected' then 'E6-unknown'
        when e.t_state = 'failed' and k.kind = 'remote' then 'E7-remote'
        when e.t_state = 'failed' and k.kind is not null then 'E7-other'
        when e.t_state = 'failed' then 'E7-unknown'
        when e.t_state = 'sent' then 'E8'
        when e.t_state = 'queued' then 'E9'
        when e.entered_at <= :as_of then 'E10'
        else 'E11'
    end as class,
    array_remove(array[
        case when e.entered_at <= :as_of then 'entered' end,
        case when e.entered_at <= :as_of and e.entered_at > :after then 'entered_in_day' end,
        case when e.scan_attached_at <= :as_of then 'attached' end,
        case when e.reviewed_at <= :as_of then 'reviewed' end,
        case when e.corrected_at <= :as_of then 'corrected' end,
        case when t.received then 'received' end,
        case when t.first_received_at > :after then 'received_in_day' end,
        case when e.t_state = 'queued' then 'queued' end,
        case when e.t_state = 'sent' then 'awaiting' end,
        case when e.t_state = 'rejected' then 'rejected' end,
        case when e.t_state = 'failed' then 'failed' end,
        case when cardinality(e.defects) > 0 then 'open_defects' end
    ], null) as figures
from proof_entry as e
inner join proof_book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
left join told as t on e.registry_code = t.registry_code and e.entry_id = t.entry_id
left join plan.error_code as k on e.t_error_code = k.code
