-- Ends, with a close, what is not on registries' lists any more, or stands otherwise there: another code or number,
-- sent again. Grain: one row per entry. :close_key; :registry_codes. Needs refused.
update worklist.item as i
set until_key = :close_key
where
    i.until_key is null
    and i.registry_code = any(:registry_codes)
    and not exists (
        select 1
        from refused as r
        where
            r.registry_code = i.registry_code
            and r.entry_id = i.entry_id
            and row(r.error_code, r.register, r.opened_year, r.book_no, r.entry_no, r.sends)
            = row(i.error_code, i.register, i.opened_year, i.book_no, i.entry_no, i.sends)
    )
