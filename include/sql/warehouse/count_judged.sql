-- Returns how many registries have a quota under the close's baseline and known figures. :close_key
select count(*)::integer as judged
from closing.close as c
inner join closing.progress as p on c.close_key = p.close_key and c.baseline = p.baseline
where c.close_key = :close_key and p.quota is not null and p.entered is not null
