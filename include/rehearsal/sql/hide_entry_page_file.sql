-- Gives the column another name, so that the contract's is missing.
alter table sohoa.entry rename column page_file to page_file_cu
