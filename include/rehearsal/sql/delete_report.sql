-- Deletes the report of a day. Parameter: days (since 1 January 1970).
delete from sohoa.daily_report where report_date = date '1970-01-01' + %(days)s::integer
