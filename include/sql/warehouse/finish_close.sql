-- Sets what a close came to: held when its sums do not close (:held_why says where, null: they do), closed when every
-- configured registry and the ledger were read, else closed with gaps; and which sources it lacks.
-- Grain: one row. :close_key; :closed_at; :ledger_reading_id; :held_why.
update closing.close as c
set
    state = case
        when cast(:held_why as text) is not null then 'held'
        when
            cast(:ledger_reading_id as bigint) is not null
            and not exists (
                select 1
                from closing.registry_close as k
                where
                    k.close_key = c.close_key
                    and k.reading_id is null
                    and k.outcome != 'not_configured'
            )
            then 'closed'
        else 'gaps'
    end,
    closed_at = coalesce(c.closed_at, :closed_at),
    held_why = cast(:held_why as text),
    gap_sources = array(
        select k.registry_code
        from closing.registry_close as k
        where k.close_key = c.close_key and k.reading_id is null and k.outcome != 'not_configured'
        order by k.registry_code
    ) || case when cast(:ledger_reading_id as bigint) is null then array['ministry'] else '{}' end,
    ledger_reading_id = cast(:ledger_reading_id as bigint)
where c.close_key = :close_key
