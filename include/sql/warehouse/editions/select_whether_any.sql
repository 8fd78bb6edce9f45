-- Returns whether an address has a message about a close, or is to have one without anybody doing anything.
-- Grain: one row. :close_key; :address.
select exists(
    select 1
    from mail.letter as m
    where m.close_key = :close_key and lower(m.address) = lower(:address) and m.reaches
) as has_any
