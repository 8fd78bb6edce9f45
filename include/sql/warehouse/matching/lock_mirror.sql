-- Keeps readings out of the mirror until the transaction ends: what is counted in several statements must be one state.
-- Readers are not held up; a reading that wants to write waits a few seconds. No parameters.
lock table mirror.book, mirror.entry, mirror.receipt, mirror.daily_report in share mode
