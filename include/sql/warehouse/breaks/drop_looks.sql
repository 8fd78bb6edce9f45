-- Drops the temporary tables that an earlier close of the same transaction made for its breaks. No parameters.
drop table if exists looked, changed_book, changed_entry, changed_receipt, found_break, unjudged_receipt, break_tally
