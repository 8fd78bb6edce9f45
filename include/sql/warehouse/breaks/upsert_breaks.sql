-- Brings what was found to the known breaks: new ones, those that came back, and those that count other items now; each
-- begins a spell. Grain: one row per break. :close_key; :day. Needs looked, and found_break without what is unchanged.
with told as (
    insert into breaks.known as k (
        registry_code, kind, subject, state, items, first_seen_key, first_seen_at, opened_key, opened_on
    )
    select
        f.registry_code,
        f.kind,
        f.subject,
        'open',
        f.items,
        :close_key,
        l.read_at,
        :close_key,
        cast(:day as date)
    from found_break as f
    inner join looked as l on f.registry_code = l.registry_code and breaks.aspect(f.kind, f.subject) = any(l.aspects)
    on conflict (registry_code, kind, subject) do update
        set
            state = 'open',
            items = excluded.items,
            opened_key = case k.state when 'cleared' then excluded.opened_key else k.opened_key end,
            opened_on = case k.state when 'cleared' then excluded.opened_on else k.opened_on end,
            cleared_key = null,
            reopened = k.reopened + (k.state = 'cleared')::integer
    returning k.break_id, k.items
)

insert into breaks.spell (break_id, from_key, items)
select
    break_id,
    :close_key,
    items
from told
