-- Gives the column its name in the contract again.
alter table sohoa.book rename column tong_so to closing_total
