-- Notes that a letter could not be made into a paper. Grain: one row per close and address.
-- :close_key; :address; :unit_code; :office; :why; :failed_at.
insert into mail.unwritten (close_key, address, unit_code, office, why, failed_at)
values (:close_key, :address, :unit_code, :office, :why, :failed_at)
on conflict (close_key, address) do update set why = excluded.why, failed_at = excluded.failed_at
