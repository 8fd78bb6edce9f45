"""Which receipt belongs to which entry, by the rules of `docs/figures.md` over the simulation's own arrays.

Written for the truth: it sees what a reader of registries and ledger could see and nothing that only the world knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from include.rehearsal.history import PLAIN, History, Numbers
from include.rehearsal.instants import Seconds
from include.rehearsal.receipts import BARE, Receipts
from include.rehearsal.shown import Shown
from include.rehearsal.state import OK

Mask = NDArray[np.bool_]


def folded(text: str) -> str:
    """A text as it is compared: NFC, without outer and double blanks, in small letters."""
    return " ".join(normalize("NFC", text).split()).lower()


@dataclass(frozen=True)
class Ledger:
    """The receipts that a reading of the ledger shows, of all registries: a row each.

    `home` is the registry (place among the histories) whose entry the world sent; `key` the natural key as written.
    """

    receipts: Receipts
    home: Numbers
    key: Numbers


@dataclass(frozen=True)
class Matches:
    """Receipts and the entries that each can be of: a row per receipt (`receipt`, a row of the ledger) and candidate.

    An entry is a place among all entries of all registries, one registry after the other. `candidates` is how many
    each receipt has, `by_ref` which receipts carry the reference that a registry holds.
    """

    ledger: Ledger
    receipt: Numbers
    entry: Numbers
    candidates: Numbers
    by_ref: Mask

    @cached_property
    def own(self) -> Mask:
        """Which pairs are of a receipt with one candidate."""
        return self.candidates[self.receipt] == 1

    def live(self, as_of: int) -> Mask:
        """Which receipts are received by then and not withdrawn."""
        receipts = self.ledger.receipts
        return (receipts.received <= as_of) & (receipts.cancelled > as_of)

    def first_live(self, as_of: Seconds | int, entries: int) -> Numbers:
        """The row of each entry's earliest live receipt of its own (by time, then number), -1 where there is none.

        Args:
            as_of: an instant, or one for each pair.
            entries: how many there are.
        """
        receipts = self.ledger.receipts
        received, cancelled = receipts.received[self.receipt], receipts.cancelled[self.receipt]
        live = np.flatnonzero(self.own & (received <= as_of) & (cancelled > as_of))
        order = live[np.lexsort((receipts.receipt_id[self.receipt[live]], received[live]))][::-1]
        first = np.full(entries, -1, dtype=np.int64)
        first[self.entry[order]] = self.receipt[order]  # the last written is the earliest
        return first


class Matcher:
    """Matches receipts with entries for one set of registries.

    Args:
        histories: of all registries.
        meant_by: unit code → codes of the registries that the plan says it can mean.
    """

    def __init__(self, histories: Sequence[History], meant_by: Mapping[str, Iterable[str]]) -> None:
        self.histories = histories
        place = {history.code: number for number, history in enumerate(histories)}
        sizes = [len(history.entries) for history in histories]
        self.offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        self.planned = {code: {place[one] for one in meant if one in place} for code, meant in meant_by.items()}
        self.meanings = {code: set(meant) for code, meant in self.planned.items()}
        for number, history in enumerate(histories):
            for opener in np.unique(history.books.opened_by).tolist():
                self.meanings.setdefault(opener, set()).add(number)
        known: dict[tuple[str, int, str], int] = {}
        self.book_keys = [_book_keys(history, known) for history in histories]

    @property
    def entries(self) -> int:
        """How many entries all registries ever have."""
        return int(self.offsets[-1])

    def ledger(self, receipts: Sequence[Receipts], at: int) -> Ledger:
        """What a reading of the ledger shows at an instant."""
        rows, homes, keys = [], [], []
        for number, of_history in enumerate(receipts):
            shown = of_history.rows(of_history.received <= at)
            style = self.histories[number].books.style[shown.book]
            style = np.where(shown.spelling == BARE, PLAIN, style)
            rows.append(shown)
            homes.append(np.full(len(shown), number))
            keys.append(_key(self.book_keys[number][shown.book], shown.number, style))
        return Ledger(rows[0].with_rows(*rows[1:]), np.concatenate(homes), np.concatenate(keys))

    def entry_keys(self, shown: Shown, place: int) -> Numbers:
        """The natural key of each entry of a registry, but for the unit, as it stands there."""
        style = shown.history.books.style[shown.book]
        return _key(self.book_keys[place][shown.book], shown.history.entries.number, style)

    def match(self, shown: Sequence[Shown], ledger: Ledger) -> Matches:
        """By reference, else by the sender's id, else by the natural key; always within what the unit code can mean."""
        receipts = ledger.receipts
        states = np.concatenate([one.state for one in shown])
        alive = np.concatenate([one.alive for one in shown])
        true_entry = self.offsets[ledger.home] + receipts.entry
        # A registry holds the reference of its entry's first receipt, once that is acknowledged.
        by_ref = ~receipts.second & (states[true_entry] == OK) & alive[true_entry]
        pairs = [(np.flatnonzero(by_ref), true_entry[by_ref])]
        left = ~by_ref
        pairs.append(self._by_sender(ledger, np.flatnonzero(left & (receipts.sender_id > 0)), alive))
        left[pairs[-1][0]] = False
        pairs.append(self._by_key(ledger, np.flatnonzero(left), shown))
        receipt, entry = (np.concatenate(column).astype(np.int64) for column in zip(*pairs, strict=True))
        return Matches(ledger, receipt, entry, np.bincount(receipt, minlength=len(receipts)), by_ref)

    def _by_sender(self, ledger: Ledger, rows: Numbers, alive: Mask) -> tuple[Numbers, Numbers]:
        found: list[tuple[Numbers, Numbers]] = [_NO_PAIRS]
        units = ledger.receipts.unit_code[rows]
        for unit in np.unique(units).tolist():
            of_unit = rows[units == unit]
            sent = ledger.receipts.sender_id[of_unit] - 1
            for place in sorted(self.meanings.get(unit, ())):
                first, end = self.offsets[place], self.offsets[place + 1]
                known = sent < end - first
                entry = first + sent[known]
                found.append((of_unit[known][alive[entry]], entry[alive[entry]]))
        return _joined(found)

    def _by_key(self, ledger: Ledger, rows: Numbers, shown: Sequence[Shown]) -> tuple[Numbers, Numbers]:
        wanted = np.unique(ledger.key[rows])
        if not len(wanted):
            return _NO_PAIRS
        found: list[tuple[Numbers, Numbers]] = [_NO_PAIRS]
        for place, one in enumerate(shown):
            keys = self.entry_keys(one, place)
            spot = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
            hit = np.flatnonzero((wanted[spot] == keys) & one.alive)
            found.append((spot[hit], self.offsets[place] + hit))
        spot, entry = _joined(found)
        order = np.argsort(spot, kind="stable")
        spot, entry = spot[order], entry[order]
        asked = np.searchsorted(wanted, ledger.key[rows])
        begin, end = np.searchsorted(spot, asked), np.searchsorted(spot, asked, side="right")
        receipt = np.repeat(rows, end - begin)
        step = np.arange(len(receipt)) - np.repeat(np.cumsum(end - begin) - (end - begin), end - begin)
        candidate = entry[np.repeat(begin, end - begin) + step]
        fits = self._unit_fits(ledger.receipts.unit_code[receipt], candidate, shown)
        return receipt[fits], candidate[fits]

    def _unit_fits(self, units: Numbers, entry: Numbers, shown: Sequence[Shown]) -> Mask:
        """Whether a code is the present one, a predecessor's, or that of the unit which opened the entry's own book."""
        home = self.registry_of(entry)
        fits = np.zeros(len(entry), dtype=bool)
        for row, (unit, place) in enumerate(zip(units.tolist(), home.tolist(), strict=True)):
            one = shown[place]
            opener = one.history.books.opened_by[one.book[entry[row] - self.offsets[place]]]
            fits[row] = place in self.planned.get(unit, ()) or unit == opener
        return fits

    def registry_of(self, entry: Numbers) -> Numbers:
        """The registry (a place among the histories) of entries."""
        return np.searchsorted(self.offsets, entry, side="right") - 1


_NO_PAIRS = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def _joined(pairs: list[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    first, second = zip(*pairs, strict=True)
    return np.concatenate(first), np.concatenate(second)


def _book_keys(history: History, known: dict[tuple[str, int, str], int]) -> Numbers:
    """A number for each book: the same for books of one register, year and folded number, whoever keeps them."""
    books = history.books
    parts = zip(books.register.tolist(), books.opened_year.tolist(), books.book_no.tolist(), strict=True)
    keys = [(history.registers[register], year, folded(number)) for register, year, number in parts]
    return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)


def _key(book: Numbers, number: Numbers, style: Numbers) -> Numbers:
    return (book << 28) | (number.astype(np.int64) << 2) | style
