"""What changes in one registry's database between two instants, and writing it there in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import normalize

import numpy as np
import psycopg
from numpy.typing import NDArray

from include.rehearsal.databases import copy_numbers, statement
from include.rehearsal.history import OUTCOMES, History, Numbers
from include.rehearsal.instants import NEVER, Seconds, moment, seconds
from include.rehearsal.scans import page_number
from include.rehearsal.state import STATES, book_of, exists, flawed, reviewed_by, transfers

STEPS = (
    "created",
    "entered",
    "attached",
    "reviewed",
    "corrected",
    "flawed_from",
    "flawed_until",
    "moved",
    "unreviewed",
    "rereviewed",
)
"""Instants of an entry at which its row changes."""

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
    put_back = _absorb_requeues(conn, history, at, absorb) if not new else np.zeros(0, dtype=np.int64)
    conn.execute(statement("create_incoming"))
    _write_books(conn, history, at, to)
    _write_entries(conn, history, at, to)
    _write_transfers(conn, history, at, to, put_back)
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


def _within(at: int, to: int, *instants: Seconds) -> NDArray[np.bool_]:
    """Where any of the instants lies after `at` and not after `to`."""
    found = np.zeros(len(instants[0]), dtype=bool)
    for instant in instants:
        found |= (instant > at) & (instant <= to)
    return found


def _by(to: int, instants: Seconds) -> Seconds:
    return np.where(instants <= to, instants, 0)


def _write_books(conn: psycopg.Connection, history: History, at: int, to: int) -> None:
    books = history.books
    which = np.flatnonzero(_within(at, to, books.collected, books.classified, books.scanned))
    chosen = books.rows(which)
    copied = copy_numbers(
        conn,
        "incoming_book",
        {
            "book_id": which + 1,
            "collected": _by(to, chosen.collected),
            "classified": _by(to, chosen.classified),
            "scanned": _by(to, chosen.scanned),
            "scan_kind": chosen.scan_kind,
        },
    )
    if copied:
        conn.execute(statement("update_books"))


def _write_entries(conn: psycopg.Connection, history: History, at: int, to: int) -> None:
    all_entries = history.entries
    touched = _within(at, to, *(getattr(all_entries, step) for step in STEPS))
    which = np.flatnonzero(touched & exists(history, to))
    entries = all_entries.rows(which)
    changed = np.max([_by(to, getattr(entries, step)) for step in STEPS], axis=0)
    book = book_of(history, to)[which]
    page_book = np.where(entries.moved <= entries.attached, book, entries.book)
    copied = copy_numbers(
        conn,
        "incoming_entry",
        {
            "entry_id": which + 1,
            "book_id": book + 1,
            "number": entries.number,
            "style": history.books.style[book],
            "entered": _by(to, entries.entered),
            "attached": _by(to, entries.attached),
            "reviewed": _by(to, reviewed_by(history, to)[which]),
            "corrected": _by(to, entries.corrected),
            "defect": np.where(flawed(history, to)[which], entries.defect, 0),
            "page_book_id": page_book + 1,
            "page_number": page_number(entries),
            "page_kind": entries.page_kind,
            "person": entries.person,
            "changed": changed,
        },
    )
    if copied:
        conn.execute(
            statement("upsert_entries"), {"outcomes": list(OUTCOMES), "salt": int(history.code), "nfd": history.nfd}
        )
    gone = np.flatnonzero(_within(at, to, all_entries.deleted) & (all_entries.created <= at))
    if copy_numbers(conn, "gone_entry", {"entry_id": gone + 1}):
        conn.execute(statement("delete_entries"))


def _write_transfers(conn: psycopg.Connection, history: History, at: int, to: int, put_back: Numbers) -> None:
    now = transfers(history, to)
    attempts = history.attempts
    moved = np.zeros(len(now.state), dtype=bool)
    moved[attempts.entry[_within(at, to, attempts.queued, attempts.sent, attempts.answered)]] = True
    moved[put_back] = True
    which = np.flatnonzero(moved & (now.attempt >= 0))
    rows = attempts.rows(now.attempt[which])
    gone_out = rows.sent <= to
    copied = copy_numbers(
        conn,
        "incoming_transfer",
        {
            "entry_id": which + 1,
            "state": now.state[which],
            "attempts": rows.number - 1 + gone_out,
            "queued": rows.queued,
            "sent": np.where(gone_out, rows.sent, _by(to, rows.sent_before)),
            "answered": _by(to, rows.answered),
            "error": now.error[which],
            "key": rows.key,
        },
    )
    if copied:
        conn.execute(
            statement("upsert_transfers"),
            {
                "states": list(STATES),
                "outcomes": list(OUTCOMES),
                "keys": list(history.keys),
                "first_receipt": history.first_receipt,
            },
        )
