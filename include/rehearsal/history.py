"""What happens in one registry: books, entries and sends with the instants of all their events, past and to come.

All instants are seconds since the epoch, NEVER where an event does not happen. What stands in a registry at an
instant follows from these arrays alone (`state.py`), so it does not matter in how many steps the world gets there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from include.rehearsal.instants import NEVER, Seconds, WorkClock

ACCEPTED, DUP_RECORD, BAD_DATE, MISSING_REQUIRED, BAD_CODE, SCAN_MISSING = range(6)
REMOTE_UNAVAILABLE, REMOTE_TIMEOUT, REMOTE_THROTTLED = range(6, 9)
OUTCOMES = (
    "",
    "DUP_RECORD",
    "BAD_DATE",
    "MISSING_REQUIRED",
    "BAD_CODE",
    "SCAN_MISSING",
    "REMOTE_UNAVAILABLE",
    "REMOTE_TIMEOUT",
    "REMOTE_THROTTLED",
)
"""Answers to a send by their number in the arrays: acceptance, refusals, and from `REMOTE_UNAVAILABLE` on failures."""

Numbers = NDArray[Any]


@dataclass
class Table:
    """Columns of equal length."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def rows(self, which: Numbers) -> Self:
        """The rows that an index or a mask names, in its order."""
        return type(self)(**{column.name: getattr(self, column.name)[which] for column in fields(self)})

    def with_rows(self, other: Self) -> Self:
        """These rows, then the other's."""
        return type(self)(
            **{
                column.name: np.concatenate((getattr(self, column.name), getattr(other, column.name)))
                for column in fields(self)
            }
        )


@dataclass
class Books(Table):
    """Register books. `register` is a place in the history's `registers`; years and totals are 0 for none."""

    register: Numbers
    phase: Numbers
    opened_year: Numbers
    closed_year: Numbers
    book_no: Numbers
    pages: Numbers
    closing_total: Numbers
    slashed: Numbers
    """Whether entry numbers are written "12/2004"."""
    collected: Seconds
    classified: Seconds
    scanned: Seconds


@dataclass
class Entries(Table):
    """Cases. `book` is a place in the books; `first_keying` the entry that keyed the same paper before (-1: none).

    `defect` is an outcome number, open from `flawed_from` until `flawed_until`; `latent` what the Ministry refuses
    until the entry is corrected.
    """

    book: Numbers
    number: Numbers
    first_keying: Numbers
    created: Seconds
    entered: Seconds
    attached: Seconds
    reviewed: Seconds
    corrected: Seconds
    deleted: Seconds
    defect: Numbers
    flawed_from: Seconds
    flawed_until: Seconds
    latent: Numbers


@dataclass
class Attempts(Table):
    """Sends, from being queued to the answer. `received` is when the ledger writes its receipt (NEVER: it does not).

    Kept in the order of entry and number. `sent_before` is the last send before this one (NEVER: none), `key` a
    place in the history's `keys` (-1: the entry was never put back by the system).
    """

    entry: Numbers
    number: Numbers
    queued: Seconds
    sent: Seconds
    answered: Seconds
    received: Seconds
    outcome: Numbers
    sent_before: Seconds
    key: Numbers

    @classmethod
    def none(cls) -> Self:
        """No attempts."""
        whole, at = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64)
        return cls(whole, whole, at, at, at, at, whole, at, whole)

    def in_order(self) -> Self:
        """The same rows by entry and number."""
        return self.rows(np.lexsort((self.number, self.entry)))


@dataclass
class Requeues(Table):
    """The world's own log of what the system put back: entry, place in `keys`, the world's instant at that time."""

    entry: Numbers
    key: Numbers
    at: Seconds

    @classmethod
    def none(cls) -> Self:
        """An empty log."""
        return cls(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64))


@dataclass
class History:
    """One registry's whole history.

    Attributes:
        code: GSO code of the registry.
        registers: codes of the registers it keeps.
        first_receipt: receipt ids of its entries follow this number.
        period_hours: hours between two runs of its sending software, at most.
        clock_start: first instant of its staff's work clock; `staff_rates` are that clock's hours.
    """

    code: str
    registers: tuple[str, ...]
    first_receipt: int
    period_hours: float
    clock_start: int
    staff_rates: NDArray[np.float64]
    books: Books
    entries: Entries
    attempts: Attempts = field(default_factory=Attempts.none)
    requeues: Requeues = field(default_factory=Requeues.none)
    keys: tuple[str, ...] = ()

    @property
    def staff(self) -> WorkClock:
        """The work clock of its staff."""
        return WorkClock(self.clock_start, self.staff_rates)

    def received(self) -> Seconds:
        """When the ledger writes each entry's receipt, NEVER where it does not."""
        received = np.full(len(self.entries), NEVER, dtype=np.int64)
        np.minimum.at(received, self.attempts.entry, self.attempts.received)
        return received
