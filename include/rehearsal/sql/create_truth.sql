-- The world's truth per close, registry, register and phase, from the simulation's own arrays. The system never reads it.
-- Figures mean what docs/figures.md says; open_defects = entries with an open defect; awaiting = transfers in state 'sent'.
create schema truth;
create table truth.figure (
    close_key text, registry_code text, register text, phase smallint,
    books_collected integer not null, books_classified integer not null, books_scanned integer not null,
    entered integer not null, attached integer not null, reviewed integer not null, corrected integer not null,
    received integer not null, queued integer not null, awaiting integer not null, rejected integer not null,
    failed integer not null, open_defects integer not null,
    primary key (close_key, registry_code, register, phase)
);
create table truth.code_count (
    close_key text, registry_code text, register text, phase smallint, state text, error_code text, entries integer not null,
    primary key (close_key, registry_code, register, phase, state, error_code)
);
-- Entries and receipts by class (docs/figures.md). A receipt that has one candidate counts under the book of that entry,
-- others under what they say, in phase 0 and in the one registry that their unit code can mean, or '' if there are several.
create table truth.class_count (
    close_key text, registry_code text, register text, opened_year smallint, phase smallint, side text, class text,
    items integer not null,
    primary key (close_key, registry_code, register, opened_year, phase, side, class)
);
-- What does not fit together; kinds and subjects are told in breaks.py.
create table truth.break (
    close_key text, registry_code text, kind text, subject text, items integer not null,
    primary key (close_key, registry_code, kind, subject)
);
-- Verdicts on the registries' reports of themselves, for the close's day and the day before.
create table truth.self_report (
    close_key text, registry_code text, report_date date, verdict text not null,
    primary key (close_key, registry_code, report_date)
);
-- What a reading at the close `seen_at` changes in the dated figures of the close before it.
create table truth.restatement (
    close_key text, registry_code text, register text, phase smallint, figure text, old integer not null,
    new integer not null, seen_at text not null,
    primary key (close_key, registry_code, register, phase, figure)
);
-- registry_code 'ministry' is the ledger; weather is null where nothing is in the way.
create table truth.source (
    close_key text, registry_code text, readable boolean not null, weather text,
    primary key (close_key, registry_code)
);
-- What the system put back, from the world's own log. `state`, `error_code` and `outcome` (failures.py) are of the transfer as
-- the registry showed it then. Was the entry received: was there a live receipt of it in the ledger, and was there one that a
-- reader of all sources sees to be, or to be possibly, its own. Was it changed since the last answer. `answer` is what has come of this very send by the world's
-- instant: queued, sent, accepted or the error code; replaced: put back once more before it was sent; deleted.
create table truth.put_back (
    registry_code text, entry_id bigint, requeue_key text, put_at timestamptz not null,
    state text not null, error_code text, outcome text not null,
    was_received boolean not null, was_visible boolean not null, was_changed boolean not null,
    answer text, sent_at timestamptz, received_at timestamptz,
    primary key (registry_code, entry_id, requeue_key)
);
-- What was put back before this instant is noted above.
create table truth.noticed (until timestamptz not null);
-- Failures at a close, by outcome, of which a reader of all sources sees no live receipt that is or could be theirs; `withdrawn`
-- of them had one that is cancelled, and of `changed` something of the entry was changed since the answer.
create table truth.failure_count (
    close_key text, registry_code text, outcome text, entries integer not null, withdrawn integer not null,
    changed integer not null,
    primary key (close_key, registry_code, outcome)
);
-- Failures by remote fault or without an answer at a close, and whether a reader of all sources sees such a receipt.
create table truth.failure (
    close_key text, registry_code text, entry_id bigint, outcome text not null, seen boolean not null,
    primary key (close_key, registry_code, entry_id)
);
-- Entries that behave in their own way: 'poison' fails the same way for ever, 'patient' is corrected and not queued again by its
-- registry, 'single' is refused as a double of a person and is none. Known from the start, whether or not they are ever sent.
create table truth.fate (registry_code text, entry_id bigint, fate text, primary key (registry_code, entry_id, fate));
-- What becomes of a registry's entry work by its milestone, if the system changes nothing: papers entered, and how many would be
-- if no help from outside came. `work` are the papers that count: the quota, or all of them where they are fewer or it has none.
create table truth.entry_outcome (
    registry_code text primary key, papers integer not null, work integer not null,
    entered integer not null, entered_alone integer not null, misses boolean not null, misses_alone boolean not null
);
-- When the Ministry is down.
create table truth.outage (since timestamptz, until timestamptz);
