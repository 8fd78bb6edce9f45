-- Brings books to the state in incoming_book; the scan is named when it is made.
update sohoa.book b
   set collected_at = to_timestamp(nullif(i.collected, 0)),
       classified_at = to_timestamp(nullif(i.classified, 0)),
       scanned_at = to_timestamp(nullif(i.scanned, 0)),
       scan_file = case when i.scanned > 0
                        then rehearsal.scan_name(concat_ws('.', b.register, b.opened_year, b.book_no), i.scan_kind)
                   end
  from incoming_book i
 where b.book_id = i.book_id
