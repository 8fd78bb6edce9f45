"""A unit's burn-up as an SVG picture. Pure: no database, no HTML.

Coordinates are of an SVG of WIDTH x HEIGHT; nothing done lies at the bottom.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from include.campaign.report.burnup import BurnUp, Foretold

WIDTH, HEIGHT = 640, 200
MARGIN = 4


@dataclass(frozen=True)
class Drawn:
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


def drawn(course: BurnUp) -> Drawn:
    """The picture of a unit."""
    newest = course.newest
    top = max(course.quota, *(one.high for one in course.foretold), *(one.done for one in course.closes))

    def x(instant: datetime) -> float:
        passed = (instant - course.start) / (course.end - course.start)
        return round(WIDTH * min(max(passed, 0.0), 1.0), 1)

    def y(cases: float) -> float:
        return round(MARGIN + (HEIGHT - 2 * MARGIN) * (1 - max(cases, 0) / top), 1)

    def line(places: Iterable[tuple[datetime, float]]) -> str:
        return " ".join(f"{x(instant)},{y(cases)}" for instant, cases in places)

    now = Foretold(newest.as_of, newest.done, newest.done, newest.done)
    ahead = [now, *course.foretold] if course.foretold else []
    edge = [(one.instant, one.high) for one in ahead] + [(one.instant, one.low) for one in reversed(ahead)]
    passed = [(one.as_of, one.planned) for one in course.closes if one.as_of < course.due]
    whole = float(course.quota)
    return Drawn(
        name=course.name,
        done=round(newest.done),
        planned=round(newest.planned),
        quota=course.quota,
        foretold=course.foretold[-1] if course.foretold else None,
        roadmap=line([(course.start, 0.0), *passed, (course.due, whole), (course.end, whole)]),
        entered=line([(one.as_of, one.done) for one in course.closes]),
        middle=line([(one.instant, one.middle) for one in ahead]),
        fan=line(edge),
        due_x=x(course.due),
    )
