-- Keeps what was done as of a milestone; what is known stays, and what was unknown is filled in by late data. Of a
-- registry that was not read for the close at the milestone nothing is known.
-- Grain: one row per registry. :milestone_id; :close_key: the close at the milestone; :stage; :baseline.
-- Needs milestone_done.
insert into milestone.standing (milestone_id, registry_code, quota, done)
select
    :milestone_id,
    k.registry_code,
    p.quota,
    case
        when
            case
                when :stage = 'received'
                    then k.received_from is not null and c.ledger_reading_id is not null
                else
                    k.reading_id is not null
                    and case :stage
                        when 'entered' then 'entry.entered_at'
                        when 'attached' then 'entry.scan_attached_at'
                        else 'entry.reviewed_at'
                    end != all(k.lacking)
            end
            then coalesce(d.done, 0)
    end
from closing.registry_close as k
inner join closing.close as c on k.close_key = c.close_key
left join closing.progress as p
    on k.close_key = p.close_key and k.registry_code = p.registry_code and p.baseline = :baseline
left join milestone_done as d on k.registry_code = d.registry_code
where k.close_key = :close_key
on conflict (milestone_id, registry_code) do update set
    done = coalesce(standing.done, excluded.done)
