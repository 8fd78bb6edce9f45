-- Takes away what an earlier closing of the close said of books, for registries that it is known of now.
-- Grain: one row per book. :close_key. Needs balanced.
delete from completion.book as b
where
    b.close_key = :close_key
    and b.registry_code in (select n.registry_code from balanced as n)
