-- Adds one transfer error, whose it is (the class of its outcome), and the outcome that it stands for.
insert into plan.error_code (code, kind, outcome, name_vi, fix_vi)
values (:code, :kind, :outcome, :name_vi, :fix_vi)
