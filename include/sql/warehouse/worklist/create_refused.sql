-- Makes the temporary table refused: rejected or failed with a code that a registry can correct, and not changed since
-- our readings first saw it refused (what is corrected goes back by itself). A version that was looked into before need
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
        or not exists (
            select 1
            from (
                select v.*
                from mirror.entry_past as v
                where
                    v.registry_code = e.registry_code
                    and v.entry_id = e.entry_id
                    and row(v.t_state, v.t_error_code, v.t_attempts, v.t_sent_at, v.t_requeue_key)
                    is not distinct from row(e.t_state, e.t_error_code, e.t_attempts, e.t_sent_at, e.t_requeue_key)
                order by v.since
                limit 1
            ) as first_seen
            where
                row(
                    e.book_id, e.entry_no, e.entered_at, e.scan_attached_at, e.reviewed_at, e.corrected_at,
                    e.page_file, e.defects, e.changed_at
                ) is distinct from row(
                    first_seen.book_id, first_seen.entry_no, first_seen.entered_at, first_seen.scan_attached_at,
                    first_seen.reviewed_at, first_seen.corrected_at, first_seen.page_file, first_seen.defects,
                    first_seen.changed_at
                )
        )
    )
