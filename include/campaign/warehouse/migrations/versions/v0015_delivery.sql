-- Who is written to, in copy too, what was acknowledged, and pictures in mails.

-- ------------------------------------------------------------------------------------------------ states
-- rendered: made, and not let go yet; held: somebody or something keeps it back; dropped: it never goes.
alter table mail.message drop constraint message_state_check;
alter table mail.message add constraint message_state_check check (
    state in (
        'rendered', 'held', 'queued', 'sending', 'accepted', 'deferred', 'refused', 'uncertain', 'dropped'
    )
);
alter table mail.message add column next_try timestamptz;          -- deferred: not before; null: at once
alter table mail.message add column acknowledged_at timestamptz;   -- a named person has read it
alter table mail.message add column acknowledged_by text;
alter table mail.event add column by_whom text;                    -- null: the system itself

-- ------------------------------------------------------------------------------------------------ copies
-- Who has a message in copy; each of them is a message of its own with the key '<key>/cc/<address>'. A copy has neither
-- words nor files of its own: they are those of the message that it is a copy of.
alter table mail.message add column copies text[] not null default '{}';
alter table mail.message add column copy_of text references mail.message;
alter table mail.message alter column html drop not null;
alter table mail.message alter column plain drop not null;
alter table mail.message add check ((copy_of is null) = (html is not null and plain is not null));
create index message_by_copied on mail.message (copy_of) where copy_of is not null;

-- ------------------------------------------------------------------------------------------------ sent once more
-- A person has asked for the same once more: a message of its own with the key '<key>/resend-<n>'.
alter table mail.message add column resend_of text references mail.message;
create index message_by_resent on mail.message (resend_of) where resend_of is not null;

-- ------------------------------------------------------------------------------------------------ pictures
-- A picture stands where the HTML says "cid:<content_id>"; null: the file is attached.
alter table mail.attachment add column content_id text;

-- ------------------------------------------------------------------------------------------------ deliveries
-- What became of each message but those sent once more: the best of its own state and of theirs, which stand for it.
-- `reaches`: the reader has it, or is to have it without anybody doing anything.
create view mail.delivery as
select
    m.message_key,
    m.close_key,
    m.kind,
    m.copy_of,
    m.address,
    m.office,
    b.state,
    b.stood_at,
    b.acknowledged_at,
    b.state in ('queued', 'sending', 'accepted', 'deferred', 'uncertain') as reaches
from mail.message as m
inner join lateral (
    select
        t.state,
        t.acknowledged_at,
        coalesce(t.settled_at, t.queued_at) as stood_at
    from mail.message as t
    where t.message_key = m.message_key or t.resend_of = m.message_key
    order by
        case t.state
            when 'accepted' then 1
            when 'uncertain' then 2
            when 'sending' then 3
            when 'queued' then 4
            when 'deferred' then 5
            when 'held' then 6
            when 'rendered' then 7
            when 'refused' then 8
            else 9
        end,
        t.queued_at desc
    limit 1
) as b on true
where m.resend_of is null;

-- The deliveries that are addressed to somebody; whoever has one in copy is left out.
create view mail.letter as
select
    d.message_key,
    d.close_key,
    d.kind,
    d.address,
    d.office,
    d.state,
    d.stood_at,
    d.acknowledged_at,
    d.reaches
from mail.delivery as d
where d.copy_of is null;
