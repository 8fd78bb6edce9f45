-- Matching: what makes pairing receipts with entries quick.
select 1;
