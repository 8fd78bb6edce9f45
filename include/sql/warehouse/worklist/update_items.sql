-- Brings the worklists of registries to what the mirror shows: refused or failed with a code that the registry can
-- correct, not received, not even as one of several candidates, and not changed since our readings first saw it refused
-- (what is corrected goes back by itself). What stands as before is left alone; what is gone, or stands otherwise
-- (another code, another number, sent again), ends with this close.
-- Grain: one row per entry and close from which it stands so. :close_key, :as_of; :registry_codes. Needs pair.
with wanted as materialized (
    select
        e.registry_code,
        e.entry_id,
        e.t_error_code as error_code,
        b.register,
        b.opened_year,
        b.book_no,
        e.entry_no,
        coalesce(e.t_attempts, 0) as sends,
        e.since as version
    from mirror.entry as e
    inner join plan.error_code as k on e.t_error_code = k.code and k.kind = 'correctable'
    inner join mirror.book as b on e.registry_code = b.registry_code and e.book_id = b.book_id
    left join worklist.item as known
        on known.until_key is null and e.registry_code = known.registry_code and e.entry_id = known.entry_id
    where
        e.t_state in ('rejected', 'failed')
        and e.registry_code = any(:registry_codes)
        and not exists (
            select 1
            from matching.pair as p
            where
                p.registry_code = e.registry_code
                and p.entry_id = e.entry_id
                and matching.live(p.received_at, p.cancelled_at, :as_of)
        )
        and (
            coalesce(known.version = e.since, false)
            or not exists (
                select 1
                from (
                    select p.*
                    from mirror.entry_past as p
                    where
                        p.registry_code = e.registry_code
                        and p.entry_id = e.entry_id
                        and row(p.t_state, p.t_error_code, p.t_attempts, p.t_sent_at, p.t_requeue_key)
                        is not distinct from row(e.t_state, e.t_error_code, e.t_attempts, e.t_sent_at, e.t_requeue_key)
                    order by p.since
                    limit 1
                ) as v
                where
                    row(
                        e.book_id, e.entry_no, e.entered_at, e.scan_attached_at, e.reviewed_at, e.corrected_at,
                        e.page_file, e.defects, e.changed_at
                    ) is distinct from row(
                        v.book_id, v.entry_no, v.entered_at, v.scan_attached_at, v.reviewed_at, v.corrected_at,
                        v.page_file, v.defects, v.changed_at
                    )
            )
        )
),

ended as (
    update worklist.item as i
    set until_key = :close_key
    where
        i.until_key is null
        and i.registry_code = any(:registry_codes)
        and not exists (
            select 1
            from wanted as w
            where
                w.registry_code = i.registry_code
                and w.entry_id = i.entry_id
                and w.error_code = i.error_code
                and w.register = i.register
                and w.opened_year = i.opened_year
                and w.book_no = i.book_no
                and w.entry_no = i.entry_no
                and w.sends = i.sends
        )
)

insert into worklist.item (
    registry_code, entry_id, error_code, register, opened_year, book_no, entry_no, sends, since, version, from_key
)
select
    w.registry_code,
    w.entry_id,
    w.error_code,
    w.register,
    w.opened_year,
    w.book_no,
    w.entry_no,
    w.sends,
    coalesce(i.since, k.state_read_at),
    w.version,
    :close_key
from wanted as w
inner join closing.registry_close as k on k.close_key = :close_key and w.registry_code = k.registry_code
left join worklist.item as i
    on
        i.until_key is null
        and w.registry_code = i.registry_code
        and w.entry_id = i.entry_id
        and w.error_code = i.error_code
where
    i.entry_id is null
    or (w.register, w.opened_year, w.book_no, w.entry_no, w.sends)
    != (i.register, i.opened_year, i.book_no, i.entry_no, i.sends)
