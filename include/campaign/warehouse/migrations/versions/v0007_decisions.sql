-- Transfers: outcomes of failures, decisions with their reasons, waves and the breaker.

-- ------------------------------------------------------------------------------------------------ plan
-- What happens to an entry whose transfer ended in a certain way (include/plan/outcomes.csv).
create table plan.outcome (
    outcome text primary key,
    class text not null check (class in ('remote', 'correctable', 'duplicate', 'other', 'unknown')),
    action text not null check (action in ('put_back', 'ask_ledger', 'worklist', 'desk', 'hold')),
    attempts smallint,                      -- put back so often in the same way; null: never by itself
    first_wait_minutes integer,
    longest_wait_minutes integer,
    name_vi text not null
);

-- `kind` is the outcome's class. The plan is loaded anew by the next run, with the new column.
delete from plan.loaded;
delete from plan.error_code;
alter table plan.error_code
add column outcome text not null references plan.outcome,
add column fix_vi text;                     -- what the unit has to put right

-- ------------------------------------------------------------------------------------------------ mirror
-- The entries that deciding looks at: one in ten, so that it costs little on an ordinary day.
create index entry_unsettled on mirror.entry (registry_code, entry_id) where t_state in ('failed', 'rejected', 'sent');

-- ------------------------------------------------------------------------------------------------ transfers
-- Transfers that failed, were refused, or have no answer (yet), with the outcome that the plan sees in that now. A code
-- that the plan does not know is of class unknown; one that is sent and not answered is asked for in the ledger.
create view transfers.failing as
select
    e.registry_code,
    e.entry_id,
    e.book_id,
    e.t_state,
    e.t_error_code as error_code,
    coalesce(e.t_attempts, 0)::smallint as sends,
    e.t_sent_at,
    e.t_answered_at,
    e.t_requeue_key,
    e.since,
    o.outcome,
    o.class,
    o.action
from mirror.entry as e
left join plan.error_code as k on e.t_error_code = k.code
inner join plan.outcome as o
    on o.outcome = case
        when e.t_state = 'sent' then (select a.outcome from plan.outcome as a where a.action = 'ask_ledger')
        when k.code is null then (select a.outcome from plan.outcome as a where a.class = 'unknown')
        else k.outcome
    end
where e.t_state in ('failed', 'rejected', 'sent') and (e.t_state != 'sent' or e.t_answered_at is null);

-- Readings that show the codes of failures: a registry that lacks the column is left alone.
create view transfers.reading as
select
    r.attempt_key,
    r.source_code as registry_code,
    max(r.read_at) as read_at
from pull.reading as r
where r.was_read and not r.lacking @> array['transfer.error_code']
group by r.attempt_key, r.source_code;

-- One row per run that decided: what the receiving side showed, how many could go back, how many did.
create table transfers.wave (
    wave_id bigint generated always as identity primary key,
    run_id text not null unique,            -- the attempt whose readings it rests on
    day_key text not null,
    as_of timestamptz not null,
    breaker text not null check (breaker in ('closed', 'open', 'opening')),
    step smallint not null default 0,       -- of opening, from 1
    lately_accepted integer not null,       -- receipts of the last rules.requeue.lately_hours
    answered integer not null,              -- of the breaker's evidence: what the receiving side took or refused,
    fell integer not null,                  -- and what failed through its own fault
    cap integer not null,                   -- so many could go back in this wave
    carried integer not null,               -- of earlier decisions, not carried out yet, that were told with it
    due integer not null,                   -- could have gone back now
    chosen integer not null,                -- decided to go back
    waiting integer not null,               -- due and not chosen: above the cap
    not_due integer not null,               -- back off, or wait for the ledger to be asked again
    settled integer not null,               -- decided now: found in the ledger
    held integer not null,                  -- decided now: held with a code that is unknown or a refusal
    poisoned integer not null,              -- decided now: through with their attempts
    why text not null
);
create index wave_by_time on transfers.wave (as_of);

-- A bulk return of what was held or is through with its attempts, asked for by a person. It is about what stood so at
-- `asked_at`; each wave takes at most `per_wave` of it, the oldest first, each entry once.
create table transfers.redrive (
    redrive_id bigint generated always as identity primary key,
    asked_by text not null,
    why text not null,
    outcome text,                           -- these four choose; null: any
    error_code text,
    area_code text,                         -- district, as in plan.registry
    registry_code text,
    per_wave integer not null check (per_wave > 0),
    asked_at timestamptz not null,          -- on the campaign's clock
    entries integer,                        -- how many it was about when it was asked for
    state text not null default 'open' check (state in ('open', 'done', 'stopped'))
);

-- A decision is about one entry and stays for ever. 'put_back' has an effect outside, which is confirmed later; the
-- others are 'done' as they are written, and their key holds no day, so that none is made twice.
alter table transfers.decision
add column action text not null default 'put_back' check (action in ('put_back', 'settle', 'hold', 'poison')),
add column outcome text,                    -- as the plan saw it then
add column error_code text,
add column sends smallint,                  -- so far, at the decision
add column attempt_no smallint,             -- put back for the n-th time in the same way
add column wave_id bigint references transfers.wave,
add column due_at timestamptz,              -- from when it could have gone back
add column receipt_id bigint,               -- 'settle': the receipt that is or could be the entry's own
add column redrive_id bigint references transfers.redrive,
add column cleared_for text;                -- close whose run last found that it may be told; null: not now

