-- Worklists of what a registry has to correct, redrives, and files that go with a mail.
select 1;
