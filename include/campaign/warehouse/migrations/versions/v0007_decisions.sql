-- Transfers: outcomes of failures, decisions with their reasons, waves and the breaker.
select 1;
