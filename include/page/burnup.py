"""Cases entered against the roadmap, close by close, and the fan of what is foretold: a picture per unit.

Pure: no database, no HTML. Coordinates are of an SVG of WIDTH x HEIGHT; nothing done lies at the bottom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping

WIDTH, HEIGHT = 640, 200
MARGIN = 4


@dataclass(frozen=True)
class Foretold:
    """What a close foretold for an instant: four in five simulated courses lie between low and high."""

    instant: datetime
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class BurnUp:
    """A unit's entered cases, its roadmap and what is foretold.

    Attributes:
        name: of the unit.
        done, planned, quota: cases at the newest judged close, and all of them.
        foretold: the farthest that is foretold; None: nothing is.
        roadmap, entered, middle: points of polylines; fan: of a polygon, empty where nothing is foretold.
        due_x: where the milestone stands.
    """

    name: str
    done: int
    planned: int
    quota: int
    foretold: Foretold | None
    roadmap: str
    entered: str
    middle: str
    fan: str
    due_x: float


@dataclass(frozen=True)
class Span:
    """The time that is shown, and the instant by which entering is to be done."""

    start: datetime
    end: datetime
    due: datetime

    def x(self, instant: datetime) -> float:
        """Where an instant stands."""
        return round(WIDTH * min(max((instant - self.start) / (self.end - self.start), 0.0), 1.0), 1)


def burn_up(
    name: str, quota: int, rows: Iterable[RowMapping], foretold: Sequence[Foretold], span: Span
) -> BurnUp | None:
    """The picture of a unit; None where it has no quota or no close was judged.

    Args:
        name: of the unit.
        quota: cases of the registries in it that have a quota.
        rows: of `pace/select_burnup`, of these registries, oldest first.
        foretold: by the newest close, nearest first.
        span: the campaign.
    """
    points = _sums(rows)
    if not points or quota <= 0:
        return None
    as_of, planned, done = points[-1]
    top = max(quota, *(one.high for one in foretold), *(row[2] for row in points))

    def y(cases: float) -> float:
        return round(MARGIN + (HEIGHT - 2 * MARGIN) * (1 - max(cases, 0) / top), 1)

    def line(places: Iterable[tuple[datetime, float]]) -> str:
        return " ".join(f"{span.x(instant)},{y(cases)}" for instant, cases in places)

    ahead = [Foretold(as_of, done, done, done), *foretold] if foretold else []
    edge = [(one.instant, one.high) for one in ahead] + [(one.instant, one.low) for one in reversed(ahead)]
    passed = [(instant, planned) for instant, planned, _ in points if instant < span.due]
    return BurnUp(
        name=name,
        done=round(done),
        planned=round(planned),
        quota=quota,
        foretold=foretold[-1] if foretold else None,
        roadmap=line([(span.start, 0.0), *passed, (span.due, float(quota)), (span.end, float(quota))]),
        entered=line([(instant, done) for instant, _, done in points]),
        middle=line([(one.instant, one.middle) for one in ahead]),
        fan=line(edge),
        due_x=span.x(span.due),
    )


def _sums(rows: Iterable[RowMapping]) -> list[tuple[datetime, float, float]]:
    """Instant, planned and done of each close; a registry that was not read stays at what was known of it last."""
    known: dict[str, float] = {}
    planned: dict[datetime, dict[str, float]] = {}
    found: dict[datetime, float] = {}
    for row in rows:
        if row["done"] is not None:
            known[row["registry_code"]] = row["done"]
        planned.setdefault(row["as_of"], {})[row["registry_code"]] = row["planned"]
        found[row["as_of"]] = sum(known.get(code, 0.0) for code in planned[row["as_of"]])
    return [(instant, sum(planned[instant].values()), done) for instant, done in found.items()]


def fans(rows: Iterable[RowMapping], instants: Mapping[str, datetime]) -> dict[tuple[str, str], list[Foretold]]:
    """What was foretold, by scope and unit, nearest first.

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
