"""The truth per close, counted from the simulation's own arrays; figures mean what `docs/figures.md` says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from include.rehearsal.history import OUTCOMES, History, Numbers
from include.rehearsal.reading import Reading
from include.rehearsal.shown import Shown
from include.rehearsal.state import FAILED, QUEUED, REJECTED, SENT, STATES

DATED = (
    "books_collected",
    "books_classified",
    "books_scanned",
    "entered",
    "attached",
    "reviewed",
    "corrected",
    "received",
)
FIGURES = (*DATED, "queued", "awaiting", "rejected", "failed", "open_defects")
"""Columns of truth.figure after its key, in order; the dated ones can be counted again for an instant in the past."""

FigureRow = tuple[str, str, int, tuple[int, ...]]
CodeRow = tuple[str, str, int, str, str, int]


def figures_of(reading: Reading, as_of: int) -> list[FigureRow]:
    """(registry, register, phase, figures), for every register and phase with books in a registry.

    Dated figures are those of `as_of`, state figures those of the reading.
    """
    received = reading.matches.first_live(as_of, reading.matcher.entries) >= 0
    uncertain = received_without_name(reading, as_of, received)
    found = []
    for place, one in enumerate(reading.shown):
        first, end = reading.matcher.offsets[place : place + 2]
        counts = _counts(one, as_of, received[first:end])
        groups, _ = groups_of(one.history)
        for group, (register, phase) in enumerate(groups):
            counts[group, DATED.index("received")] += uncertain.get((place, register, phase), 0)
            found.append((one.history.code, register, phase, tuple(counts[group].tolist())))
    return found


def _counts(one: Shown, as_of: int, received: NDArray[np.bool_]) -> Numbers:
    groups, of_book = groups_of(one.history)
    of_entry = of_book[one.book]
    counted: list[tuple[Numbers, NDArray[np.bool_]]] = [
        *((of_book, written <= as_of) for written in (one.collected, one.classified, one.scanned)),
        *(
            (of_entry, one.alive & (written <= as_of))
            for written in (one.entered, one.attached, one.reviewed, one.corrected)
        ),
        (of_entry, one.alive & received),
        *((of_entry, one.state == which) for which in (QUEUED, SENT, REJECTED, FAILED)),
        (of_entry, one.alive & one.defective),
    ]
    return np.array([np.bincount(group[mask], minlength=len(groups)) for group, mask in counted]).T


def received_without_name(reading: Reading, as_of: int, received: NDArray[np.bool_]) -> dict[tuple[int, str, int], int]:
    """(place of the registry, register, phase) → entries received there although nobody can say which.

    Where all candidates of a live receipt lie in one registry, register and phase, as many of those that share a key
    and have no receipt of their own count as there are such receipts.
    """
    matches, matcher = reading.matches, reading.matcher
    live = np.flatnonzero(~matches.own & matches.live(as_of)[matches.receipt])
    spots: dict[int, set[tuple[int, str, int]]] = {}
    rows = []
    for receipt, entry in zip(matches.receipt[live].tolist(), matches.entry[live].tolist(), strict=True):
        place = int(matcher.registry_of(np.array([entry]))[0])
        one, books = reading.shown[place], matcher.histories[place].books
        local = entry - int(matcher.offsets[place])
        book = one.book[local]
        spot = (place, one.history.registers[books.register[book]], int(books.phase[book]))
        spots.setdefault(receipt, set()).add(spot)
        number = int(one.history.entries.number[local])
        key = (int(matcher.book_keys[place][book]), number, int(books.style[book]))
        rows.append((receipt, entry, spot, key))
    groups: dict[tuple[tuple[int, str, int], tuple[int, int, int]], tuple[set[int], set[int]]] = {}
    for receipt, entry, spot, key in rows:
        if len(spots[receipt]) == 1:
            receipts, entries = groups.setdefault((spot, key), (set(), set()))
            receipts.add(receipt)
            if not received[entry]:
                entries.add(entry)
    found: dict[tuple[int, str, int], int] = {}
    for (spot, _), (receipts, entries) in groups.items():
        found[spot] = found.get(spot, 0) + min(len(receipts), len(entries))
    return found


def codes_of(one: Shown) -> Iterator[CodeRow]:
    """(registry, register, phase, state, error code, entries) of what is rejected or failed in a registry."""
    groups, of_book = groups_of(one.history)
    with_code = one.state >= REJECTED
    triples = np.stack((of_book[one.book[with_code]], one.state[with_code], one.error[with_code]), axis=1)
    for (group, state, error), entries in zip(*np.unique(triples, axis=0, return_counts=True), strict=True):
        register, phase = groups[group]
        yield one.history.code, register, phase, STATES[state], OUTCOMES[error], int(entries)


def groups_of(history: History) -> tuple[list[tuple[str, int]], Numbers]:
    """The (register, phase) pairs of the books, and the place of each book's pair among them."""
    books = history.books
    pairs, of_book = np.unique(books.register.astype(np.int64) * 10 + books.phase, return_inverse=True)
    return [(history.registers[pair // 10], int(pair % 10)) for pair in pairs.tolist()], of_book
