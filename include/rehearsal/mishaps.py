"""What people do to the records besides their work: files misnamed, pages miscounted, cases moved, reviews undone."""

from __future__ import annotations

import numpy as np

from include.rehearsal.history import ACCEPTED, DUP_PERSON, NEIGHBOUR, RIGHT_NAME, SPACED, Books, Entries, History
from include.rehearsal.instants import DAY, HOUR, NEVER

LIKENESS_SHARE = 0.006
"""Pairs of entries with one birth date, as of all cases: twins next to each other, or one person registered twice."""
TWINS_AMONG_LIKE = 0.6
SUSPECTED_SHARE = 0.5
"""Of the second of such a pair, how many the Ministry takes for a double (DUP_PERSON)."""
MISNAMED_PAGE_SHARE = {1: 0.003, 2: 0.025}
MISNAMED_BOOK_SHARE = 0.04
WRONG_TOTAL_SHARE = {1: 0.03, 2: 0.12}
MOVED_SHARE, UNREVIEWED_SHARE, DISCARDED_SHARE = 0.005, 0.008, 0.003


def mark_likenesses(rng: np.random.Generator, entries: Entries) -> None:
    """Give twins one birth date, and some people two entries; the Ministry will suspect some of the second ones."""
    count = len(entries)
    for number in range(round(LIKENESS_SHARE * count)):
        first = int(rng.integers(0, count - 1))
        twins = rng.random() < TWINS_AMONG_LIKE
        second = first + 1 if twins else int(rng.integers(0, count))
        together = entries.book[first] == entries.book[second]
        if first == second or twins != together or entries.person[[first, second]].any():
            continue
        entries.person[[first, second]] = (number + 1) * (-1 if twins else 1)
        if rng.random() < SUSPECTED_SHARE and entries.latent[second] == 0 and entries.defect[second] == 0:
            entries.latent[second] = DUP_PERSON


def spoil(rng: np.random.Generator, history: History) -> None:
    """Write all other mishaps into a history that has been played."""
    _misname(rng, history.books, history.entries)
    _miscount(rng, history.books)
    _move(rng, history.books, history.entries)
    _take_reviews_back(rng, history.books, history.entries)
    _discard(rng, history)


def _misname(rng: np.random.Generator, books: Books, entries: Entries) -> None:
    share = np.where(books.phase[entries.book] == 1, MISNAMED_PAGE_SHARE[1], MISNAMED_PAGE_SHARE[2])
    wrong = rng.random(len(entries)) < share
    entries.page_kind = np.where(wrong, rng.integers(SPACED, NEIGHBOUR + 1, len(entries)), RIGHT_NAME).astype(np.int8)
    wrong = rng.random(len(books)) < MISNAMED_BOOK_SHARE
    books.scan_kind = np.where(wrong, rng.integers(SPACED, NEIGHBOUR, len(books)), RIGHT_NAME).astype(np.int8)


def _miscount(rng: np.random.Generator, books: Books) -> None:
    """The total on the closing page is wrong by a few in some books; where there is none it stays so."""
    share = np.where(books.phase == 1, WRONG_TOTAL_SHARE[1], WRONG_TOTAL_SHARE[2])
    wrong = (books.closing_total > 0) & (rng.random(len(books)) < share)
    off = rng.choice([-2, -1, 1, 2, 3], len(books))
    books.closing_total = np.where(wrong, np.maximum(books.closing_total + off, 1), books.closing_total).astype(
        np.int32
    )


def _move(rng: np.random.Generator, books: Books, entries: Entries) -> None:
    """Entries that were keyed into the wrong book are moved to another of the same register and phase."""
    luck = rng.random(len(entries))
    later = rng.integers(2 * HOUR, 6 * DAY, len(entries))
    in_campaign = (books.phase[entries.book] == 2) & (entries.entered < NEVER) & (entries.deleted >= NEVER)
    for entry in np.flatnonzero(in_campaign & (luck < MOVED_SHARE)).tolist():
        book = int(entries.book[entry])
        alike = (books.register == books.register[book]) & (books.phase == 2)
        others = np.setdiff1d(np.flatnonzero(alike), [book])
        if len(others):
            entries.moved_to[entry] = rng.choice(others)
            entries.moved[entry] = entries.entered[entry] + later[entry]


def _take_reviews_back(rng: np.random.Generator, books: Books, entries: Entries) -> None:
    """Reviews withdrawn after some hours or days; most of these entries are reviewed once more."""
    count = len(entries)
    luck, again = rng.random(count), rng.random(count) < 0.8
    after, later = rng.integers(HOUR, 3 * DAY, count), rng.integers(4 * HOUR, 4 * DAY, count)
    taken_back = (books.phase[entries.book] == 2) & (entries.reviewed < NEVER) & (luck < UNREVIEWED_SHARE)
    entries.unreviewed = np.where(taken_back, entries.reviewed + after, NEVER)
    entries.rereviewed = np.where(taken_back & again, entries.unreviewed + later, NEVER)


def _discard(rng: np.random.Generator, history: History) -> None:
    """Entries deleted days after they were accepted: the ledger still has their receipts, and the registry no entry."""
    attempts, entries = history.attempts, history.entries
    luck, after = rng.random(len(attempts)), rng.integers(6 * HOUR, 6 * DAY, len(attempts))
    done = (attempts.outcome == ACCEPTED) & (attempts.answered < NEVER) & (luck < DISCARDED_SHARE)
    done &= history.books.phase[entries.book[attempts.entry]] == 2
    entries.deleted[attempts.entry[done]] = (attempts.answered + after)[done]
