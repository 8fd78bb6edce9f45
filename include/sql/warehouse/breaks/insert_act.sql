-- Records what the data team says of a break, for ever. Grain: one row. :break_id; :act; :until_day (null: no waiver);
-- :why; :by_whom.
insert into breaks.act (break_id, act, until_day, why, by_whom)
values (:break_id, :act, :until_day, :why, :by_whom)
