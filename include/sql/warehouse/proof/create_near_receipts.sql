-- Makes the temporary table receipt_version, for one entry: every version of every receipt that can be of it, by
-- reference, by sender's id or by natural key, whatever the unit. Grain: one row per receipt and version.
-- :registry_code; :entry_id.
create temporary table receipt_version on commit drop as
with version as (
    select entry_no, book_id, t_ministry_ref
    from mirror.entry
    where registry_code = :registry_code and entry_id = :entry_id
    union all
    select entry_no, book_id, t_ministry_ref
    from mirror.entry_past
    where registry_code = :registry_code and entry_id = :entry_id
),

book as (
    select book_id, opened_year, register, book_no
    from mirror.book
    where registry_code = :registry_code
    union all
    select book_id, opened_year, register, book_no
    from mirror.book_past
    where registry_code = :registry_code
),

numbered as (
    select distinct
        b.opened_year,
        mirror.fold(b.register) as register,
        mirror.fold(b.book_no) as book_no,
        mirror.fold(v.entry_no) as entry_no
    from version as v
    inner join book as b on v.book_id = b.book_id
),

receipt as (
    select
        receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, sender_entry_id, received_at,
        cancelled_at, since, cast(null as bigint) as until
    from mirror.receipt
    union all
    select
        receipt_id, ministry_ref, unit_code, register, opened_year, book_no, entry_no, sender_entry_id, received_at,
        cancelled_at, since, until
    from mirror.receipt_past
),

near as (
    select r.receipt_id
    from receipt as r
    where r.sender_entry_id = :entry_id or r.ministry_ref in (select v.t_ministry_ref from version as v)
    union
    select r.receipt_id
    from receipt as r
    inner join numbered as n
        on
            r.opened_year = n.opened_year
            and mirror.fold(r.entry_no) = n.entry_no
            and mirror.fold(r.book_no) = n.book_no
            and mirror.fold(r.register) = n.register
)

select r.*
from receipt as r
inner join near as n on r.receipt_id = n.receipt_id
