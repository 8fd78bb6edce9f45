"""What a registry shows its readers at an instant: its history, seen through a restored backup and a wrong clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from include.rehearsal.history import History, Numbers
from include.rehearsal.instants import NEVER, Seconds
from include.rehearsal.scans import page_number
from include.rehearsal.state import book_of, exists, flawed, reviewed_by, transfers


def instant_shown(history: History, at: int) -> int:
    """The instant of its own history at which a registry stands: an earlier one while it catches up after a restore."""
    for restored, back_to, caught_up in history.restores:
        if restored <= at < caught_up:
            return back_to + (at - restored) * (caught_up - back_to) // (caught_up - restored)
    return at


def as_written(history: History, at: Seconds) -> Seconds:
    """Instants as the registry's clock tells them: hours ahead where they lie in a time when it was set wrong."""
    written = at
    for start, end, ahead in history.wrong_clocks:
        written = np.where((at >= start) & (at < end), at + ahead, written)
    return written


@dataclass(frozen=True)
class Shown:
    """One registry at a reading. Arrays have an element per entry of the history, whether it exists now or not.

    Timestamps are as written, NEVER for null; `stands` is the instant of the history.
    """

    history: History
    stands: int
    alive: NDArray[np.bool_]
    book: Numbers
    entered: Seconds
    attached: Seconds
    reviewed: Seconds
    corrected: Seconds
    state: Numbers
    error: Numbers
    defective: NDArray[np.bool_]
    collected: Seconds
    classified: Seconds
    scanned: Seconds

    @property
    def page_book(self) -> Numbers:
        """The book in the name of each entry's page."""
        entries = self.history.entries
        return np.where(entries.moved <= entries.attached, self.book, entries.book)

    @property
    def page_number(self) -> Numbers:
        """The number in the name of each entry's page."""
        return page_number(self.history.entries)


def look(history: History, at: int) -> Shown:
    """What the registry shows at an instant."""
    stands = instant_shown(history, at)
    books, entries = history.books, history.entries
    now = transfers(history, stands)

    def written(instants: Seconds) -> Seconds:
        return as_written(history, np.where(instants <= stands, instants, NEVER))

    return Shown(
        history=history,
        stands=stands,
        alive=exists(history, stands),
        book=book_of(history, stands),
        entered=written(entries.entered),
        attached=written(entries.attached),
        reviewed=written(reviewed_by(history, stands)),
        corrected=written(entries.corrected),
        state=now.state,
        error=now.error,
        defective=flawed(history, stands),
        collected=written(books.collected),
        classified=written(books.classified),
        scanned=written(books.scanned),
    )
