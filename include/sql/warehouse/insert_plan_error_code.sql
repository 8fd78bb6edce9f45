-- Adds one transfer error and whose it is.
insert into plan.error_code (code, kind, name_vi)
values (:code, :kind, :name_vi)
