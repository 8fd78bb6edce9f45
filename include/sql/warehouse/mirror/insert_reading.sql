-- Records one attempt to read a source; returns its id. Grain: one row.
-- $1 source, $2 attempt key, $3 close or null, $4 milliseconds, $5 moment of reading, $6 outcome, $7 detail,
-- $8 books, $9 entries, $10 changed books, $11 changed entries, $12 columns that the source lacks.
insert into pull.reading (
    source_code,
    attempt_key,
    close_key,
    took_ms,
    read_at,
    outcome,
    detail,
    books,
    entries,
    changed_books,
    changed_entries,
    lacking
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
returning reading_id
