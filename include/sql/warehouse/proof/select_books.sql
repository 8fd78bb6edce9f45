-- Returns the books that a figure counts. Grain: one row per book, by registry, register, phase, book.
-- :figure: books_collected, books_classified or books_scanned; :as_of. Needs proof_book.
select
    registry_code,
    register,
    phase,
    opened_year,
    registry_code || '/book ' || book_id as item
from proof_book
where
    case :figure
        when 'books_collected' then collected_at
        when 'books_classified' then classified_at
        when 'books_scanned' then scanned_at
    end <= :as_of
order by registry_code, register, phase, book_id
