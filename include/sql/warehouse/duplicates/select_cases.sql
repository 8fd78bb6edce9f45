-- Returns cases of duplicates with what is known of the entry and of its partner: keys and names of scans, nothing
-- personal. Grain: one row per case, by district, registry and entry. Each is null for any: :registry_code; :unit_code:
-- a district, or one registry; :entry_id; :kind; :state (null: all that stand and are to be decided; 'all': every one;
-- 'gone'); :outcome proposed or confirmed; :suggested; :twins: only possible twins; :batch_id: of its sample only;
-- :at_most.
select
    concat_ws('/', d.registry_code, d.entry_id) as case_key,
    u.full_name as unit,
    g.area_code as district,
    d.registry_code,
    d.entry_id,
    d.phase,
    b.register,
    b.opened_year,
    b.opened_by,
    b.book_no,
    e.entry_no,
    e.page_file,
    d.error_code,
    d.kind,
    d.possible_twin,
    d.partners,
    case when d.partner_entry_id is not null then concat_ws('/', d.partner_registry, d.partner_entry_id) end as partner,
    d.same_book,
    pe.page_file as partner_page,
    d.partner_receipt_id as partner_receipt,
    r.received_at as partner_received_at,
    d.suggested,
    case when d.gone_key is not null then 'gone' else d.state end as state,
    d.gone_why,
    d.gone_key,
    d.outcome as decided_outcome,
    p.by_whom as proposed_by,
    p.acted_at as proposed_at,
    p.why as proposed_why,
    p.batch_id as batch,
    d.refused_again,
    d.first_seen_key
from transfers.duplicate as d
left join plan.registry as g on d.registry_code = g.registry_code
left join plan.unit as u on d.registry_code = u.code
left join mirror.entry as e on d.registry_code = e.registry_code and d.entry_id = e.entry_id
left join mirror.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
left join mirror.entry as pe on d.partner_registry = pe.registry_code and d.partner_entry_id = pe.entry_id
left join mirror.receipt as r on d.partner_receipt_id = r.receipt_id
left join transfers.duplicate_act as p on d.proposal_id = p.act_id
where
    (cast(:unit_code as text) is null or d.registry_code = :unit_code or g.area_code = :unit_code)
    and (cast(:registry_code as text) is null or d.registry_code = :registry_code)
    and (cast(:entry_id as bigint) is null or d.entry_id = :entry_id)
    and (cast(:kind as text) is null or d.kind = :kind)
    and case cast(:state as text)
        when 'all' then true
        when 'gone' then d.gone_key is not null
        else d.gone_key is null and case when cast(:state as text) is null then d.remaining else d.state = :state end
    end
    and (cast(:outcome as text) is null or d.outcome = :outcome)
    and (cast(:suggested as text) is null or d.suggested = :suggested)
    and (not :twins or d.possible_twin)
    and (
        cast(:batch_id as bigint) is null
        or exists (
            select 1
            from transfers.duplicate_act as s
            where s.duplicate_id = d.duplicate_id and s.batch_id = :batch_id and s.act = 'propose' and s.sample
        )
    )
order by g.area_code, d.registry_code, d.entry_id
limit :at_most
