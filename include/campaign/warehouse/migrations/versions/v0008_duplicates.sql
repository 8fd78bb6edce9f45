-- Duplicates: cases for two people to decide, what they proposed and confirmed for ever, and the burn-down.

-- ------------------------------------------------------------------------------------------------ cases
-- One case for ever: an entry that the Ministry refused as a duplicate and that has no receipt (class E6-duplicate).
-- It is gone when that is so no more, and the same case when it is so again. Nothing personal: keys and ids alone.
create table transfers.duplicate (
    duplicate_id bigint generated always as identity primary key,
    registry_code text not null,
    entry_id bigint not null,
    phase smallint not null,                -- of the book that it was first seen in
    error_code text not null,
    sends smallint not null,
    kind text not null check (kind in ('technical', 'person')),
    possible_twin boolean not null default false,
    -- What it repeats, by natural key: the entry, and the receipt that counts. Null: not found.
    partner_registry text,
    partner_entry_id bigint,
    partner_receipt_id bigint,
    partners integer not null default 0,    -- how many there are to choose from
    looked_reading bigint,                  -- newest reading when it was looked for everywhere; null: it was not yet
    same_book boolean not null default false, -- the partner is written in the same book, under the same number
    suggested text not null generated always as (
        case when same_book and partner_receipt_id is not null then 'same_record' else 'needs_paper' end
    ) stored,
    state text not null default 'open' check (state in ('open', 'proposed', 'confirmed', 'withdrawn')),
    outcome text check (outcome in ('same_record', 'not_duplicate', 'needs_paper')), -- proposed or confirmed
    proposal_id bigint,                     -- the act that proposed it
    refused_again boolean not null default false, -- went back as no duplicate, and was refused again
    first_seen_key text not null,           -- close
    gone_key text,                          -- close that found it gone; null: it stands
    gone_why text check (gone_why in ('deleted', 'put_back', 'received', 'ambiguous', 'cancelled', 'otherwise')),
    remaining boolean not null generated always as (
        gone_key is null and (state != 'confirmed' or outcome = 'needs_paper')
    ) stored,                               -- still to be decided
    -- Whether it remained at the close counted last, that close if it was the one to change it, and before it.
    counted boolean not null default false,
    counted_key text,
    counted_before boolean not null default false,
    unique (registry_code, entry_id),
    check ((state in ('proposed', 'confirmed')) = (outcome is not null)),
    check ((outcome is null) = (proposal_id is null)),
    check ((gone_key is null) = (gone_why is null))
);

-- Receipts that were taken back: few among many.
create index receipt_cancelled on mirror.receipt (receipt_id) where cancelled_at is not null;

-- ------------------------------------------------------------------------------------------------ what people said
-- Many technical cases proposed at once. `seed` draws the sample, so that anyone can draw it again.
create table transfers.duplicate_batch (
    batch_id bigint generated always as identity primary key,
    unit_code text not null,                -- a district, or one registry
    by_whom text not null,
    why text not null,
    seed bigint not null,
    cases integer not null,
    sample_cases integer not null,
    made_at timestamptz not null
);

-- Every proposal, confirmation and withdrawal. A confirmation and a withdrawal name the proposal that they are about,
-- and carry what it said: so the table itself refuses one who confirms what they proposed.
create table transfers.duplicate_act (
    act_id bigint generated always as identity primary key,
    duplicate_id bigint not null references transfers.duplicate,
    act text not null check (act in ('propose', 'confirm', 'withdraw')),
    outcome text not null check (outcome in ('same_record', 'not_duplicate', 'needs_paper')),
    why text not null check (btrim(why) != ''),
    by_whom text not null check (btrim(by_whom) != ''),
    acted_at timestamptz not null,
    proposal_id bigint,
    proposed_by text,
    batch_id bigint references transfers.duplicate_batch,
    sample boolean not null default false,  -- drawn to be looked at before its batch is confirmed
    unique (act_id, duplicate_id, outcome, by_whom),
    unique (proposal_id, act),
    foreign key (proposal_id, duplicate_id, outcome, proposed_by)
    references transfers.duplicate_act (act_id, duplicate_id, outcome, by_whom),
    check ((act = 'propose') = (proposal_id is null)),
    check ((proposal_id is null) = (proposed_by is null)),
    check (act != 'confirm' or mirror.fold(by_whom) != mirror.fold(proposed_by))
);
create index duplicate_act_by_case on transfers.duplicate_act (duplicate_id);
create index duplicate_act_by_batch on transfers.duplicate_act (batch_id) where batch_id is not null;

