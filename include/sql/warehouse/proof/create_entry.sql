-- Makes the temporary table proof_entry: entries as the mirror showed them to a closing. Grain: one row per entry.
-- No parameters. Needs entry_version and proof_basis.
create temporary table proof_entry on commit drop as
select
    v.registry_code,
    v.entry_id,
    v.book_id,
    v.entry_no,
    v.entered_at,
    v.scan_attached_at,
    v.reviewed_at,
    v.corrected_at,
    v.defects,
    v.t_state,
    v.t_error_code,
    v.t_ministry_ref
from entry_version as v
inner join proof_basis as s on v.registry_code = s.source_code
where v.since <= s.reading_id and (v.until is null or v.until > s.reading_id)
