-- Days: withdrawals and what the tail needs.
select 1;
