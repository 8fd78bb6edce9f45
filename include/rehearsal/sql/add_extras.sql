-- What a registry's own programmers have added to the contract: a column and a table.
alter table sohoa.entry add column ghi_chu text;
create table sohoa.so_tay (ngay date primary key, noi_dung text)
