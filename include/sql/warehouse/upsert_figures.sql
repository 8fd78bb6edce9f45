-- Freezes the figures of a close. Dated figures are replaced by what is known now and never by "no data"; state figures
-- are those of the first closing read and stay. Grain: one row per registry, register and phase. :close_key.
insert into closing.figure (
    close_key, registry_code, register, phase, books_collected, books_classified, books_scanned, entered, attached,
    reviewed, corrected, received, entered_in_day, received_in_day, queued, awaiting, rejected, failed, open_defects
)
select
    :close_key,
    c.registry_code, c.register, c.phase, c.books_collected, c.books_classified, c.books_scanned, c.entered, c.attached,
    c.reviewed, c.corrected, c.received, c.entered_in_day, c.received_in_day, c.queued, c.awaiting, c.rejected,
    c.failed, c.open_defects
from computed as c
on conflict (close_key, registry_code, register, phase) do update set
    books_collected = coalesce(excluded.books_collected, figure.books_collected),
    books_classified = coalesce(excluded.books_classified, figure.books_classified),
    books_scanned = coalesce(excluded.books_scanned, figure.books_scanned),
    entered = coalesce(excluded.entered, figure.entered),
    attached = coalesce(excluded.attached, figure.attached),
    reviewed = coalesce(excluded.reviewed, figure.reviewed),
    corrected = coalesce(excluded.corrected, figure.corrected),
    received = coalesce(excluded.received, figure.received),
    entered_in_day = coalesce(excluded.entered_in_day, figure.entered_in_day),
    received_in_day = coalesce(excluded.received_in_day, figure.received_in_day),
    queued = coalesce(figure.queued, excluded.queued),
    awaiting = coalesce(figure.awaiting, excluded.awaiting),
    rejected = coalesce(figure.rejected, excluded.rejected),
    failed = coalesce(figure.failed, excluded.failed),
    open_defects = coalesce(figure.open_defects, excluded.open_defects)
