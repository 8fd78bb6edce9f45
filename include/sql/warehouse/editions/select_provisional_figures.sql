-- Returns what the provisional edition of a close said of areas to whoever answers for one, where it went out, and when
-- it was made. Grain: one row per unit and figure. :close_key; :area_code: whose edition.
select
    e.rendered_at,
    p.unit_code,
    p.figure,
    p.value
from mail.edition as e
inner join mail.letter as m on e.message_key = m.message_key
inner join mail.published_figure as p on e.message_key = p.message_key and e.close_key = p.close_key
where
    e.close_key = :close_key
    and e.area_code = :area_code
    and e.edition = 'provisional'
    and m.reaches
    and not p.of_registry
