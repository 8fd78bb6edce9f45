"""The Ministry's ledger: receipts of all registries' entries, written and withdrawn up to an instant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import psycopg

from include.rehearsal.databases import copy_numbers, statement
from include.rehearsal.history import History, Numbers
from include.rehearsal.instants import NEVER, moment, seconds
from include.rehearsal.receipts import BARE, LOOSE, OTHER_FORM, Receipts


def move_ledger(
    conn: psycopg.Connection, histories: Sequence[History], receipts: Sequence[Receipts], to: int, *, new: bool = False
) -> None:
    """Write what happens to receipts between where the ledger stands and `to`; the caller commits.

    Args:
        conn: to the ledger.
        histories: of all registries.
        receipts: all that each of them ever gets, in the same order.
        to: the instant.
        new: whether the ledger is empty.
    """
    at = -NEVER
    if not new:
        row = conn.execute("select instant from rehearsal.clock").fetchone()
        assert row is not None  # noqa: S101 (written when the ledger was made)
        at = seconds(row[0])
        if at >= to:
            return
    conn.execute(statement("create_incoming_receipts"))
    _write_receipts(conn, histories, receipts, at, to)
    _cancel_receipts(conn, receipts, at, to)
    conn.execute("delete from rehearsal.clock")
    conn.execute("insert into rehearsal.clock values (%s)", [moment(to)])


def _write_receipts(
    conn: psycopg.Connection, histories: Sequence[History], receipts: Sequence[Receipts], at: int, to: int
) -> None:
    first_book, copied = 0, 0
    books: list[tuple[object, ...]] = []
    codes: dict[str, int] = {}
    for history, of_history in zip(histories, receipts, strict=True):
        new = of_history.rows((of_history.received > at) & (of_history.received <= to))
        columns = _columns(history, new, to, codes)
        places = np.unique(columns["book"]).tolist()
        columns["book"] = columns["book"] + first_book
        copied += copy_numbers(conn, "incoming_receipt", columns)
        books += [(first_book + place, *_book(history, place)) for place in places]
        first_book += len(history.books)
    if copied:
        _copy(conn, "incoming_receipt_book (book, register, opened_year, book_no, style)", books)
        _copy(conn, "incoming_receipt_code (unit_code, code)", codes.items())
        conn.execute("analyze incoming_receipt_book")
        conn.execute(statement("insert_receipts"))


def _columns(history: History, receipts: Receipts, to: int, codes: dict[str, int]) -> dict[str, Numbers]:
    found, code = np.unique(receipts.unit_code, return_inverse=True)
    numbers = np.array([codes.setdefault(str(one), len(codes)) for one in found], dtype=np.int64)
    return {
        "receipt_id": receipts.receipt_id,
        "book": receipts.book,
        "code": numbers[code] if len(found) else code,
        "number": receipts.number,
        "sender_entry_id": receipts.sender_id,
        "received": receipts.received,
        "cancelled": np.where(receipts.cancelled <= to, receipts.cancelled, 0),
        "nfd": (receipts.spelling == OTHER_FORM) ^ history.nfd,
        "loose": receipts.spelling == LOOSE,
        "bare": receipts.spelling == BARE,
    }


def _cancel_receipts(conn: psycopg.Connection, receipts: Sequence[Receipts], at: int, to: int) -> None:
    """Withdraw what was written before."""
    copied = 0
    for of_history in receipts:
        which = (of_history.cancelled > at) & (of_history.cancelled <= to) & (of_history.received <= at)
        withdrawn = of_history.rows(which)
        columns = {"receipt_id": withdrawn.receipt_id, "cancelled": withdrawn.cancelled}
        copied += copy_numbers(conn, "cancelled_receipt", columns)
    if copied:
        conn.execute(statement("cancel_receipts"))


def _copy(conn: psycopg.Connection, into: str, rows: Iterable[tuple[object, ...]]) -> None:
    with conn.cursor().copy(f"copy {into} from stdin".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _book(history: History, place: int) -> tuple[object, ...]:
    books = history.books
    return (
        history.registers[books.register[place]],
        int(books.opened_year[place]),
        str(books.book_no[place]),
        int(books.style[place]),
    )
