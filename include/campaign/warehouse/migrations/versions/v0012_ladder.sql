-- Ladder: episodes, levels, acknowledgements, silences, difficulties.
select 1;
