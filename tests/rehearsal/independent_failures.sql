-- Every transfer that was refused, failed or was not answered: what kind of failure it is, and whether a live receipt can be seen
-- that is or could be its entry's. Needs what `gathered` puts into temporary tables. Parameter: as_of.
-- Returns registry, entry, outcome, seen.
with code as (
    select unit_code, registry_code from meaning
    union
    select opened_by, registry_code from book
), e as (
    select entry.*, register, opened_year, book_no, opened_by from entry join book using (registry_code, book_id)
), live as (
    select * from receipt where received_at <= %(as_of)s and coalesce(cancelled_at > %(as_of)s, true)
), by_ref as (
    select r.receipt_id, e.registry_code, e.entry_id
      from live r
      join e on e.ministry_ref = r.ministry_ref
      join code c on (c.unit_code, c.registry_code) = (r.unit_code, e.registry_code)
), by_id as (
    select r.receipt_id, e.registry_code, e.entry_id
      from live r
      join code c using (unit_code)
      join e on (e.registry_code, e.entry_id) = (c.registry_code, r.sender_entry_id)
     where r.receipt_id not in (select receipt_id from by_ref)
), by_key as (
    select r.receipt_id, e.registry_code, e.entry_id
      from live r
      join e on (e.register, e.opened_year, e.book_no, e.entry_no) = (r.register, r.opened_year, r.book_no, r.entry_no)
     where r.receipt_id not in (select receipt_id from by_ref union select receipt_id from by_id)
       and (r.unit_code = e.opened_by or (r.unit_code, e.registry_code) in (select unit_code, registry_code from meaning))
), seen as (
    select registry_code, entry_id from by_ref
    union select registry_code, entry_id from by_id
    union select registry_code, entry_id from by_key
)
select e.registry_code,
       e.entry_id,
       case when state = 'sent' or error_code = 'REMOTE_TIMEOUT' then 'ambiguous'
            when error_code = 'REMOTE_UNAVAILABLE' then 'remote_down'
            when error_code = 'REMOTE_THROTTLED' then 'throttled'
            when error_code like 'DUP_%%' then 'duplicate'
            when error_code = 'REMOTE_REJECT' then 'refused'
            when error_code like 'HT_%%' then 'unknown'
            else 'correctable'
       end,
       (e.registry_code, e.entry_id) in (select registry_code, entry_id from seen)
  from e
 where state in ('sent', 'rejected', 'failed')
 order by 1, 2
