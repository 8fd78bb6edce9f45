-- Sets until which day a standing break is waived (null: it is not). Grain: at most one row. :break_id; :until_day.
update breaks.known
set waived_until = :until_day
where break_id = :break_id and state = 'open'
