"""One registry's history from the seed: both phases, played to the end as if nobody ever intervened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from include.rehearsal.effort import Effort, effort_of
from include.rehearsal.fates import draw_fates
from include.rehearsal.history import Attempts, Books, Entries, History, Numbers
from include.rehearsal.instants import DAY, NEVER, Seconds
from include.rehearsal.ministry import Ministry
from include.rehearsal.mishaps import mark_likenesses, spoil
from include.rehearsal.openers import assign_openers
from include.rehearsal.papers import Papers, allot_papers, register_shares
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
from include.rehearsal.self_reports import draw_reports
from include.rehearsal.sending import Queued, play_sends

NFD_SHARE = 0.15
"""Registries whose software writes Vietnamese in NFD, as that of one kind of computer does."""


class Player:
    """Plays one registry; depends on nothing of the others but the Ministry that all send to."""

    def __init__(self, leaf: Leaf, province: Province, ministry: Ministry, seed: int, scale: float) -> None:
        self._leaf = leaf
        self._province = province
        self._ministry = ministry
        self._seed = seed
        self._scale = scale
        self._rng = np.random.default_rng([seed, int(leaf.code)])
        self._odd = np.random.default_rng([seed, int(leaf.code), 0x0DD])
        self._fate = np.random.default_rng([seed, int(leaf.code), 0xFA7E])
        self._effort = effort_of(leaf, province, self._rng)
        self._shares = register_shares(province.registers, own_district=leaf.own_district)

    def history(self) -> History:
        """The whole history; receipt numbers are given later (`first_receipts`)."""
        leaf = self._leaf
        old = self._papers(1, leaf.phase_1 - leaf.duplicates)
        past, sends = play_phase_1(self._rng, old, leaf.duplicates, self._province.start)
        _date_old_books(old.books, past)
        history = _in_order(_joined(old.books, past, sends, self._phase_2()))
        spoil(self._odd, history)
        draw_fates(self._fate, history)
        return history

    @property
    def effort(self) -> Effort:
        """How this registry works."""
        return self._effort

    def entered(self) -> Seconds:
        """When each paper of phase 2 is entered, NEVER for one that is not; what follows is not played."""
        leaf = self._leaf
        play_phase_1(self._rng, self._papers(1, leaf.phase_1 - leaf.duplicates), leaf.duplicates, self._province.start)
        return self._enter()[2].entered

    def _papers(self, phase: int, cases: int) -> Papers:
        papers = allot_papers(self._rng, self._shares, phase, cases, self._scale)
        assign_openers(self._odd, papers.books, self._leaf)
        return papers

    def _phase_2(self) -> History:
        """Phase 2 alone: what is keyed once is played first, since a second keying follows its receipt."""
        rng, effort, horizon = self._rng, self._effort, self._province.horizon
        cases = self._leaf.phase_2
        twice, papers, entries = self._enter()
        date_books(rng, papers.books, entries, effort, horizon)
        history = History(
            self._leaf.code,
            tuple(self._shares),
            0,
            effort.period_hours,
            effort.staff_start,
            effort.staff_rates,
            self._province.start,
            papers.books,
            entries.rows(np.zeros(0, dtype=np.int64)),
            draw_reports(self._odd, self._leaf, self._province),
            formers=self._leaf.formers,
            nfd=bool(self._odd.random() < NFD_SHARE),
        )
        self._review_and_send(history, entries)
        self._review_and_send(
            history, second_keyings(rng, entries, history.received(), twice, effort, horizon - 4 * DAY)
        )
        wrong, queued = mistaken_entries(rng, entries, papers.books, round(DELETED_SHARE * cases), effort)
        place = len(history.entries) + np.flatnonzero(queued < NEVER)
        never_sent = _never_sent(place, queued[queued < NEVER])
        history.entries = history.entries.with_rows(wrong)
        history.attempts = history.attempts.with_rows(never_sent).in_order()
        return history

    def _enter(self) -> tuple[int, Papers, Entries]:
        """How many papers will be keyed twice, the papers, and their first keying."""
        cases = self._leaf.phase_2
        twice = int(self._rng.binomial(cases, SECOND_KEYING_SHARE)) if cases > 1 else 0
        papers = self._papers(2, cases - twice)
        return twice, papers, enter_phase_2(self._rng, papers, self._effort, self._province.start)

    def _review_and_send(self, history: History, entries: Entries) -> None:
        """Add entries that have been entered, and all that follows."""
        queued = review_phase_2(self._rng, entries, history.books.scanned[entries.book], self._effort)
        if len(history.entries) == 0:
            mark_likenesses(self._odd, entries)
        place = len(history.entries) + np.arange(len(entries), dtype=np.int32)
        history.entries = history.entries.with_rows(entries)
        play_sends(history, Queued.first(place, queued), self._ministry, self._seed)


def build_history(leaf: Leaf, province: Province, ministry: Ministry, seed: int, scale: float) -> History:
    """The registry's history; receipt numbers are given later."""
    return Player(leaf, province, ministry, seed, scale).history()


def first_receipts(histories: list[History]) -> None:
    """Give each registry its ranges of receipt numbers, one after the other; second receipts follow all first ones."""
    running = 0
    for history in histories:
        history.first_receipt = running
        running += len(history.entries)
    for history in histories:
        history.second_receipts = running


def _never_sent(entry: Numbers, queued: Seconds) -> Attempts:
    count = len(entry)
    never = np.full(count, NEVER, dtype=np.int64)
    return Attempts(
        entry=entry.astype(np.int32),
        number=np.ones(count, dtype=np.int32),
        queued=queued,
        sent=never,
        answered=never,
        received=never,
        outcome=np.zeros(count, dtype=np.int8),
        sent_before=never,
        key=np.full(count, -1, dtype=np.int32),
    )


def _date_old_books(books: Books, entries: Entries) -> None:
    """Phase 1's books were dealt with days before their first entry; the work clocks know only the campaign."""
    first = np.full(len(books), NEVER, dtype=np.int64)
    np.minimum.at(first, entries.book, entries.entered)
    books.collected, books.classified, books.scanned = first - 9 * DAY, first - 6 * DAY, first - 2 * DAY


def _joined(books: Books, entries: Entries, attempts: Attempts, later: History) -> History:
    """Phase 1's books, entries and sends before those of a history of phase 2."""
    same_paper = later.entries.first_keying
    entries_2 = replace(
        later.entries,
        book=later.entries.book + np.int32(len(books)),
        first_keying=np.where(same_paper >= 0, same_paper + len(entries), -1).astype(np.int32),
    )
    sends_2 = replace(later.attempts, entry=later.attempts.entry + np.int32(len(entries)))
    return replace(
        later,
        books=books.with_rows(later.books),
        entries=entries.with_rows(entries_2),
        attempts=attempts.with_rows(sends_2),
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
