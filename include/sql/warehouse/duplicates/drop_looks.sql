-- Drops what an earlier look at duplicates of the same transaction left. No parameters.
drop table if exists refused_duplicate, sought_partner, partner_book, found_partner
