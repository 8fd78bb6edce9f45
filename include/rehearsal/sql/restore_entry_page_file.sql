-- Gives the column its name in the contract again.
alter table sohoa.entry rename column page_file_cu to page_file
