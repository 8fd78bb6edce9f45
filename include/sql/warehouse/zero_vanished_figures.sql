-- Sets the dated figures to zero where a registry that was read holds nothing of a register and phase any more.
-- :close_key. Needs computed.
update closing.figure as f
set
    books_collected = 0,
    books_classified = 0,
    books_scanned = 0,
    entered = 0,
    attached = 0,
    reviewed = 0,
    corrected = 0,
    received = case when f.received is not null then 0 end,
    entered_in_day = 0,
    received_in_day = case when f.received_in_day is not null then 0 end
where
    f.close_key = :close_key
    and not exists (
        select 1
        from computed as c
        where c.registry_code = f.registry_code and c.register = f.register and c.phase = f.phase
    )
