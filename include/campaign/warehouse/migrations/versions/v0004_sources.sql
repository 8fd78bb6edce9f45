-- Sources: alerts, acknowledged silences, preflight.
select 1;
