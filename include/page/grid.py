"""What the page shows, as plain objects made from frozen rows. Pure: no database, no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

NOT_OPENED = "not_opened"
"""Outcome of a close that has not been opened for a registry: nothing was to be read yet."""


@dataclass(frozen=True)
class Column:
    """One close."""

    key: str
    day: date
    final: bool
    state: str
    line: str | None
    first_thing: str | None


@dataclass(frozen=True)
class Cell:
    """A source at a close: what happened, and the moment of the reading that its figures come from.

    Attributes:
        attempts: made for the close.
        took_seconds: duration of the reading used, or of the last attempt.
        entries: in the reading used.
        acknowledged_until: day until which the data team knows that the registry cannot be read.
    """

    close: Column
    outcome: str
    read: bool = False
    read_at: datetime | None = None
    attempts: int | None = None
    took_seconds: float | None = None
    entries: int | None = None
    acknowledged_until: date | None = None


@dataclass(frozen=True)
class Row:
    """A source over all closes."""

    code: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class District:
    """Registries that are read together."""

    code: str
    name: str
    rows: tuple[Row, ...]

    def read_at(self, close_key: str) -> int:
        """How many of them were read for a close."""
        return sum(cell.read for row in self.rows for cell in row.cells if cell.close.key == close_key)


@dataclass(frozen=True)
class Grid:
    """The whole table; `ledger` is the Ministry's."""

    columns: tuple[Column, ...]
    ledger: Row
    districts: tuple[District, ...]

    @property
    def newest(self) -> Column | None:
        """The newest close that was carried through."""
        return next((column for column in reversed(self.columns) if column.state != "open"), None)


def make_grid(closes: Iterable[RowMapping], sources: Iterable[RowMapping], zone: ZoneInfo) -> Grid:
    """Arrange rows of `select_page_closes` and `select_page_sources` (which come in the order that is shown)."""
    rows = list(closes)
    columns = tuple(
        Column(row["close_key"], row["day"], row["kind"] == "final", row["state"], row["line"], row["first_thing"])
        for row in rows
    )
    ledger = Row(
        "ministry", "", tuple(Cell(column, row["ledger_outcome"]) for column, row in zip(columns, rows, strict=True))
    )
    return Grid(columns, ledger, _districts(columns, sources, zone))


def _districts(columns: Sequence[Column], sources: Iterable[RowMapping], zone: ZoneInfo) -> tuple[District, ...]:
    names: dict[str, str] = {}
    registries: dict[str, dict[str, str]] = {}
    known: dict[tuple[str, str], RowMapping] = {}
    for row in sources:
        names[row["shard_code"]] = row["shard_name"]
        registries.setdefault(row["shard_code"], {})[row["registry_code"]] = row["full_name"]
        if row["close_key"] is not None:
            known[row["registry_code"], row["close_key"]] = row
    return tuple(
        District(
            shard,
            names[shard],
            tuple(
                Row(code, name, tuple(_cell(column, known.get((code, column.key)), zone) for column in columns))
                for code, name in of_shard.items()
            ),
        )
        for shard, of_shard in registries.items()
    )


def _cell(column: Column, row: RowMapping | None, zone: ZoneInfo) -> Cell:
    if row is None:
        return Cell(column, NOT_OPENED)
    read_at, took_ms = row["read_at"], row["took_ms"]
    return Cell(
        column,
        row["outcome"],
        row["was_read"],
        read_at.astimezone(zone) if read_at else None,
        row["attempts"],
        None if took_ms is None else took_ms / 1000,
        row["entries"],
        row["acknowledged_until"],
    )
