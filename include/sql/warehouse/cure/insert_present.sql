-- Keeps what registries' reports say of people and equipment, of all days up to a close's whose reports were not known
-- before; what is kept stays. Grain: one row per daily close and registry. :close_key
insert into cure.present (
    close_key, registry_code, known_at, judicial_officers, police, youth_union, it_teachers, it_staff, border_guards,
    computers, scanners, internet_ok
)
select
    c.close_key,
    d.registry_code,
    :close_key,
    d.judicial_officers,
    d.police,
    d.youth_union,
    d.it_teachers,
    d.it_staff,
    d.border_guards,
    d.computers,
    d.scanners,
    d.internet_ok
from closing.close as c
inner join mirror.daily_report as d on c.day = d.report_date
inner join plan.registry as g on d.registry_code = g.registry_code
where c.kind = 'daily' and c.close_key <= :close_key
on conflict (close_key, registry_code) do nothing
