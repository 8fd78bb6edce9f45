-- Returns who and what was there, as known at a close. Grain: one row per daily close up to it and registry that had
-- reported. :close_key
select
    close_key,
    registry_code,
    judicial_officers,
    police,
    youth_union,
    it_teachers,
    it_staff,
    border_guards,
    computers,
    scanners,
    internet_ok
from cure.present
where close_key <= :close_key and known_at <= :close_key
