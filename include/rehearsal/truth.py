"""The truth per close, counted from the simulation's own arrays; figures mean what `docs/figures.md` says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import psycopg
from numpy.typing import NDArray

from include.rehearsal.history import OUTCOMES, History, Numbers
from include.rehearsal.state import FAILED, QUEUED, REJECTED, SENT, STATES, exists, flawed, transfers

FIGURES = (
    "books_collected",
    "books_classified",
    "books_scanned",
    "entered",
    "attached",
    "reviewed",
    "corrected",
    "received",
    "queued",
    "awaiting",
    "rejected",
    "failed",
    "open_defects",
)
"""Columns of truth.figure after its key, in order."""
LEDGER_SOURCE = "ministry"

FigureRow = tuple[str, str, int, tuple[int, ...]]
CodeRow = tuple[str, str, int, str, str, int]


def figures_of(history: History, at: int) -> list[FigureRow]:
    """(registry, register, phase, figures) at an instant, for every register and phase with books in the registry."""
    groups, of_book, of_entry = _groups(history)
    books, entries = history.books, history.entries
    alive = exists(history, at)
    state = transfers(history, at).state
    counted: list[tuple[Numbers, NDArray[np.bool_]]] = [
        (of_book, books.collected <= at),
        (of_book, books.classified <= at),
        (of_book, books.scanned <= at),
        (of_entry, alive & (entries.entered <= at)),
        (of_entry, alive & (entries.attached <= at)),
        (of_entry, alive & (entries.reviewed <= at)),
        (of_entry, alive & (entries.corrected <= at)),
        (of_entry, alive & (history.received() <= at)),
        *((of_entry, state == which) for which in (QUEUED, SENT, REJECTED, FAILED)),
        (of_entry, alive & flawed(history, at)),
    ]
    columns = np.array([np.bincount(group[mask], minlength=len(groups)) for group, mask in counted]).T
    return [
        (history.code, register, phase, tuple(columns[place].tolist()))
        for place, (register, phase) in enumerate(groups)
    ]


def codes_of(history: History, at: int) -> Iterator[CodeRow]:
    """(registry, register, phase, state, error code, entries) of what is rejected or failed at an instant."""
    groups, _, of_entry = _groups(history)
    now = transfers(history, at)
    with_code = now.state >= REJECTED
    triples = np.stack((of_entry[with_code], now.state[with_code], now.error[with_code]), axis=1)
    for (group, state, error), entries in zip(*np.unique(triples, axis=0, return_counts=True), strict=True):
        register, phase = groups[group]
        yield history.code, register, phase, STATES[state], OUTCOMES[error], int(entries)


def record_close(
    conn: psycopg.Connection, key: str, at: int, histories: list[History], in_the_way: dict[str, str]
) -> None:
    """Record the truth of a close in one transaction; a close that is there already stays as it is.

    Args:
        conn: to the truth database, not in autocommit.
        key: of the close.
        at: its as_of.
        histories: of all registries.
        in_the_way: registry code → weather that hides the registry from its readers at that instant.
    """
    if conn.execute("select 1 from truth.source where close_key = %s limit 1", [key]).fetchone():
        return
    columns = ", ".join(("close_key", "registry_code", "register", "phase", *FIGURES))
    with conn.cursor().copy(f"copy truth.figure ({columns}) from stdin".encode()) as copy:
        for history in histories:
            for code, register, phase, figures in figures_of(history, at):
                copy.write_row((key, code, register, phase, *figures))
    with conn.cursor().copy("copy truth.code_count from stdin") as copy:
        for history in histories:
            for row in codes_of(history, at):
                copy.write_row((key, *row))
    with conn.cursor().copy("copy truth.source from stdin") as copy:
        for code in (*(history.code for history in histories), LEDGER_SOURCE):
            weather = in_the_way.get(code)
            copy.write_row((key, code, weather is None, weather))
    conn.commit()


def _groups(history: History) -> tuple[list[tuple[str, int]], Numbers, Numbers]:
    """The (register, phase) pairs of the books, and the place of each book's and each entry's pair among them."""
    books = history.books
    pairs, of_book = np.unique(books.register.astype(np.int64) * 10 + books.phase, return_inverse=True)
    groups = [(history.registers[pair // 10], int(pair % 10)) for pair in pairs.tolist()]
    return groups, of_book, of_book[history.entries.book]
