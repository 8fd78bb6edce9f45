"""Moving one registry's database from an instant to another, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import normalize

import numpy as np
import psycopg

from include.rehearsal.databases import statement
from include.rehearsal.history import History, Numbers
from include.rehearsal.instants import NEVER, moment, seconds
from include.rehearsal.rows import write_rows
from include.rehearsal.schema import faults_at, impair, mend
from include.rehearsal.shown import instant_shown

Absorb = Callable[[History, Numbers, list[str], int], None]
"""Takes new requeues into a history: entries (places), keys, the instant at which they were noticed."""


def insert_books(conn: psycopg.Connection, history: History) -> None:
    """Write all books of a new registry, none of them collected yet."""
    books = history.books
    into = (
        "copy sohoa.book (book_id, register, opened_year, closed_year, book_no, opened_by, pages, closing_total, "
        "phase) from stdin"
    )
    with conn.cursor().copy(into) as copy:
        for place in range(len(books)):
            copy.write_row(
                (
                    place + 1,
                    history.registers[books.register[place]],
                    int(books.opened_year[place]),
                    int(books.closed_year[place]) or None,
                    normalize("NFD" if history.nfd else "NFC", str(books.book_no[place])),
                    str(books.opened_by[place]),
                    int(books.pages[place]),
                    int(books.closing_total[place]) or None,
                    int(books.phase[place]),
                )
            )


def move_registry(conn: psycopg.Connection, history: History, to: int, absorb: Absorb, *, new: bool = False) -> bool:
    """Bring a registry's database from where it stands to the instant `to`, in the transaction that the caller commits.

    First what the system has put back in the queue since the last move is taken into the history, as of the instant
    at which the world stood. Nobody can requeue meanwhile. Answers whether the history has changed.
    """
    if new:
        conn.execute(
            "set local session_replication_role = replica"
        )  # a consistent bulk needs no check of each reference
        at = -NEVER
    else:
        conn.execute("lock table sohoa.transfer, sohoa.requeue_log in share row exclusive mode")
        row = conn.execute("select instant from rehearsal.clock").fetchone()
        assert row is not None  # noqa: S101 (written when the registry was made)
        at = seconds(row[0])
        if at >= to:
            return False
    mend(conn, frozenset() if new else faults_at(history, at))
    put_back = _absorb_requeues(conn, history, at, absorb) if not new else np.zeros(0, dtype=np.int64)
    conn.execute(statement("create_incoming"))
    write_rows(conn, history, at if new else instant_shown(history, at), instant_shown(history, to), put_back)
    impair(conn, faults_at(history, to))
    conn.execute("delete from rehearsal.clock")
    conn.execute("insert into rehearsal.clock values (%s)", [moment(to)])
    return len(put_back) > 0


def _absorb_requeues(conn: psycopg.Connection, history: History, at: int, absorb: Absorb) -> Numbers:
    """Take unknown rows of requeue_log into the history; answer the entries (places) of all noticed at `at`."""
    known = set(zip(history.requeues.entry.tolist(), history.requeues.key.tolist(), strict=True))
    places = {key: place for place, key in enumerate(history.keys)}
    found = [(entry_id - 1, key) for entry_id, key in conn.execute(statement("select_requeues"))]
    new = [(entry, key) for entry, key in found if (entry, places.get(key)) not in known]
    if new:
        absorb(history, np.array([entry for entry, _ in new], dtype=np.int64), [key for _, key in new], at)
    noticed = history.requeues.rows(history.requeues.at == at)
    if len(noticed):
        conn.execute(
            statement("date_requeues"),
            {
                "noticed": moment(at),
                "entry_ids": (noticed.entry + 1).tolist(),
                "keys": [history.keys[place] for place in noticed.key.tolist()],
            },
        )
    return np.unique(noticed.entry).astype(np.int64)
