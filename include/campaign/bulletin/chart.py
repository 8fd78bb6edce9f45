"""The province's course as an inline SVG: entered and received, close by close, up to the whole quota. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from include.campaign.bulletin.content import Bulletin, Point

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 34, 58, 14, 26
"""Room for the percents on the left, for the lines' names on the right, for the days below."""


@dataclass(frozen=True)
class Course:
    """One line of the chart. `x`, `y`: its end, where its name and `share` (percent of the quota) stand."""

    figure: str
    points: str
    x: float
    y: float
    label_y: float
    share: int


@dataclass(frozen=True)
class Chart:
    """Coordinates in a view of WIDTH x HEIGHT; what is done rises from the bottom to the quota at the top."""

    entered: Course
    received: Course
    grid: tuple[tuple[int, float], ...]
    """Percents and where they lie."""
    days: tuple[tuple[datetime, float], ...]
    """Mornings that are named below, and where they lie."""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def chart_of(bulletin: Bulletin) -> Chart | None:
    """The chart; None where there is no quota to draw up to, or nothing that may be shown."""
    quota = bulletin.total.quota
    if not bulletin.points or not quota:
        return None
    end = max(bulletin.due, bulletin.points[-1].as_of)
    most = max(quota, *(max(point.entered, point.received) for point in bulletin.points))

    def x(instant: datetime) -> float:
        share = (instant - bulletin.start) / (end - bulletin.start)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(share, 0.0), 1.0), 1)

    def y(cases: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - cases / most), 1)

    def course(figure: str, values: Sequence[tuple[Point, int]]) -> Course:
        (last, cases) = values[-1]
        points = " ".join(f"{x(point.as_of)},{y(value)}" for point, value in values)
        return Course(figure, points, x(last.as_of), y(cases), y(cases), cases * 100 // quota)

    entered = course("entered", [(point, point.entered) for point in bulletin.points])
    received = course("received", [(point, point.received) for point in bulletin.points])
    return Chart(
        entered=_apart(entered, received, above=entered.y <= received.y),
        received=_apart(received, entered, above=entered.y > received.y),
        grid=tuple((percent, y(quota * percent / 100)) for percent in (0, 25, 50, 75, 100)),
        days=tuple((day, x(day)) for day in _mornings(bulletin.start, end)),
    )


def _apart(course: Course, other: Course, *, above: bool) -> Course:
    """Names of lines that end close to each other are moved apart."""
    middle, room = (course.y + other.y) / 2, 14.0
    near = abs(course.y - other.y) < 2 * room
    label = middle + (-room if above else room) if near else course.y
    label = min(max(label, TOP + 8.0), HEIGHT - BOTTOM - 6.0)
    return Course(course.figure, course.points, course.x, course.y, round(label, 1), course.share)


def _mornings(start: datetime, end: datetime) -> list[datetime]:
    days = (end - start).days
    step = max(1, -(-days // 5))
    return [start + timedelta(days=n) for n in range(0, days + 1, step)]
