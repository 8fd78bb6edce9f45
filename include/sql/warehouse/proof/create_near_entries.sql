-- Makes the temporary table entry_version, for one entry: every version of it and of every entry that its receipts can
-- also be of. Grain: one row per entry and version. :registry_code; :entry_id. Needs receipt_version, book_version.
create temporary table entry_version on commit drop as
with entry as (
    select
        registry_code, entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, defects,
        t_state, t_error_code, t_ministry_ref, since, cast(null as bigint) as until
    from mirror.entry
    union all
    select
        registry_code, entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, defects,
        t_state, t_error_code, t_ministry_ref, since, until
    from mirror.entry_past
),

numbered as (
    select distinct
        b.registry_code,
        b.book_id,
        mirror.fold(r.entry_no) as entry_no
    from receipt_version as r
    inner join book_version as b
        on
            r.opened_year = b.opened_year
            and mirror.fold(r.register) = mirror.fold(b.register)
            and mirror.fold(r.book_no) = mirror.fold(b.book_no)
),

near as (
    select
        e.registry_code,
        e.entry_id
    from entry as e
    where
        (e.registry_code = :registry_code and e.entry_id = :entry_id)
        or e.entry_id in (select r.sender_entry_id from receipt_version as r)
        or e.t_ministry_ref in (select r.ministry_ref from receipt_version as r)
    union
    select
        e.registry_code,
        e.entry_id
    from entry as e
    inner join numbered as n
        on e.registry_code = n.registry_code and e.book_id = n.book_id and mirror.fold(e.entry_no) = n.entry_no
)

select e.*
from entry as e
inner join near as n on e.registry_code = n.registry_code and e.entry_id = n.entry_id
