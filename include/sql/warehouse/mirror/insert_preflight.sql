-- Records one check; a retry of the same run says it anew. Grain: one row.
-- $1 run, $2 moment of checking, $3 source, $4 role, $5 check, $6 verdict, $7 what was found, $8 the measure.
insert into sources.preflight (run_id, checked_at, source_code, role, check_name, verdict, found, measured)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (run_id, source_code, role, check_name) do update set
    checked_at = excluded.checked_at,
    verdict = excluded.verdict,
    found = excluded.found,
    measured = excluded.measured
