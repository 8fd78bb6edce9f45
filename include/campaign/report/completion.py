"""The completion record of a unit: books that balance, and those that did and do not any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import ClassVar

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan
from include.campaign.warehouse import fetch


@dataclass(frozen=True)
class CompletionLine:
    """How far the books of a registry balance at a close.

    Attributes:
        registry_code: the registry.
        known: the close knew it; else the figures are those of the newest close before that did.
        books: that the baseline in force counts.
        balanced: of these, closing total = entered = scanned = received.
        joined: came into balance by this close.
        fell_out: fell out of it by this close.
    """

    registry_code: str
    known: bool
    books: int
    balanced: int
    joined: int
    fell_out: int

    @property
    def complete(self) -> bool:
        """Every book balances."""
        return 0 < self.books == self.balanced


@dataclass(frozen=True)
class RecordBook:
    """A book of the record. `day`: of the close at which it came into balance or, if it does not any more, fell out.

    Counts are of that close; `closing_total` None: the book has none any more, or is gone.
    """

    register: str
    opened_year: int
    book_no: str
    closing_total: int | None
    entered: int
    attached: int
    received: int
    day: date


@dataclass(frozen=True)
class CompletionRecord:
    """The drafted record ("Biên bản hoàn thành") of one registry as of a close.

    Attributes:
        line: the counts.
        close_key: the close.
        day: of the close.
        as_of: instant that the figures are of, in the campaign's zone.
        order: number of the plan that the campaign carries out.
        unit: kind and name, e.g. "Xã Hải Ba".
        full_name: with the district.
        parent: the unit above, e.g. "Huyện Hải Lăng".
        province: its name alone, for the place of the paper.
        district_level: the unit is itself just below the province.
        books: that balance, by register, year, number.
        fell_out: that did and do not any more.
    """

    line: CompletionLine
    close_key: str
    day: date
    as_of: datetime
    order: str
    unit: str
    full_name: str
    parent: str
    province: str
    district_level: bool
    books: tuple[RecordBook, ...]
    fell_out: tuple[RecordBook, ...]

    @property
    def cases(self) -> int:
        """Cases of the books that balance."""
        return sum(book.closing_total or 0 for book in self.books)


@dataclass(frozen=True)
class CompletionBlock:
    """To the head of a unit whose record has grown: the record goes with the letter as a file."""

    kind: ClassVar[str] = "completion"

    record: CompletionRecord


def completion_lines(conn: Connection, close: Close) -> Mapping[str, CompletionLine]:
    """How far the books of each registry balance; a registry that no close has known is not in it."""
    rows = fetch(conn, "completion/select_lines", close_key=close.key, since_key=close.key)
    return {row["registry_code"]: _line(row) for row in rows}


def completion_records(
    conn: Connection, plan: Plan, close: Close, codes: Sequence[str]
) -> Mapping[str, CompletionRecord]:
    """The records of some registries as of a close; one without a book that ever balanced has an empty one.

    Raises:
        KeyError: no close has known a registry.
    """
    lines = completion_lines(conn, close)
    rows = fetch(conn, "completion/select_books", close_key=close.key, registry_codes=list(codes))
    books = {code: list(of) for code, of in groupby(rows, key=lambda row: str(row["registry_code"]))}
    return {code: _record(plan, close, lines[code], books.get(code, [])) for code in codes}


def completion_blocks(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> Mapping[str, CompletionBlock]:
    """What goes with a close's letters to heads of registries, by the registry's code.

    That is so on the evening on which the last book of a unit came into balance and, where the record has grown since,
    on every `completion.every_days`th day of the campaign.
    """
    weekly = _weekly(plan, calendar, close)
    since = close.key if weekly is None else weekly
    rows = fetch(conn, "completion/select_lines", close_key=close.key, since_key=since)
    due = [row["registry_code"] for row in rows if _due(row, weekly=weekly is not None)]
    records = completion_records(conn, plan, close, due) if due else {}
    return {code: CompletionBlock(record) for code, record in records.items()}


def _due(row: RowMapping, *, weekly: bool) -> bool:
    line = _line(row)
    return line.known and ((line.complete and line.joined > 0) or (weekly and row["grown"]))


def _weekly(plan: Plan, calendar: Calendar, close: Close) -> str | None:
    """Where records go out on a close that grew in the days before: the key of the close up to which they went before.

    Before the first such day nothing went: then the answer sorts before every close.
    """
    daily = [one.key for one in calendar.with_tail() if one.kind != "final"]
    every = plan.rules.completion.every_days
    if close.key not in daily or (place := daily.index(close.key) + 1) % every:
        return None
    return daily[place - every - 1] if place > every else ""


def _line(row: RowMapping) -> CompletionLine:
    return CompletionLine(
        registry_code=row["registry_code"],
        known=row["known"],
        books=row["books"],
        balanced=row["balanced"],
        joined=row["joined"],
        fell_out=row["fell_out"],
    )


def _record(plan: Plan, close: Close, line: CompletionLine, rows: Sequence[RowMapping]) -> CompletionRecord:
    code = line.registry_code
    above = plan.units[code].parent_code
    return CompletionRecord(
        line=line,
        close_key=close.key,
        day=close.day,
        as_of=close.as_of,
        order=plan.rules.campaign.plan_number,
        unit=plan.short_name(code),
        full_name=plan.full_name(code),
        parent=plan.short_name(above or code),
        province=plan.province.name,
        district_level=above == plan.province.code,
        books=tuple(_book(plan, row) for row in rows if row["balanced"]),
        fell_out=tuple(_book(plan, row) for row in rows if not row["balanced"]),
    )


def _book(plan: Plan, row: RowMapping) -> RecordBook:
    register = plan.registers.get(row["register"])
    return RecordBook(
        register=register.name_vi if register else row["register"],
        opened_year=row["opened_year"],
        book_no=row["book_no"],
        closing_total=row["closing_total"],
        entered=row["entered"],
        attached=row["attached"],
        received=row["received"],
        day=row["day"],
    )
