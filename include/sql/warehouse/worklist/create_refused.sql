-- Makes the temporary table refused: rejected or failed with a code that a registry can correct, and not corrected
-- since (what is corrected goes back by itself). A version that was looked into before need
-- not be again. Grain: one row per entry; entry_hash tells entries apart as one number, which the planner judges better
-- than two columns. :registry_codes; :codes of what can be corrected.
create temporary table refused on commit drop as
select
    e.registry_code,
    e.entry_id,
    hashtextextended(e.registry_code, e.entry_id) as entry_hash,
    e.t_error_code as error_code,
    b.register,
    b.opened_year,
    b.book_no,
    e.entry_no,
    coalesce(e.t_attempts, 0) as sends,
    e.since as version
from mirror.entry as e
inner join mirror.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
left join worklist.item as i
    on i.until_key is null and e.registry_code = i.registry_code and e.entry_id = i.entry_id and e.since = i.version
where
    e.t_state in ('rejected', 'failed')
    and e.t_error_code = any(:codes)
    and e.registry_code = any(:registry_codes)
    and (
        i.entry_id is not null
        or not transfers.corrected(e)
    )