alter table transfers.decision drop constraint decision_state_check;
alter table transfers.decision add constraint decision_state_check check (
    state in ('decided', 'requeued', 'not_requeued', 'not_permitted', 'unreached', 'done')
    and (state = 'done') = (action != 'put_back')
);

create index decision_open on transfers.decision (registry_code) where state = 'decided';
create index decision_by_wave on transfers.decision (wave_id) where wave_id is not null;
create index decision_kept on transfers.decision (action, registry_code, entry_id)
where action in ('hold', 'poison');

-- Decisions that held or stopped what was taken up since: sent for again by a redrive, or settled by a receipt that
-- stands.
create view transfers.taken_up as
select d.decision_id
from transfers.decision as d
inner join transfers.decision as n
    on d.registry_code = n.registry_code and d.entry_id = n.entry_id and d.decision_id < n.decision_id
where
    d.action in ('hold', 'poison')
    and (
        (n.redrive_id is not null and n.state in ('decided', 'requeued'))
        or exists (
            select 1
            from mirror.receipt as r
            where r.receipt_id = n.receipt_id and r.cancelled_at is null
        )
    );

-- Entries through with their attempts in the way they fail now, and not taken up since.
create view transfers.poisoned as
select
    d.registry_code,
    d.entry_id,
    d.outcome,
    f.error_code,
    d.decided_at as since
from transfers.decision as d
inner join transfers.failing as f
    on d.registry_code = f.registry_code and d.entry_id = f.entry_id and d.outcome = f.outcome
where
    d.action = 'poison'
    and not exists (select 1 from transfers.taken_up as t where t.decision_id = d.decision_id);

-- Entries held with a code that the plan does not know, or with a refusal that nobody can correct.
create view transfers.held as
select
    d.registry_code,
    d.entry_id,
    f.outcome,
    f.error_code,
    d.decided_at as since
from transfers.decision as d
inner join transfers.failing as f
    on
        d.registry_code = f.registry_code
        and d.entry_id = f.entry_id
        and d.outcome = f.outcome
        and d.error_code is not distinct from f.error_code
        and d.sends = f.sends
where
    d.action = 'hold'
    and f.action = 'hold'
    and not exists (select 1 from transfers.taken_up as t where t.decision_id = d.decision_id);

-- What does not go back by itself, and a person may send for again.
create view transfers.stopped as
select
    'held' as kind,
    h.*
from transfers.held as h
union all
select
    'poison' as kind,
    p.*
from transfers.poisoned as p;

-- Whether a refused entry was corrected since: by its registry after the answer (one clock says both), or it differs
-- from an earlier version that our readings saw with the same refusal of the same send and not yet corrected (a backup
-- from before the correction is none). A column that the registry lacked at the reading of either is not compared.
create function transfers.corrected(e mirror.entry) returns boolean
language sql stable parallel safe as $$
select
    coalesce(greatest(e.corrected_at, e.scan_attached_at) > e.t_answered_at, false)
    or exists (
        select 1
        from mirror.entry_past as v
        inner join pull.reading as earlier on v.since = earlier.reading_id
        inner join pull.reading as later on later.reading_id = e.since
        cross join lateral (select earlier.lacking || later.lacking as lacking) as k
        where
            v.registry_code = e.registry_code
            and v.entry_id = e.entry_id
            and row(v.t_state, v.t_error_code, v.t_attempts, v.t_sent_at, v.t_requeue_key)
            is not distinct from row(e.t_state, e.t_error_code, e.t_attempts, e.t_sent_at, e.t_requeue_key)
            and coalesce(greatest(v.corrected_at, v.scan_attached_at) <= v.t_answered_at, true)
            and not (
                e.book_id = v.book_id
                and e.entry_no = v.entry_no
                and (e.entered_at is not distinct from v.entered_at or 'entry.entered_at' = any(k.lacking))
                and (e.scan_attached_at is not distinct from v.scan_attached_at or 'entry.scan_attached_at' = any(k.lacking))
                and (e.reviewed_at is not distinct from v.reviewed_at or 'entry.reviewed_at' = any(k.lacking))
                and (e.corrected_at is not distinct from v.corrected_at or 'entry.corrected_at' = any(k.lacking))
                and (e.page_file is not distinct from v.page_file or 'entry.page_file' = any(k.lacking))
                and (e.defects is not distinct from v.defects or 'entry.defects' = any(k.lacking))
                and (e.changed_at is not distinct from v.changed_at or 'entry.changed_at' = any(k.lacking))
            )
    )
$$;

-- How long an entry waits after it was put back for the `made`-th time in the same way: the first wait doubled each
-- time, at most the longest, times something between a half and one that is the same for the same entry and time, so
-- that what failed together does not come back together.
create function transfers.wait(
    registry_code text, entry_id bigint, made integer, first_minutes integer, longest_minutes integer
) returns interval
language sql immutable parallel safe
return make_interval(
    secs => least(first_minutes * power(2, least(greatest(made, 1), 32) - 1), longest_minutes) * 60.0
    * (0.5 + (hashtextextended(registry_code || '/' || made, entry_id) & 65535) / 131070.0)
);
