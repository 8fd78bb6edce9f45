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

ACCEPTED, DUP_RECORD, BAD_DATE, MISSING_REQUIRED, BAD_CODE, SCAN_MISSING, NAME_UNPARSED, COUNT_MISMATCH = range(8)
DUP_PERSON, REMOTE_REJECT, UNKNOWN_CODE = range(8, 11)
REMOTE_UNAVAILABLE, REMOTE_TIMEOUT, REMOTE_THROTTLED, UNHEARD_FAILURE = range(11, 15)
OUTCOMES = (
    "",
    "DUP_RECORD",
    "BAD_DATE",
    "MISSING_REQUIRED",
    "BAD_CODE",
    "SCAN_MISSING",
    "NAME_UNPARSED",
    "COUNT_MISMATCH",
    "DUP_PERSON",
    "REMOTE_REJECT",
    "HT_0417",
    "REMOTE_UNAVAILABLE",
    "REMOTE_TIMEOUT",
    "REMOTE_THROTTLED",
    "HT_0503",
)
"""Answers to a send by their number in the arrays: acceptance, refusals, and from `REMOTE_UNAVAILABLE` on failures.

Of the refusals, those from `BAD_DATE` to `COUNT_MISMATCH` can be corrected; nobody has heard of HT_0417 and HT_0503.
"""
PLAIN, SLASHED, NAMED = range(3)
"""How the entry numbers of a book are written: "12", "12/2004", "số 12"."""
RIGHT_NAME, SPACED, PREFIXED, COPY, JPG, NEIGHBOUR = range(6)
"""How a scan is named: as the plan says; with blanks, a prefix, "(1)" or jpg instead; by the number of a neighbour."""

Numbers = NDArray[Any]


@dataclass
class Table:
    """Columns of equal length."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def rows(self, which: Numbers) -> Self:
        """The rows that an index or a mask names, in its order."""
        return type(self)(**{column.name: getattr(self, column.name)[which] for column in fields(self)})

    def with_rows(self, *others: Self) -> Self:
        """These rows, then the others'."""
        tables = (self, *others)
        return type(self)(
            **{
                column.name: np.concatenate([getattr(table, column.name) for table in tables])
                for column in fields(self)
            }
        )


@dataclass
class Books(Table):
    """Register books. `register` is a place in the history's `registers`; years and totals are 0 for none.

    `style` is how its entry numbers are written, `opened_by` the code of the unit that opened it, `careless` whether it
    is dealt with by a software that sends no entry id and loses answers, `scan_kind` how its scan is named.
    """

    register: Numbers
    phase: Numbers
    opened_year: Numbers
    closed_year: Numbers
    book_no: Numbers
    pages: Numbers
    closing_total: Numbers
    style: Numbers
    opened_by: Numbers
    careless: Numbers
    scan_kind: Numbers
    collected: Seconds
    classified: Seconds
    scanned: Seconds


@dataclass
class Entries(Table):
    """Cases. `book` is a place in the books; `first_keying` the entry that keyed the same paper before (-1: none).

    `defect` is an outcome number, open from `flawed_from` until `flawed_until`; `latent` what the Ministry refuses
    until the entry is corrected. `person` is 0 or a number: entries that share its size are of people with one birth
    date, and where it is above 0 of one name. `page_kind` is how its page is named. `poison` is the failure with which
    every send of it ends (0: none), `patient` whether the registry, once it has corrected the entry, waits for others
    to put it back, `single` whether it is taken for a double and is none: accepted when it is put back.
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
    person: Numbers
    page_kind: Numbers
    moved: Seconds
    moved_to: Numbers
    unreviewed: Seconds
    rereviewed: Seconds
    poison: Numbers
    patient: Numbers
    single: Numbers


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
    """The world's own log of what the system put back: entry, place in `keys`, the world's instant at that time.

    `state` and `error` are of the transfer as the registry showed it before, `received` whether the ledger then had a
    live receipt of the entry, seen or not, `changed` whether anything of the entry was changed since the last answer.
    """

    entry: Numbers
    key: Numbers
    at: Seconds
    state: Numbers
    error: Numbers
    received: Numbers
    changed: Numbers

    @classmethod
    def none(cls) -> Self:
        """An empty log."""
        whole, at, small = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int8)
        return cls(whole, whole, at, small, small, np.zeros(0, dtype=bool), np.zeros(0, dtype=bool))


@dataclass
class Reports(Table):
    """A registry's reports of itself, a row per day of the campaign.

    `date` counts days since the epoch; `submitted` is NEVER for one that is never handed in. `stretched` is the share
    by which the figures are rounded up, `slip` a mistake in one of them, `stale` says that those of the day before
    are copied. `people` has a column per kind.
    """

    date: Numbers
    submitted: Seconds
    stretched: Numbers
    slip: Numbers
    stale: Numbers
    people: Numbers
    computers: Numbers
    scanners: Numbers
    internet_ok: Numbers
    difficulty: Numbers


@dataclass
class History:
    """One registry's whole history.

    Attributes:
        code: GSO code of the registry.
        registers: codes of the registers it keeps.
        first_receipt: receipt ids of its entries follow this number.
        second_receipts: what is added to that for an entry's second receipt.
        formers: codes of units that no longer exist, whose books it keeps.
        nfd: whether its software writes texts in NFD.
        start: the campaign's first instant.
        restores: (when a backup was restored, the instant it is of, when its staff had caught up again).
        wrong_clocks: (from when, until when, by how many seconds its clock is ahead).
        schema_faults: (kind, from when, until when) its database is not what the contract says.
        period_hours: hours between two runs of its sending software, at most.
        clock_start: first instant of its staff's work clock; `staff_rates` are that clock's hours.
    """

    code: str
    registers: tuple[str, ...]
    first_receipt: int
    period_hours: float
    clock_start: int
    staff_rates: NDArray[np.float64]
    start: int
    books: Books
    entries: Entries
    reports: Reports
    attempts: Attempts = field(default_factory=Attempts.none)
    requeues: Requeues = field(default_factory=Requeues.none)
    keys: tuple[str, ...] = ()
    formers: tuple[str, ...] = ()
    nfd: bool = False
    second_receipts: int = 0
    restores: tuple[tuple[int, int, int], ...] = ()
    wrong_clocks: tuple[tuple[int, int, int], ...] = ()
    schema_faults: tuple[tuple[str, int, int], ...] = ()

    @property
    def staff(self) -> WorkClock:
        """The work clock of its staff."""
        return WorkClock(self.clock_start, self.staff_rates)

    def received(self) -> Seconds:
        """When the ledger writes each entry's receipt, NEVER where it does not."""
        received = np.full(len(self.entries), NEVER, dtype=np.int64)
        np.minimum.at(received, self.attempts.entry, self.attempts.received)
        return received
