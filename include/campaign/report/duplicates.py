"""The burn-down of duplicates as the Department reads it: what is left to be decided, by district."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Calendar, Close
from include.campaign.warehouse import fetch


@dataclass(frozen=True)
class DuplicateLine:
    """Duplicates of the province or of a unit just below it. known = remaining + decided + vanished.

    Attributes:
        name: of the unit.
        known: refused as a duplicate at any time so far.
        remaining: still to be decided.
        proposed: of these, proposed by one and waiting for the other person.
        needs_paper: of these, waiting for the paper to be seen.
        decided: so far, by two people.
        vanished: not decided and no duplicates any more: deleted at the registry, received, sent again.
        new: remain now, and did not at the close before.
        decided_now: decided since the close before.
        vanished_now: went away since the close before, undecided.
    """

    name: str
    known: int
    remaining: int
    proposed: int
    needs_paper: int
    decided: int
    vanished: int
    new: int
    decided_now: int
    vanished_now: int


@dataclass(frozen=True)
class DuplicatesLeft:
    """Duplicates of the province at one close: still to be decided, and decided so far."""

    as_of: datetime
    remaining: int
    decided: int


@dataclass(frozen=True)
class DuplicateCounts:
    """The burn-down at a close.

    Attributes:
        course: of this close and those before it, oldest first.
        province: all of them.
        areas: units that have any, most of them left first.
        earlier: of the remaining, those of the phase before: a contractor keyed them, no unit answers for them.
        technical: of the remaining, the same book and number keyed twice.
        in_ledger: of the remaining, those whose other record the Ministry has.
        per_close: decided at a close, on average of the last ones; None: none was.
        closes: how many closes that is of.
        unlooked: registries that could not be looked at for this close: theirs are as known before.
    """

    course: tuple[DuplicatesLeft, ...]
    province: DuplicateLine
    areas: tuple[DuplicateLine, ...]
    earlier: int
    technical: int
    in_ledger: int
    per_close: int | None
    closes: int
    unlooked: int

    @property
    def closes_left(self) -> int | None:
        """So many closes more at this pace, rounded up; None where there is no pace."""
        return -(-self.province.remaining // self.per_close) if self.per_close else None


@dataclass(frozen=True)
class BurnDown:
    """Frozen counts by unit and phase.

    Attributes:
        rows: of the close.
        course: of all closes up to it, oldest first.
        instants: of closes, by key.
        pace: what was decided at the last ones, newest first.
    """

    rows: tuple[RowMapping, ...]
    course: tuple[RowMapping, ...]
    instants: Mapping[str, datetime]
    pace: tuple[int, ...]


def read_burn_down(conn: Connection, calendar: Calendar, close: Close, pace_closes: int) -> BurnDown:
    """What was frozen of duplicates for a close.

    Args:
        conn: campaign database.
        calendar: the campaign's days.
        close: the close.
        pace_closes: how many closes, this one included, a pace is told from.
    """
    every = fetch(conn, "duplicates/select_burndown", close_key=None, registry_code=None)
    pace = fetch(conn, "duplicates/select_pace", close_key=close.key, closes=pace_closes)
    return BurnDown(
        rows=tuple(row for row in every if row["close_key"] == close.key),
        course=tuple(row for row in every if row["close_key"] <= close.key),
        instants={one.key: one.as_of for one in calendar.with_tail()},
        pace=tuple(row["decided"] for row in pace),
    )


def duplicates(found: BurnDown, province: str) -> DuplicateCounts | None:
    """The burn-down; None where there never was a duplicate, or nothing was counted.

    Args:
        found: what was frozen.
        province: its name.
    """
    rows = [row for row in found.rows if row["known"]]
    if not rows:
        return None
    by_area = groupby(sorted(rows, key=itemgetter("area_code")), key=itemgetter("area_code", "full_name"))
    areas = [_line(name, list(of)) for (_, name), of in by_area]
    per_close = sum(found.pace) // len(found.pace) if found.pace else 0
    return DuplicateCounts(
        course=_course(found),
        province=_line(province, rows),
        areas=tuple(sorted(areas, key=lambda area: (-area.remaining, -area.known, area.name))),
        earlier=sum(row["remaining"] for row in rows if row["phase"] == 1),
        technical=_sum(rows, "technical"),
        in_ledger=_sum(rows, "in_ledger"),
        per_close=per_close or None,
        closes=len(found.pace),
        # A registry has a row for each phase.
        unlooked=max(_sum([row for row in found.rows if row["phase"] == phase], "unlooked") for phase in (1, 2)),
    )


def _course(found: BurnDown) -> tuple[DuplicatesLeft, ...]:
    closes = ((key, list(of)) for key, of in groupby(found.course, key=itemgetter("close_key")))
    return tuple(
        DuplicatesLeft(found.instants[key], _sum(of, "remaining"), _sum(of, "decided_so_far"))
        for key, of in closes
        if key in found.instants
    )


def _line(name: str, rows: Sequence[RowMapping]) -> DuplicateLine:
    known, remaining, decided = (_sum(rows, column) for column in ("known", "remaining", "decided_so_far"))
    return DuplicateLine(
        name=name,
        known=known,
        remaining=remaining,
        proposed=_sum(rows, "proposed"),
        needs_paper=_sum(rows, "needs_paper"),
        decided=decided,
        vanished=known - remaining - decided,
        new=_sum(rows, "new"),
        decided_now=_sum(rows, "decided"),
        vanished_now=_sum(rows, "gone"),
    )


def _sum(rows: Iterable[RowMapping], column: str) -> int:
    return sum(row[column] for row in rows)
