-- Entries whose number another entry of their book has too, whatever stands around it, or that have none; kept per book
-- until it changes, as breaks.book_check is.
create table breaks.alike_number (
    registry_code text not null,
    book_id integer not null,
    entry_id bigint not null,
    page text not null,                     -- the name of its page, in NFC
    primary key (registry_code, book_id, entry_id)
);

alter table breaks.book_check drop column doubled;

-- Books checked before there was this table are checked anew.
delete from breaks.book_check;

-- The report looks up, for each changed figure, what was found of it later and before.
create index restatement_by_figure on closing.restatement (close_key, registry_code, register, phase, figure, restatement_id);
