-- Brings entries to the state in incoming_entry. An entry has no name until it is entered, and no page file until one is attached.
-- Parameters: outcomes (text[]: error codes by number), salt (so that two registries have different people), nfd (how texts are
-- written). Entries with a number in `person` share their birth date, and their name too where it is above 0.
insert into sohoa.entry as e (
    entry_id, book_id, entry_no, full_name, birth_date, personal_id, ethnicity,
    entered_at, scan_attached_at, reviewed_at, corrected_at, page_file, defects, changed_at
)
select i.entry_id,
       i.book_id,
       rehearsal.spelt(rehearsal.entry_no(i.number, i.style, b.opened_year), %(nfd)s),
       case when i.entered > 0 then rehearsal.spelt(rehearsal.full_name(p.name_luck), %(nfd)s) end,
       case when i.entered > 0 then rehearsal.birth_date(p.luck, b.opened_year) end,
       case when i.entered > 0 and mod(p.name_luck, 4) = 0
            then '000' || lpad((mod(p.name_luck, 1000000000))::text, 9, '0')
       end,
       case when i.entered > 0 then rehearsal.ethnicity(p.luck) end,
       to_timestamp(nullif(i.entered, 0)),
       to_timestamp(nullif(i.attached, 0)),
       to_timestamp(nullif(i.reviewed, 0)),
       to_timestamp(nullif(i.corrected, 0)),
       case when i.attached > 0
            then rehearsal.scan_name(
                concat_ws('.', pb.register, pb.opened_year, pb.book_no,
                          lpad(i.page_number::text, greatest(3, length(i.page_number::text)), '0')),
                i.page_kind
            )
       end,
       case when i.defect > 0 then array[(%(outcomes)s::text[])[i.defect + 1]] else '{}' end,
       to_timestamp(i.changed)
  from incoming_entry i
  join sohoa.book b on b.book_id = i.book_id
  join sohoa.book pb on pb.book_id = i.page_book_id
 cross join lateral (
    select hashint8extended(case when i.person = 0 then i.entry_id else abs(i.person) end, %(salt)s::bigint)
               & 281474976710655 as luck,
           hashint8extended(case when i.person > 0 then i.person else i.entry_id end, %(salt)s::bigint)
               & 281474976710655 as name_luck
 ) p
    on conflict (entry_id) do update
   set book_id = excluded.book_id, entry_no = excluded.entry_no,
       full_name = excluded.full_name, birth_date = excluded.birth_date, personal_id = excluded.personal_id,
       ethnicity = excluded.ethnicity, entered_at = excluded.entered_at, scan_attached_at = excluded.scan_attached_at,
       reviewed_at = excluded.reviewed_at, corrected_at = excluded.corrected_at, page_file = excluded.page_file,
       defects = excluded.defects, changed_at = excluded.changed_at
