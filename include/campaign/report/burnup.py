"""Cases entered against the roadmap, close by close, and the fan of what is foretold: of the province and its areas.

Papers and the page draw the same object.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Calendar, Close
from include.campaign.warehouse import fetch


@dataclass(frozen=True)
class Foretold:
    """What a close foretold for an instant: four in five simulated courses lie between low and high."""

    instant: datetime
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Standing:
    """Cases planned and entered at a close.

    Attributes:
        carried: registries that were not read: theirs is what was known of them last.
    """

    as_of: datetime
    planned: float
    done: float
    carried: int


@dataclass(frozen=True)
class BurnUp:
    """A unit's entered cases, its roadmap and what is foretold.

    Attributes:
        code, name: of the unit.
        quota: cases of the registries in it that have a quota.
        closes: judged closes, oldest first; never empty.
        foretold: by the newest of them, nearest first.
        start, end: of the campaign.
        due: by when everything is to be entered.
    """

    code: str
    name: str
    quota: int
    closes: tuple[Standing, ...]
    foretold: tuple[Foretold, ...]
    start: datetime
    due: datetime
    end: datetime

    @property
    def newest(self) -> Standing:
        """At the newest judged close."""
        return self.closes[-1]


@dataclass(frozen=True)
class Courses:
    """What was frozen of all registries' courses up to a close.

    Attributes:
        rows: of `pace/select_burnup`.
        fans: what was foretold, by scope ("province", "area") and unit, nearest first.
        start, due, end: as in `BurnUp`.
    """

    rows: tuple[RowMapping, ...]
    fans: Mapping[tuple[str, str], Sequence[Foretold]]
    start: datetime
    due: datetime
    end: datetime


def read_courses(conn: Connection, calendar: Calendar, close: Close, due: datetime | None) -> Courses:
    """All judged closes up to one.

    Args:
        conn: campaign database.
        calendar: the campaign's days.
        close: the newest that may be shown.
        due: by when everything is to be entered; None: by the end of the campaign.
    """
    closes = calendar.closes()
    end = closes[-1].as_of
    return Courses(
        rows=tuple(fetch(conn, "pace/select_burnup", close_key=close.key)),
        fans=fans(fetch(conn, "pace/select_fans", close_key=close.key), {one.key: one.as_of for one in closes}),
        start=calendar.starts_at,
        due=due or end,
        end=end,
    )


def burn_up(courses: Courses, code: str, name: str, quota: int, *, area: bool) -> BurnUp | None:
    """The course of a unit; None where it has no quota or no close was judged.

    Args:
        courses: of all registries.
        code: of the unit.
        name: of the unit.
        quota: cases of the registries in it that have a quota.
        area: it is just below the province; else it is the province.
    """
    closes = _closes((row for row in courses.rows if not area or row["area_code"] == code), courses.start.tzinfo)
    if not closes or quota <= 0:
        return None
    foretold = courses.fans.get(("area" if area else "province", code), ())
    return BurnUp(code, name, quota, closes, tuple(foretold), courses.start, courses.due, courses.end)


def _closes(rows: Iterable[RowMapping], zone: tzinfo | None) -> tuple[Standing, ...]:
    """Sums over registries of each close; a registry that was not read stays at what was known of it last."""
    known: dict[str, float] = {}
    by_close: dict[datetime, list[RowMapping]] = {}
    for row in rows:
        by_close.setdefault(row["as_of"], []).append(row)
    found = []
    for as_of, of in by_close.items():
        known |= {row["registry_code"]: row["done"] for row in of if row["done"] is not None}
        found.append(
            Standing(
                as_of=as_of.astimezone(zone),
                planned=sum(row["planned"] for row in of),
                done=sum(known.get(row["registry_code"], 0.0) for row in of),
                carried=sum(row["done"] is None for row in of),
            )
        )
    return tuple(found)


def fans(rows: Iterable[RowMapping], instants: Mapping[str, datetime]) -> dict[tuple[str, str], list[Foretold]]:
    """What was foretold, by scope and unit, nearest first; what is foretold for no close of the campaign is left out.

    Args:
        rows: of `pace/select_fans`.
        instants: of the campaign's closes, by key.
    """
    found: dict[tuple[str, str], list[Foretold]] = {}
    for row in rows:
        if row["for_key"] in instants:
            one = Foretold(instants[row["for_key"]], row["low"], row["middle"], row["high"])
            found.setdefault((row["scope"], row["unit_code"]), []).append(one)
    for of_unit in found.values():
        of_unit.sort(key=lambda one: one.instant)
    return found
