-- Breaks that can be seen in the registries alone, in plain SQL over what `gathered` puts into temporary tables.
-- Parameter: as_of. Returns registry, kind, subject, items, as truth.break has them after its close.
with e as (
    select entry.*, register, opened_year, book_no, scanned_at, (regexp_match(entry_no, '[0-9]+'))[1]::int as number
      from entry join book using (registry_code, book_id)
), own as (
    select *, normalize(page_file, nfc) as page,
           concat_ws('.', register, opened_year, upper(book_no), lpad(number::text, greatest(3, length(number::text)), '0'), 'pdf') as right_page
      from e
), counted as (
    select registry_code, book_id, count(entry_id) as entries, count(distinct number) as numbers, max(number) as highest
      from e group by 1, 2
)
select registry_code, 'future_dated', entry_id::text, 1 from e
 where greatest(entered_at, scan_attached_at, reviewed_at, corrected_at) > %(as_of)s
union all
select registry_code, 'entry_without_scan', entry_id::text, 1 from e
 where entered_at <= %(as_of)s and coalesce(scan_attached_at > %(as_of)s, true) and scanned_at <= %(as_of)s
union all
select registry_code, 'closing_total', book_id::text, abs(coalesce(entries, 0) - closing_total)::int
  from book left join counted using (registry_code, book_id) where coalesce(entries, 0) <> closing_total
union all
select registry_code, 'entry_no_repeated', book_id::text, (entries - numbers)::int from counted where entries > numbers
union all
select registry_code, 'entry_no_gap', book_id::text, (highest - numbers)::int from counted where highest > numbers
union all
select registry_code, 'scan_name', 'entry ' || entry_id, 1 from own where page !~ '^[A-Z]+[.][0-9]{4}[.][^. ]+[.][0-9]+[.]pdf$'
union all
select registry_code, 'scan_name', 'book ' || book_id, 1 from book
 where normalize(scan_file, nfc) !~ '^[A-Z]+[.][0-9]{4}[.][^. ]+[.]pdf$'
union all
select registry_code, 'scan_of_another', entry_id::text, 1 from own
 where page ~ '^[A-Z]+[.][0-9]{4}[.][^. ]+[.][0-9]+[.]pdf$' and page <> right_page
union all
select registry_code, 'scan_repeated', page, count(*)::int from own where page is not null group by 1, 3 having count(*) > 1
