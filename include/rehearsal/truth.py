"""The truth per close, counted from the simulation's own arrays; figures mean what `docs/figures.md` says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import psycopg
from numpy.typing import NDArray

from include.rehearsal.history import OUTCOMES, History, Numbers
from include.rehearsal.matching import Matcher, Matches
from include.rehearsal.receipts import Receipts
from include.rehearsal.shown import Shown, look
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
LEDGER_SOURCE = "ministry"

FigureRow = tuple[str, str, int, tuple[int, ...]]
CodeRow = tuple[str, str, int, str, str, int]


@dataclass(frozen=True)
class Reading:
    """Everything that a reader of all sources could see at an instant `at`, and what matches what."""

    at: int
    matcher: Matcher
    shown: Sequence[Shown]
    matches: Matches

    @classmethod
    def of(cls, matcher: Matcher, receipts: Sequence[Receipts], at: int) -> Reading:
        """Read all sources of a world."""
        shown = [look(history, at) for history in matcher.histories]
        return cls(at, matcher, shown, matcher.match(shown, matcher.ledger(receipts, at)))


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


def record_close(conn: psycopg.Connection, key: str, reading: Reading, in_the_way: dict[str, str]) -> None:
    """Record the truth of a close in one transaction; a close that is there already stays as it is.

    Args:
        conn: to the truth database, not in autocommit.
        key: of the close.
        reading: of all sources at its as_of.
        in_the_way: registry code → weather that hides the registry from its readers at that instant.
    """
    if conn.execute("select 1 from truth.source where close_key = %s limit 1", [key]).fetchone():
        return
    columns = ", ".join(("close_key", "registry_code", "register", "phase", *FIGURES))
    with conn.cursor().copy(f"copy truth.figure ({columns}) from stdin".encode()) as copy:
        for code, register, phase, figures in figures_of(reading, reading.at):
            copy.write_row((key, code, register, phase, *figures))
    with conn.cursor().copy("copy truth.code_count from stdin") as copy:
        for one in reading.shown:
            for row in codes_of(one):
                copy.write_row((key, *row))
    with conn.cursor().copy("copy truth.source from stdin") as copy:
        for code in (*(one.history.code for one in reading.shown), LEDGER_SOURCE):
            weather = in_the_way.get(code)
            copy.write_row((key, code, weather is None, weather))
    conn.commit()


def groups_of(history: History) -> tuple[list[tuple[str, int]], Numbers]:
    """The (register, phase) pairs of the books, and the place of each book's pair among them."""
    books = history.books
    pairs, of_book = np.unique(books.register.astype(np.int64) * 10 + books.phase, return_inverse=True)
    return [(history.registers[pair // 10], int(pair % 10)) for pair in pairs.tolist()], of_book
