-- Keeps what is known of the difficulties that a close's papers tell of. Grain: one row per difficulty. :close_key
insert into ladder.difficulty_told (close_key, difficulty_id, said, confirmed)
select
    :close_key,
    d.difficulty_id,
    d.said,
    d.confirmed
from ladder.difficulty as d
where d.opened_key <= :close_key and (d.closed_key is null or d.closed_key >= :close_key)
