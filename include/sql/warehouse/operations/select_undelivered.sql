-- Returns what somebody has to see to, what needs a person first. Grain: one row per delivery or paper. :close_key
select
    message_key,
    of_key,
    office,
    address,
    state,
    smtp_code,
    why
from operations.undelivered
where close_key = :close_key
order by place
