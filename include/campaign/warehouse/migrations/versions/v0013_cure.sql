-- Cure: who was present, what would bring a unit back, who could help.
select 1;
