-- Gives the column another name, so that the contract's is missing.
alter table sohoa.book rename column closing_total to tong_so