alter table transfers.duplicate add foreign key (proposal_id) references transfers.duplicate_act (act_id);

-- What someone found who looked at a case of a sample; the newest of a person holds.
create table transfers.duplicate_look (
    look_id bigint generated always as identity primary key,
    batch_id bigint not null references transfers.duplicate_batch,
    duplicate_id bigint not null references transfers.duplicate,
    verdict text not null check (verdict in ('right', 'wrong')),
    note text,
    by_whom text not null,
    looked_at timestamptz not null
);
create index duplicate_look_by_batch on transfers.duplicate_look (batch_id);

-- What may be proposed in bulk: the same book and number, the partner in the ledger, and nobody doubted it so far.
create view transfers.bulk_ready as
select
    d.duplicate_id,
    d.registry_code,
    d.entry_id,
    g.area_code
from transfers.duplicate as d
inner join plan.registry as g on d.registry_code = g.registry_code
where
    d.gone_key is null
    and d.suggested = 'same_record'
    and not d.refused_again
    and not exists (
        select 1
        from transfers.duplicate_look as k
        where k.duplicate_id = d.duplicate_id and k.verdict = 'wrong'
    )
    and (
        d.state = 'open'
        or (
            d.state = 'withdrawn'
            and not exists (
                select 1
                from transfers.duplicate_act as a
                where a.duplicate_id = d.duplicate_id and a.act = 'withdraw' and a.batch_id is null
            )
        )
    );

create function transfers.refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception using message = tg_table_name || ' is for ever: rows are added, never changed';
end $$;
create trigger duplicate_act_for_ever before update or delete or truncate on transfers.duplicate_act
for each statement execute function transfers.refuse_change();
create trigger duplicate_look_for_ever before update or delete or truncate on transfers.duplicate_look
for each statement execute function transfers.refuse_change();

-- An entry goes back as "not a duplicate" once ever, whoever decides it.
create unique index decision_not_a_duplicate on transfers.decision (registry_code, entry_id)
where rule = 'not a duplicate';

-- Confirmed as no duplicate, standing, and not put back yet.
create view transfers.not_duplicate as
select
    d.registry_code,
    d.entry_id,
    d.error_code,
    d.sends,
    a.act_id,
    a.acted_at as confirmed_at
from transfers.duplicate as d
inner join transfers.duplicate_act as a on d.proposal_id = a.proposal_id and a.act = 'confirm'
where
    d.state = 'confirmed'
    and d.outcome = 'not_duplicate'
    and d.gone_key is null
    and not exists (
        select 1
        from transfers.decision as x
        where x.registry_code = d.registry_code and x.entry_id = d.entry_id and x.rule = 'not a duplicate'
    );

-- ------------------------------------------------------------------------------------------------ closing
-- The burn-down: state figures of the close's first closing. Per registry and phase, what remained at the close counted
-- before + new - decided - gone = what remains.
create table closing.duplicate_count (
    close_key text not null references closing.close,
    registry_code text not null,
    phase smallint not null,
    known integer not null,                 -- cases ever
    standing integer not null,              -- refused as a duplicate and not received: class E6-duplicate
    remaining integer not null,             -- of these, still to be decided: open, proposed, or the paper is to be seen
    open integer not null,                  -- nothing is proposed
    proposed integer not null,              -- waits for the second person
    needs_paper integer not null,           -- confirmed that the paper must be seen
    technical integer not null,             -- of the remaining: the same book and number, or not suspected of a person
    in_ledger integer not null,             -- of the remaining: the partner is in the ledger
    same_record integer not null,           -- of the standing: decided so
    not_duplicate integer not null,         -- of the standing: decided so, and not sent yet
    decided_so_far integer not null,        -- of the known: decided, whatever became of it then
    new integer not null,                   -- remains, and did not at the close before
    decided integer not null,               -- remained at the close before, and is decided
    gone integer not null,                  -- remained at the close before, and stands no more
    looked boolean not null,                -- false: registry or ledger was not read, all is as it was known before
    primary key (close_key, registry_code, phase),
    check (remaining = open + proposed + needs_paper),
    check (standing = remaining + same_record + not_duplicate)
);
