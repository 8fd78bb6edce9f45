-- Gives the table another name, so that the contract's is missing.
alter table sohoa.daily_report rename to bao_cao_ngay
