-- Breaks: differences with an identity across days.
select 1;
