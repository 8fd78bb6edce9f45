"""The rows of a registry's database that differ between two instants of its history, and writing them."""

from __future__ import annotations

import numpy as np
import psycopg
from numpy.typing import NDArray

from include.rehearsal.databases import copy_numbers, statement
from include.rehearsal.history import OUTCOMES, History, Numbers
from include.rehearsal.instants import Seconds, moment
from include.rehearsal.scans import page_number
from include.rehearsal.self_reports import DIFFICULTIES, FIGURES, PEOPLE, reported
from include.rehearsal.shown import as_written
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
    "deleted",
)
"""Instants of an entry at which its row changes, comes or goes."""


def write_rows(conn: psycopg.Connection, history: History, at: int, to: int, put_back: Numbers) -> None:
    """Bring all tables from one instant of the history to another: back to an earlier one if a backup was restored.

    Args:
        conn: to the registry, in a transaction that has the tables of `create_incoming`.
        history: the registry's.
        at: the instant at which the tables stand.
        to: the instant to which they are brought.
        put_back: entries (places) whose transfers the system has touched.
    """
    span = (min(at, to), max(at, to))
    _write_books(conn, history, span, to)
    _write_entries(conn, history, span, to)
    _write_transfers(conn, history, span, to, put_back)
    _write_reports(conn, history, span, to)


def _within(span: tuple[int, int], *instants: Seconds) -> NDArray[np.bool_]:
    """Where any of the instants lies after the first of the span and not after the second."""
    found = np.zeros(len(instants[0]), dtype=bool)
    for instant in instants:
        found |= (instant > span[0]) & (instant <= span[1])
    return found


def _write_books(conn: psycopg.Connection, history: History, span: tuple[int, int], to: int) -> None:
    books = history.books
    which = np.flatnonzero(_within(span, books.collected, books.classified, books.scanned))
    chosen = books.rows(which)

    def written(instants: Seconds) -> Seconds:
        return np.where(instants <= to, as_written(history, instants), 0)

    copied = copy_numbers(
        conn,
        "incoming_book",
        {
            "book_id": which + 1,
            "collected": written(chosen.collected),
            "classified": written(chosen.classified),
            "scanned": written(chosen.scanned),
            "scan_kind": chosen.scan_kind,
        },
    )
    if copied:
        conn.execute(statement("update_books"))


def _write_entries(conn: psycopg.Connection, history: History, span: tuple[int, int], to: int) -> None:
    touched = _within(span, *(getattr(history.entries, step) for step in STEPS))
    alive = exists(history, to)
    which = np.flatnonzero(touched & alive)
    entries = history.entries.rows(which)

    def written(instants: Seconds) -> Seconds:
        return np.where(instants <= to, as_written(history, instants), 0)

    book = book_of(history, to)[which]
    copied = copy_numbers(
        conn,
        "incoming_entry",
        {
            "entry_id": which + 1,
            "book_id": book + 1,
            "number": entries.number,
            "style": history.books.style[book],
            "entered": written(entries.entered),
            "attached": written(entries.attached),
            "reviewed": written(reviewed_by(history, to)[which]),
            "corrected": written(entries.corrected),
            "defect": np.where(flawed(history, to)[which], entries.defect, 0),
            "page_book_id": np.where(entries.moved <= entries.attached, book, entries.book) + 1,
            "page_number": page_number(entries),
            "page_kind": entries.page_kind,
            "person": entries.person,
            "changed": np.max([written(getattr(entries, step)) for step in STEPS], axis=0),
        },
    )
    if copied:
        conn.execute(
            statement("upsert_entries"), {"outcomes": list(OUTCOMES), "salt": int(history.code), "nfd": history.nfd}
        )
    gone = np.flatnonzero(touched & ~alive)
    if copy_numbers(conn, "gone_entry", {"entry_id": gone + 1}):
        conn.execute(statement("delete_entries"))


def _write_transfers(
    conn: psycopg.Connection, history: History, span: tuple[int, int], to: int, put_back: Numbers
) -> None:
    now = transfers(history, to)
    attempts = history.attempts
    touched = _within(span, history.entries.deleted)  # come again if they were deleted after the backup
    touched[attempts.entry[_within(span, attempts.queued, attempts.sent, attempts.answered)]] = True
    touched[put_back] = True
    which = np.flatnonzero(touched & (now.attempt >= 0))
    rows = attempts.rows(now.attempt[which])
    gone_out = rows.sent <= to
    sent = np.where(gone_out, rows.sent, np.where(rows.sent_before <= to, rows.sent_before, 0))
    copied = copy_numbers(
        conn,
        "incoming_transfer",
        {
            "entry_id": which + 1,
            "state": now.state[which],
            "attempts": rows.number - 1 + gone_out,
            "queued": as_written(history, rows.queued),
            "sent": as_written(history, sent),
            "answered": np.where(rows.answered <= to, as_written(history, rows.answered), 0),
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
    unsent = np.flatnonzero(touched & (now.attempt < 0) & exists(history, to))
    if copy_numbers(conn, "gone_transfer", {"entry_id": unsent + 1}):
        conn.execute(statement("delete_transfers"))


def _write_reports(conn: psycopg.Connection, history: History, span: tuple[int, int], to: int) -> None:
    """Hand in the registry's reports of itself, or forget those that a restored backup does not hold."""
    reports = history.reports
    for place in np.flatnonzero(_within(span, reports.submitted)).tolist():
        row: dict[str, object] = {"days": int(reports.date[place])}
        if reports.submitted[place] > to:
            conn.execute(statement("delete_report"), row)
            continue
        row |= dict(zip(FIGURES, reported(history, place), strict=True))
        row |= dict(zip(PEOPLE, reports.people[place].tolist(), strict=True))
        row |= {
            "submitted_at": moment(int(as_written(history, reports.submitted[place : place + 1])[0])),
            "computers": int(reports.computers[place]),
            "scanners": int(reports.scanners[place]),
            "internet_ok": bool(reports.internet_ok[place]),
            "difficulties": DIFFICULTIES[int(reports.difficulty[place])],
        }
        conn.execute(statement("upsert_report"), row)
