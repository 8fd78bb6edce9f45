-- Who was told how the campaign works, partners and operations.
select 1 as nothing_yet;
