-- Gives the table its name in the contract again.
alter table sohoa.bao_cao_ngay rename to daily_report
