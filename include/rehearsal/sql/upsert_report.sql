-- Hands in the report of a day, by somebody who does not exist. Parameters: days (since 1 January 1970) and the columns.
insert into sohoa.daily_report (
    report_date, submitted_at, submitted_by,
    books_scanned, entries_entered, entries_reviewed, entries_transferred, judicial_officers, police, youth_union,
    it_teachers, it_staff, border_guards, computers, scanners, internet_ok, difficulties
)
values (
    date '1970-01-01' + %(days)s::integer, %(submitted_at)s, 'Cán bộ Mẫu ' || %(days)s::integer,
    %(books_scanned)s, %(entries_entered)s, %(entries_reviewed)s, %(entries_transferred)s, %(judicial_officers)s,
    %(police)s, %(youth_union)s, %(it_teachers)s, %(it_staff)s, %(border_guards)s, %(computers)s, %(scanners)s,
    %(internet_ok)s, %(difficulties)s
)
on conflict (report_date) do nothing
