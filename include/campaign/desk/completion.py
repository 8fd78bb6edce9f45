"""`completion`: which units' books balance, and the drafted record of one.

completion list [--day DAY]
completion show REGISTRY [--day DAY]
completion write REGISTRY --out FOLDER [--day DAY]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from include.campaign.days import Close
from include.campaign.desk.columns import write_columns
from include.campaign.desk.command import Desk, DeskError
from include.campaign.render.completion import completion_file
from include.campaign.report.completion import CompletionRecord, RecordBook, completion_lines, completion_records
from include.campaign.warehouse import fetch_one

_LINES = ("registry_code", "full_name", "books", "balanced", "joined", "fell_out", "known")
_BOOKS = ("balances", "since", "register", "opened_year", "book_no", "closing_total", "entered", "scanned", "received")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `completion` and what it can do."""
    parser = subparsers.add_parser("completion", help="books that balance, and the record of them")
    acts = parser.add_subparsers(required=True, metavar="ACT")

    listed = acts.add_parser("list", help="how far the books of each registry balance")
    listed.set_defaults(run=_list)

    shown = acts.add_parser("show", help="the books of a registry's record")
    shown.add_argument("registry", metavar="REGISTRY", help="its code")
    shown.set_defaults(run=_show)

    written = acts.add_parser("write", help="write a registry's drafted record as DOCX")
    written.add_argument("registry", metavar="REGISTRY", help="its code")
    written.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    written.set_defaults(run=_write)

    for act in (listed, shown, written):
        act.add_argument("--day", metavar="DAY", help="as of a close; else the newest")


def _close(desk: Desk, day: str | None) -> Close:
    if day:
        return desk.close_of(day)
    with desk.engine.connect() as conn:
        newest = fetch_one(conn, "select_newest_closed")
    if newest is None:
        raise DeskError("no day was closed yet")
    return desk.close_of(newest["close_key"])


def _list(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        lines = completion_lines(conn, _close(desk, given.day))
    rows = [
        [
            code,
            desk.plan.full_name(code),
            str(line.books),
            str(line.balanced),
            str(line.joined),
            str(line.fell_out),
            "yes" if line.known else "no: as known before",
        ]
        for code, line in lines.items()
    ]
    write_columns(desk.out, [_LINES, *rows])


def _record(desk: Desk, given: argparse.Namespace) -> CompletionRecord:
    if given.registry not in desk.plan.registry_codes:
        raise DeskError(f"{given.registry} is no registry of the plan")
    close = _close(desk, given.day)
    with desk.engine.connect() as conn:
        if given.registry not in completion_lines(conn, close):
            raise DeskError(f"{given.registry} was not read for {close.key} or any close before it")
        return completion_records(conn, desk.plan, close, [given.registry])[given.registry]


def _show(desk: Desk, given: argparse.Namespace) -> None:
    record = _record(desk, given)
    rows = [_book("yes", book) for book in record.books] + [_book("no more", book) for book in record.fell_out]
    write_columns(desk.out, [_BOOKS, *rows])


def _book(balances: str, book: RecordBook) -> list[str]:
    counts = (book.closing_total, book.entered, book.attached, book.received)
    told = ["" if count is None else str(count) for count in counts]
    return [balances, book.day.isoformat(), book.register, str(book.opened_year), book.book_no, *told]


def _write(desk: Desk, given: argparse.Namespace) -> None:
    file = completion_file(_record(desk, given))
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / file.name).write_bytes(file.content)
    desk.out.write(f"{given.out / file.name}\n")
