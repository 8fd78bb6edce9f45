"""In which class of `docs/figures.md` every entry and every receipt is, from the simulation's own arrays."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

import numpy as np

from include.rehearsal.history import (
    BAD_DATE,
    COUNT_MISMATCH,
    DUP_PERSON,
    DUP_RECORD,
    OUTCOMES,
    REMOTE_REJECT,
    REMOTE_UNAVAILABLE,
    UNHEARD_FAILURE,
    History,
    Numbers,
)
from include.rehearsal.instants import NEVER
from include.rehearsal.reading import Reading
from include.rehearsal.shown import Shown
from include.rehearsal.state import FAILED, OK, QUEUED, REJECTED, SENT

ENTRY_CLASSES = (
    *("E1", "E2", "E3", "E4", "E5"),
    *("E6-duplicate", "E6-correctable", "E6-other", "E6-unknown"),
    *("E7-remote", "E7-other", "E7-unknown"),
    *("E8", "E9", "E10", "E11"),
)
RECEIPT_CLASSES = ("R1", "R2", "R3", "R4", "R5")
E3, E4, E5 = (ENTRY_CLASSES.index(name) for name in ("E3", "E4", "E5"))
R1, R2, R3, R4, R5 = range(5)

ClassKey = tuple[str, str, int, int, str, str]
"""Registry, register, opened year, phase, side ("entry" or "receipt"), class."""


class Classes:
    """The classes of everything that a reading shows."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        matches, at, count = reading.matches, reading.at, reading.matcher.entries
        self._first_live = matches.first_live(at, count)
        self._has_own = np.zeros(count, dtype=bool)
        self._has_own[matches.entry[matches.own]] = True
        self._uncertain = np.zeros(count, dtype=bool)
        self._uncertain[matches.entry[~matches.own & matches.live(at)[matches.receipt]]] = True

    @cached_property
    def of_entries(self) -> list[Numbers]:
        """Per registry the class (a place in ENTRY_CLASSES) of each entry, -1 for those that do not exist."""
        offsets = self.reading.matcher.offsets
        return [
            self._of_registry(one, slice(*offsets[place : place + 2])) for place, one in enumerate(self.reading.shown)
        ]

    def _of_registry(self, one: Shown, part: slice) -> Numbers:
        received, own = self._first_live[part] >= 0, self._has_own[part]
        error = np.array([_refusal(code) for code in range(len(OUTCOMES))])[one.error]
        found = np.select(
            [
                received & (one.state == OK),
                received,
                self._uncertain[part],
                own,
                one.state == OK,
                (one.state == REJECTED) | (one.state == FAILED),
                one.state == SENT,
                one.state == QUEUED,
                one.entered <= self.reading.at,
            ],
            [0, 1, 2, E4, E5, error, *(ENTRY_CLASSES.index(name) for name in ("E8", "E9", "E10"))],
            ENTRY_CLASSES.index("E11"),
        )
        return np.where(one.alive, found, -1)

    @cached_property
    def of_receipts(self) -> Numbers:
        """The class (a place in RECEIPT_CLASSES) of each row of the ledger."""
        matches = self.reading.matches
        earliest = np.zeros(len(matches.candidates), dtype=bool)
        earliest[self._first_live[self._first_live >= 0]] = True
        live = matches.live(self.reading.at)
        return np.select([~live, matches.candidates == 0, matches.candidates > 1, earliest], [R5, R4, R3, R1], R2)

    @cached_property
    def entry_of_receipt(self) -> Numbers:
        """The entry of each row of the ledger that has exactly one candidate, else -1."""
        matches = self.reading.matches
        entry = np.full(len(matches.candidates), -1, dtype=np.int64)
        entry[matches.receipt[matches.own]] = matches.entry[matches.own]
        return entry

    def registry_of_receipt(self, row: int) -> str:
        """The registry of a receipt: its entry's, else the only one that its code can mean, else ""."""
        matcher = self.reading.matcher
        entry = int(self.entry_of_receipt[row])
        if entry >= 0:
            return matcher.histories[int(matcher.registry_of(np.array([entry]))[0])].code
        meant = matcher.meanings.get(str(self.reading.matches.ledger.receipts.unit_code[row]), set())
        return matcher.histories[min(meant)].code if len(meant) == 1 else ""

    def counts(self) -> Counter[ClassKey]:
        """How many entries and receipts are in each class.

        A receipt with one candidate counts under the book of its entry, others under what they say, in phase 0.
        """
        found: Counter[ClassKey] = Counter()
        receipts, matcher = self.reading.matches.ledger.receipts, self.reading.matcher
        for place, one in enumerate(self.reading.shown):
            groups, of_book = _groups(one.history)
            of_entry = of_book[one.book]
            pairs: list[tuple[Numbers, Numbers, str, tuple[str, ...]]]
            pairs = [(of_entry, self.of_entries[place], "entry", ENTRY_CLASSES)]
            first, end = matcher.offsets[place : place + 2]
            rows = np.flatnonzero((self.entry_of_receipt >= first) & (self.entry_of_receipt < end))
            group = of_entry[self.entry_of_receipt[rows] - first]
            pairs.append((group, self.of_receipts[rows], "receipt", RECEIPT_CLASSES))
            for group, kind, side, names in pairs:
                known = kind >= 0
                codes, items = np.unique(group[known] * 32 + kind[known], return_counts=True)
                for code, number in zip(codes.tolist(), items.tolist(), strict=True):
                    found[one.history.code, *groups[code // 32], side, names[code % 32]] += number
        for row in np.flatnonzero(self.entry_of_receipt < 0).tolist():
            history = matcher.histories[int(self.reading.matches.ledger.home[row])]
            book = int(receipts.book[row])
            register, year = history.registers[history.books.register[book]], int(history.books.opened_year[book])
            name = RECEIPT_CLASSES[int(self.of_receipts[row])]
            found[self.registry_of_receipt(row), register, year, 0, "receipt", name] += 1
        return found


def _refusal(code: int) -> int:
    """The class of a rejection or failure with this code; NEVER for what is neither."""
    if code == 0:
        return NEVER
    if code == UNHEARD_FAILURE:
        name = "E7-unknown"
    elif code >= REMOTE_UNAVAILABLE:
        name = "E7-remote"
    elif code in (DUP_RECORD, DUP_PERSON):
        name = "E6-duplicate"
    elif BAD_DATE <= code <= COUNT_MISMATCH:
        name = "E6-correctable"
    else:
        name = "E6-other" if code == REMOTE_REJECT else "E6-unknown"
    return ENTRY_CLASSES.index(name)


def _groups(history: History) -> tuple[list[tuple[str, int, int]], Numbers]:
    """The (register, opened year, phase) of the books, and the place of each book's triple among them."""
    books = history.books
    codes = books.register.astype(np.int64) * 100_000 + books.opened_year.astype(np.int64) * 10 + books.phase
    found, of_book = np.unique(codes, return_inverse=True)
    groups = [(history.registers[code // 100_000], code // 10 % 10_000, code % 10) for code in found.tolist()]
    return groups, of_book
