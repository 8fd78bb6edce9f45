"""The two phases' entries with all their instants: phase 1 long done, phase 2 to be done in the campaign."""

from __future__ import annotations

import numpy as np

from include.rehearsal.effort import Effort
from include.rehearsal.history import (
    ACCEPTED,
    BAD_CODE,
    BAD_DATE,
    COUNT_MISMATCH,
    DUP_PERSON,
    DUP_RECORD,
    MISSING_REQUIRED,
    NAME_UNPARSED,
    REMOTE_REJECT,
    SCAN_MISSING,
    UNKNOWN_CODE,
    Attempts,
    Books,
    Entries,
    Numbers,
)
from include.rehearsal.instants import DAY, HOUR, MINUTE, NEVER, Seconds, WorkClock
from include.rehearsal.papers import Papers

PHASE_1_DAYS = 1700
"""Days over which phase 1 was entered; it ended half a year before the campaign."""
DEFECT_SHARE, LATENT_SHARE = 0.06, 0.015
"""Entries with a defect that the registry itself sees, and with one that only the Ministry will see."""
REFUSED_SHARE = 0.006
"""Entries that the Ministry refuses for no defect that could be corrected."""
SECOND_KEYING_SHARE, DELETED_SHARE = 0.008, 0.004


def blank(book: Numbers, number: Numbers) -> Entries:
    """Entries of these papers to which nothing has happened."""
    count = len(book)

    def never() -> Seconds:
        return np.full(count, NEVER, dtype=np.int64)

    def zero() -> Numbers:
        return np.zeros(count, dtype=np.int8)

    return Entries(
        book=book.astype(np.int32),
        number=number.astype(np.int32),
        first_keying=np.full(count, -1, dtype=np.int32),
        created=never(),
        entered=never(),
        attached=never(),
        reviewed=never(),
        corrected=never(),
        deleted=never(),
        defect=zero(),
        flawed_from=never(),
        flawed_until=never(),
        latent=zero(),
        person=np.zeros(count, dtype=np.int64),
        page_kind=zero(),
        moved=never(),
        moved_to=np.full(count, -1, dtype=np.int32),
        unreviewed=never(),
        rereviewed=never(),
        poison=zero(),
        patient=zero(),
        single=zero(),
    )


def play_phase_1(rng: np.random.Generator, papers: Papers, second_keyings: int, start: int) -> tuple[Entries, Attempts]:
    """Everything entered, reviewed and sent before the campaign; so many papers keyed twice and refused as DUP_RECORD.

    Each second keying has the same book and number as an entry that the ledger received. Of the first keyings a few
    never got their answer.
    """
    count = len(papers.book)
    twice = np.sort(rng.choice(count, second_keyings, replace=False))
    first = np.concatenate((np.full(count, -1), twice)).astype(np.int32)
    entries = blank(np.append(papers.book, papers.book[twice]), np.append(papers.number, papers.number[twice]))
    entries.first_keying = first
    ends = start - 200 * DAY
    day = rng.integers(0, PHASE_1_DAYS, count)
    entered = ends - day * DAY + rng.integers(0, 9 * HOUR, count)
    later = entered[twice] + rng.integers(25 * DAY, 120 * DAY, second_keyings)
    entries.entered = np.append(entered, later)
    total = len(entries)
    entries.created = entries.entered - rng.integers(60, 1800, total)
    entries.attached = entries.entered + rng.integers(60, 3 * DAY, total)
    entries.reviewed = entries.attached + rng.integers(HOUR, 5 * DAY, total)
    corrected = rng.random(total) < 0.04
    entries.corrected = np.where(corrected, entries.reviewed + rng.integers(HOUR, 2 * DAY, total), NEVER)
    flawed = np.where(rng.random(total) < 0.004, MISSING_REQUIRED, 0) * ~corrected
    entries.defect = flawed.astype(np.int8)
    entries.flawed_from = np.where(flawed > 0, entries.reviewed, NEVER)
    queued = entries.reviewed + rng.integers(2 * DAY, 5 * DAY, total)
    sent = queued + rng.integers(HOUR, 12 * HOUR, total)
    arrived = sent + rng.integers(2, 30, total)
    duplicate = first >= 0
    lost = ~duplicate & (rng.random(total) < 0.0005)
    attempts = Attempts(
        entry=np.arange(total, dtype=np.int32),
        number=np.ones(total, dtype=np.int32),
        queued=queued,
        sent=sent,
        answered=np.where(lost, NEVER, arrived + 2),
        received=np.where(duplicate, NEVER, arrived),
        outcome=np.where(duplicate, DUP_RECORD, ACCEPTED).astype(np.int8),
        sent_before=np.full(total, NEVER, dtype=np.int64),
        key=np.full(total, -1, dtype=np.int32),
    )
    return entries, attempts


def date_books(rng: np.random.Generator, books: Books, entries: Entries, effort: Effort, horizon: int) -> None:
    """When each book was collected, classified and scanned: around its first entry, or later in the campaign."""
    count = len(books)
    first = np.full(count, NEVER, dtype=np.int64)
    np.minimum.at(first, entries.book, entries.entered)
    begun = first < NEVER
    scanned = np.where(begun, first + rng.integers(-30 * HOUR, 20 * HOUR, count), NEVER)
    unbegun = horizon - rng.integers(10 * DAY, 28 * DAY, count)
    classified = np.where(begun, scanned, unbegun) - rng.integers(1 * HOUR, 40 * HOUR, count)
    collected = classified - rng.integers(3 * HOUR, 96 * HOUR, count)
    books.collected = _at_work(effort.staff, collected)
    books.classified = np.maximum(_at_work(effort.staff, classified), books.collected + HOUR)
    books.scanned = np.where(begun, np.maximum(_at_work(effort.staff, scanned), books.classified + HOUR), NEVER)


