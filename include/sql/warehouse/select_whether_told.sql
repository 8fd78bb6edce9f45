-- Returns whether letters of a close are in the outbox. Grain: one row. :close_key
select exists(
    select 1
    from mail.letter
    where close_key = :close_key and kind = 'daily' and state != 'dropped'
) as told
