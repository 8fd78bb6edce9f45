-- Who is written to, in copy too, what was acknowledged, and pictures in mails.
select 1 as nothing_yet;
