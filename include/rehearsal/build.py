"""One registry's history from the seed: both phases, played to the end as if nobody ever intervened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from include.rehearsal.effort import Effort, effort_of
from include.rehearsal.history import Attempts, Books, Entries, History, Numbers
from include.rehearsal.instants import DAY, NEVER, Seconds
from include.rehearsal.ministry import Ministry
from include.rehearsal.papers import allot_papers, register_shares
from include.rehearsal.phases import (
    DELETED_SHARE,
    SECOND_KEYING_SHARE,
    date_books,
    enter_phase_2,
    mistaken_entries,
    play_phase_1,
    review_phase_2,
    second_keyings,
)
from include.rehearsal.province import Leaf, Province
from include.rehearsal.sending import Queued, play_sends


def build_history(leaf: Leaf, province: Province, ministry: Ministry, seed: int, scale: float) -> History:
    """The registry's history, independent of all others; receipt numbers are given later."""
    rng = np.random.default_rng([seed, int(leaf.code)])
    shares = register_shares(province.registers, own_district=leaf.own_district)
    places = {register: place for place, register in enumerate(shares)}
    effort = effort_of(leaf, province, rng)
    old = allot_papers(rng, shares, places, 1, leaf.phase_1 - leaf.duplicates, scale)
    history = _phase_2(leaf, province, ministry, seed, scale, effort, rng, shares, places)
    past, sends = play_phase_1(rng, old, leaf.duplicates, province.start)
    date_books(rng, old.books, past, effort, province.horizon)
    _before_the_campaign(old.books, past)
    return _in_order(_joined(history, old.books, past, sends))


def _phase_2(
    leaf: Leaf,
    province: Province,
    ministry: Ministry,
    seed: int,
    scale: float,
    effort: Effort,
    rng: np.random.Generator,
    shares: dict[str, float],
    places: dict[str, int],
) -> History:
    """The history with phase 2 alone: what is keyed once is played first, since a second keying follows its receipt."""
    twice = int(rng.binomial(leaf.phase_2, SECOND_KEYING_SHARE)) if leaf.phase_2 > 1 else 0
    papers = allot_papers(rng, shares, places, 2, leaf.phase_2 - twice, scale)
    entries = enter_phase_2(rng, papers, effort, province.start)
    date_books(rng, papers.books, entries, effort, province.horizon)
    queued = review_phase_2(rng, entries, papers.books.scanned[entries.book], effort)
    history = History(
        leaf.code,
        tuple(shares),
        0,
        effort.period_hours,
        effort.staff_start,
        effort.staff_rates,
        papers.books,
        entries,
    )
    play_sends(history, Queued.first(np.arange(len(entries), dtype=np.int32), queued), ministry, seed)
    again = second_keyings(rng, entries, history.received(), twice, effort, province.horizon - 4 * DAY)
    queued = review_phase_2(rng, again, papers.books.scanned[again.book], effort)
    _add(history, again, queued, ministry, seed)
    wrong, queued = mistaken_entries(rng, entries, papers.books, round(DELETED_SHARE * leaf.phase_2), effort)
    place = len(history.entries) + np.flatnonzero(queued < NEVER)
    history.entries = history.entries.with_rows(wrong)
    never_sent = _never_sent(place, queued[queued < NEVER])
    history.attempts = history.attempts.with_rows(never_sent).in_order()
    return history


def _add(history: History, entries: Entries, queued: Seconds, ministry: Ministry, seed: int) -> None:
    place = len(history.entries) + np.arange(len(entries), dtype=np.int32)
    history.entries = history.entries.with_rows(entries)
    play_sends(history, Queued.first(place, queued), ministry, seed)


def _never_sent(entry: Numbers, queued: Seconds) -> Attempts:
    count = len(entry)

    def never() -> Seconds:
        return np.full(count, NEVER, dtype=np.int64)

    return Attempts(
        entry.astype(np.int32),
        np.ones(count, dtype=np.int32),
        queued,
        never(),
        never(),
        never(),
        np.zeros(count, dtype=np.int8),
        never(),
        np.full(count, -1, dtype=np.int32),
    )


def _before_the_campaign(books: Books, entries: Entries) -> None:
    """Phase 1's books date from phase 1: the work clocks know only the campaign."""
    first = np.full(len(books), NEVER, dtype=np.int64)
    np.minimum.at(first, entries.book, entries.entered)
    books.collected, books.classified, books.scanned = first - 9 * DAY, first - 6 * DAY, first - 2 * DAY


def _joined(history: History, books: Books, entries: Entries, attempts: Attempts) -> History:
    """The history with phase 1 before phase 2."""
    later_entries = replace(
        history.entries,
        book=history.entries.book + np.int32(len(books)),
        first_keying=_moved(history.entries.first_keying, len(entries)),
    )
    later_sends = replace(history.attempts, entry=history.attempts.entry + np.int32(len(entries)))
    return replace(
        history,
        books=_same_width(books).with_rows(_same_width(history.books)),
        entries=entries.with_rows(later_entries),
        attempts=attempts.with_rows(later_sends),
    )


def _in_order(history: History) -> History:
    """The same with entries in the order in which their rows are made, as a registry numbers them."""
    order = np.lexsort((history.entries.entered, history.entries.created)).astype(np.int32)
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    entries = history.entries.rows(order)
    same_paper = entries.first_keying
    entries.first_keying = np.where(same_paper >= 0, place[same_paper], -1).astype(np.int32)
    attempts = replace(history.attempts, entry=place[history.attempts.entry])
    return replace(history, entries=entries, attempts=attempts.in_order())


def _moved(places: Numbers, by: int) -> Numbers:
    return np.where(places >= 0, places + by, -1).astype(np.int32)


def _same_width(books: Books) -> Books:
    return replace(books, book_no=books.book_no.astype("U8"))


def first_receipts(histories: list[History]) -> None:
    """Give each registry its range of receipt numbers, one after the other."""
    running = 0
    for history in histories:
        history.first_receipt = running
        running += len(history.entries)
