-- Makes the temporary table changed_book: books of the registries looked at that are not as they were when they were
-- last checked, by the source's own digest, with what stands before and after the number in the names of their pages.
-- Of their entries, versions up to reading `checked` need no new look.
-- Grain: one row per book. :patterns (digest of the plan's patterns); :page_head, :page_tail (the plan's pattern for
-- pages around {number}). Needs looked.
create temporary table changed_book on commit drop as
select
    b.registry_code,
    b.book_id,
    d.digest,
    l.reading_id,
    case when c.patterns = :patterns and b.since <= c.reading_id then c.reading_id else 0 end as checked,
    breaks.of_book(:page_head, b.register, b.opened_year, b.book_no, b.opened_by) as page_head,
    breaks.of_book(:page_tail, b.register, b.opened_year, b.book_no, b.opened_by) as page_tail
from mirror.book as b
inner join looked as l on b.registry_code = l.registry_code and l.part = 'own'
left join pull.book_digest as d on b.registry_code = d.registry_code and b.book_id = d.book_id
left join breaks.book_check as c on b.registry_code = c.registry_code and b.book_id = c.book_id
where d.digest is null or c.digest is distinct from d.digest or c.patterns is distinct from :patterns
