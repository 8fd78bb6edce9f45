-- Editions of a close: what was published of it, held, released or dropped.

-- A message that carried figures of a close to somebody who answers for an area. It counts as published unless it is
-- held, dropped or refused (mail.letter, reaches). A correction can be of several closes.
create table mail.edition (
    message_key text not null references mail.message,
    close_key text not null references closing.close,
    edition text not null check (edition in ('final', 'provisional', 'correction')),
    area_code text not null,                -- the province, or a unit just below it
    address text not null,
    rendered_at timestamptz not null,       -- on the campaign's clock
    primary key (message_key, close_key)
);
create index edition_by_close on mail.edition (close_key, area_code);

-- What it said: figures of the area, of the areas in it, and of the registries that they are sums over.
create table mail.published_figure (
    message_key text not null,
    close_key text not null,
    unit_code text not null,
    of_registry boolean not null,           -- of the registry's own books; else of an area
    figure text not null,
    value integer,                          -- null: it had no data
    primary key (message_key, close_key, unit_code, of_registry, figure),
    foreign key (message_key, close_key) references mail.edition
);

-- Letters that could not be made into papers: held, with nothing that could be released. Written again with success,
-- they are posted and leave this table.
create table mail.unwritten (
    close_key text not null references closing.close,
    address text not null,
    unit_code text not null,
    office text not null,
    why text not null,
    failed_at timestamptz not null,
    primary key (close_key, address)
);

-- ------------------------------------------------------------------------------------------------ rendering again
-- When the papers of a close were first written: what happened later is not theirs to tell, however often they are made.
create view mail.written as
select
    close_key,
    min(queued_at) as written_at
from mail.message
where kind = 'daily' and state != 'dropped'
group by close_key;

-- What was known of a difficulty when the papers of a close were written: later reports say more of it.
create table ladder.difficulty_told (
    close_key text not null references closing.close,
    difficulty_id bigint not null references ladder.difficulty,
    said text,
    confirmed boolean not null,
    primary key (close_key, difficulty_id)
);