def enter_phase_2(rng: np.random.Generator, papers: Papers, effort: Effort, start: int) -> Entries:
    """When each paper is entered: book after book, a few at a time, at the registry's pace; NEVER if it is too slow."""
    entries = blank(papers.book, papers.number)
    count = len(entries)
    books = len(papers.books)
    turn = rng.permutation(books)[papers.book] + rng.uniform(0, 2.0, count)
    order = np.lexsort((papers.number, turn))
    entered = np.empty(count, dtype=np.int64)
    entered[order] = effort.entry.when((np.arange(count) + rng.random(count)) / max(count, 1))
    entries.entered = np.where(entered < NEVER, np.maximum(entered, start + MINUTE), NEVER)
    entries.created = _shell(rng, entries.entered, start)
    return entries


def review_phase_2(rng: np.random.Generator, entries: Entries, scanned: Seconds, effort: Effort) -> Seconds:
    """Fill in the later steps of entries that have been entered; answer when each is first queued.

    `scanned` is when each entry's book was scanned: no page is attached before.
    """
    count = len(entries)
    staff = effort.staff
    entries.attached = staff.after(np.maximum(entries.entered, scanned), rng.exponential(5, count))
    entries.reviewed = staff.after(entries.attached, 1 + rng.exponential(11, count))
    defects = [BAD_DATE, MISSING_REQUIRED, BAD_CODE, SCAN_MISSING, NAME_UNPARSED, COUNT_MISMATCH]
    codes = rng.choice(defects, count, p=[0.31, 0.27, 0.18, 0.12, 0.08, 0.04])
    luck = rng.random(count)
    seen = luck < DEFECT_SHARE
    corrected = seen & (rng.random(count) < 0.85)
    entries.defect = np.where(seen, codes, 0).astype(np.int8)
    entries.flawed_from = np.where(seen, entries.entered, NEVER)
    by_the_way = ~seen & (rng.random(count) < 0.02)
    when = staff.after(entries.reviewed, rng.exponential(12, count))
    entries.corrected = np.where(corrected | by_the_way, when, NEVER)
    entries.flawed_until = np.where(corrected, when, NEVER)
    left = seen & ~corrected
    unseen = ~by_the_way & (luck > 1 - LATENT_SHARE)
    refused = ~by_the_way & (luck > 0.5) & (luck < 0.5 + REFUSED_SHARE)
    refusals = rng.choice([DUP_PERSON, REMOTE_REJECT, UNKNOWN_CODE], count, p=[0.5, 0.3, 0.2])
    entries.latent = np.select([left | unseen, refused], [codes, refusals], 0).astype(np.int8)
    ready = np.where(corrected | by_the_way, when, entries.reviewed)
    queued = staff.after(ready, rng.exponential(3, count))
    return np.where(left & (rng.random(count) < 0.5), NEVER, queued)


def second_keyings(
    rng: np.random.Generator, entries: Entries, received: Seconds, count: int, effort: Effort, last: int
) -> Entries:
    """Papers keyed again after their first keying was received, before `last`; the others are never keyed."""
    candidates = np.flatnonzero(received < last)
    chosen = np.sort(rng.choice(candidates, min(count, len(candidates)), replace=False))
    idle = rng.choice(len(entries), count - len(chosen), replace=count > len(entries))
    again = blank(entries.book[np.append(chosen, idle)], entries.number[np.append(chosen, idle)])
    again.first_keying = np.append(chosen, np.full(len(idle), -1)).astype(np.int32)
    keyed = len(chosen)
    again.entered[:keyed] = effort.staff.after(received[chosen], rng.uniform(3, 40, keyed))
    again.created = _shell(rng, again.entered, 0)
    return again


def mistaken_entries(
    rng: np.random.Generator, entries: Entries, books: Books, count: int, effort: Effort
) -> tuple[Entries, Seconds]:
    """Entries of no paper, deleted some hours later and never sent; with when each was queued (NEVER for most)."""
    candidates = np.flatnonzero(entries.entered < NEVER)
    like = rng.choice(candidates, min(count, len(candidates)), replace=False)
    book = entries.book[like]
    wrong = blank(book, books.pages[book] * 3 + 1 + np.arange(len(like)))
    wrong.entered = entries.entered[like] + rng.integers(60, HOUR, len(like))
    wrong.created = _shell(rng, wrong.entered, 0)
    wrong.deleted = effort.staff.after(wrong.entered, rng.uniform(1, 30, len(like)))
    wrong = wrong.rows(wrong.deleted < NEVER)
    halfway = (wrong.entered + wrong.deleted) // 2
    return wrong, np.where(rng.random(len(wrong)) < 0.25, halfway, NEVER)


def _shell(rng: np.random.Generator, entered: Seconds, start: int) -> Seconds:
    """When the row is made: minutes before the entry is complete, hours for a few."""
    count = len(entered)
    before = np.where(rng.random(count) < 0.03, rng.integers(HOUR, 12 * HOUR, count), rng.integers(60, 1200, count))
    return np.where(entered < NEVER, np.minimum(np.maximum(entered - before, start + 1), entered), NEVER)


def _at_work(staff: WorkClock, at: Seconds) -> Seconds:
    """The same instant or, in the night, one a little later when somebody works."""
    return staff.after(at, np.full(len(at), 0.2))
