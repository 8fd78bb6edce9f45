-- Takes away what add_extras added.
alter table sohoa.entry drop column ghi_chu;
drop table sohoa.so_tay
