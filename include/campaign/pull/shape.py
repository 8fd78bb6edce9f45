"""What of the contract a registry offers, and the statements that read just that.

A registry with a missing column or table is read for what it has; what it lacks is named with the reading, and the
figures that rest on it have no data. Without the columns that identify a book or an entry nothing can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from include.campaign.pull.outcome import Outcome
from include.campaign.warehouse import sql

ALIASES = {"book": "b", "entry": "e", "transfer": "t", "daily_report": "d"}
"""Table of the contract to its alias in `include/sql/registry/`."""

REPORTS = "daily_report"
"""The table of the contract that no figure rests on."""

NEEDED = {
    "book": ("book_id", "register", "opened_year", "book_no", "opened_by", "phase"),
    "entry": ("entry_id", "book_id", "entry_no"),
}
"""Columns without which a registry cannot be read."""

OPTIONAL = {
    "book": ("closed_year", "pages", "closing_total", "collected_at", "classified_at", "scanned_at", "scan_file"),
    "entry": (
        "entered_at", "scan_attached_at", "reviewed_at", "corrected_at", "page_file", "defects", "changed_at",
    ),
    "transfer": (
        "entry_id", "state", "attempts", "queued_at", "sent_at", "answered_at", "error_code", "ministry_ref",
        "requeue_key",
    ),
    "daily_report": (
        "report_date", "submitted_at", "books_scanned", "entries_entered", "entries_reviewed", "entries_transferred",
        "judicial_officers", "police", "youth_union", "it_teachers", "it_staff", "border_guards", "computers",
        "scanners", "internet_ok", "difficulties",
    ),
}  # fmt: skip
"""Columns that are read where they are there; a transfer without `entry_id` or `state` is no transfer to us, and a
report without its day or its moment no report."""

_NOTHING = "null::text"
"""What stands for a lacking column; a null without a type cannot be hashed."""

_ROW_HASH = re.compile(r"hash_record_extended\(\s*row\((?P<columns>[^()]*)\),\s*0\s*\)")

_TRANSFER_JOIN = re.compile(r"\s+left join sohoa\.transfer as t on [^\n]+")


class Unreadable(Exception):
    """The registry lacks, or refuses us, what identifies its rows. `outcome` says which."""

    def __init__(self, outcome: Outcome, columns: Iterable[str]) -> None:
        self.outcome = outcome
        self.columns = sorted(columns)
        super().__init__(f"{outcome}: {', '.join(self.columns)}")


@dataclass(frozen=True)
class Shape:
    """What a registry offers.

    Attributes:
        lacking: optional columns that are missing or refused, as "table.column", in order; a table for reports that is
            missing altogether by its name alone.
    """

    lacking: tuple[str, ...]

    @property
    def has_reports(self) -> bool:
        """There are daily reports to be read."""
        return not {REPORTS, f"{REPORTS}.report_date", f"{REPORTS}.submitted_at"}.intersection(self.lacking)

    def statement(self, name: str) -> str:
        """A statement of `include/sql/registry/` with every lacking column read as null."""
        text = sql(f"registry/{name}")
        if any(column in self.lacking for column in ("transfer.entry_id", "transfer.state")):
            text = _TRANSFER_JOIN.sub("", text)
            text = re.sub(r"\bt\.\w+", _NOTHING, text)
        for lacking in self.lacking:
            table, _, column = lacking.partition(".")
            text = re.sub(rf"\b{ALIASES[table]}\.{column}\b", _NOTHING, text)
        return text


def digest_for(server: tuple[int, ...], statement: str) -> str:
    """A statement that digests rows, as a server of this version can run it.

    Hashing a row as such came with PostgreSQL 14 and takes less than half as long as hashing its text, which a weak
    machine in a commune feels. Digests differ between the two: a server that is upgraded is read anew once.
    """
    if server >= (14,):
        return statement
    return _ROW_HASH.sub(r"hashtextextended(row(\g<columns>)::text, 0)", statement)


def shape_of(columns: Iterable[tuple[str, str, bool]]) -> Shape:
    """The shape of a registry from its columns: table, column, whether we may read it.

    Raises:
        Unreadable: a needed column is refused (permission) or missing (schema).
    """
    found = {(table, column): readable for table, column, readable in columns}
    missing = [pair for pair in _pairs(NEEDED) if pair not in found]
    if missing:
        raise Unreadable(Outcome.SCHEMA, map(".".join, missing))
    refused = [pair for pair in _pairs(NEEDED) if not found[pair]]
    if refused:
        raise Unreadable(Outcome.PERMISSION, map(".".join, refused))
    lacking = [".".join(pair) for pair in _pairs(OPTIONAL) if not found.get(pair, False)]
    if not any(table == REPORTS for table, _ in found):
        lacking = [*(name for name in lacking if not name.startswith(f"{REPORTS}.")), REPORTS]
    return Shape(tuple(lacking))


def _pairs(tables: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(table, column) for table, columns in tables.items() for column in columns]
