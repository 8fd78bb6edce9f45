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
-- registry_code 'ministry' is the ledger; weather is null where nothing is in the way.
create table truth.source (
    close_key text, registry_code text, readable boolean not null, weather text,
    primary key (close_key, registry_code)
);
