"""The Ministry's ledger: receipts of all registries' entries, written up to an instant."""

from __future__ import annotations

import numpy as np
import psycopg

from include.rehearsal.databases import copy_numbers, statement
from include.rehearsal.history import History, Numbers
from include.rehearsal.instants import NEVER, moment, seconds, uniform

SENDER_ID_MISSING_SHARE = 0.55
"""The message carries the sender's entry_id in the other cases."""


def move_ledger(conn: psycopg.Connection, histories: list[History], to: int, seed: int, *, new: bool = False) -> None:
    """Write the receipts between where the ledger stands and `to`, in the transaction that the caller commits."""
    at = -NEVER
    if not new:
        row = conn.execute("select instant from rehearsal.clock").fetchone()
        assert row is not None  # noqa: S101 (written when the ledger was made)
        at = seconds(row[0])
        if at >= to:
            return
    conn.execute(statement("create_incoming_receipts"))
    first_book, copied = 0, 0
    books: list[tuple[object, ...]] = []
    for history in histories:
        columns = _receipts(history, at, to, seed)
        places = np.unique(columns["book"]).tolist()
        columns["book"] = columns["book"] + first_book
        copied += copy_numbers(conn, "incoming_receipt", columns)
        books += [(first_book + place, *_book(history, place)) for place in places]
        first_book += len(history.books)
    if copied:
        into = "copy incoming_receipt_book (book, unit_code, register, opened_year, book_no, slashed) from stdin"
        with conn.cursor().copy(into) as copy:
            for book in books:
                copy.write_row(book)
        conn.execute("analyze incoming_receipt_book")
        conn.execute(statement("insert_receipts"))
    conn.execute("delete from rehearsal.clock")
    conn.execute("insert into rehearsal.clock values (%s)", [moment(to)])


def _receipts(history: History, at: int, to: int, seed: int) -> dict[str, Numbers]:
    received = history.received()
    which = np.flatnonzero((received > at) & (received <= to))
    entry_id = which + 1
    luck = uniform(seed, which.astype(np.int64) + history.first_receipt, 31)
    return {
        "receipt_id": history.first_receipt + entry_id,
        "book": history.entries.book[which].astype(np.int64),
        "number": history.entries.number[which],
        "sender_entry_id": np.where(luck < SENDER_ID_MISSING_SHARE, 0, entry_id),
        "received": received[which],
    }


def _book(history: History, place: int) -> tuple[object, ...]:
    books = history.books
    return (
        history.code,
        history.registers[books.register[place]],
        int(books.opened_year[place]),
        str(books.book_no[place]),
        bool(books.slashed[place]),
    )
