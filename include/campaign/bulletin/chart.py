"""The province's course as an inline SVG: entered and received, close by close, up to the whole quota. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from include.campaign.bulletin.content import Bulletin

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 38, 30, 24, 26
"""Room for the percents on the left, for the lines' names above and on the right, for the days below."""


@dataclass(frozen=True)
class Course:
    """One line of the chart, and where it ends. `above`: it ends above the other, and so its name stands above it."""

    points: str
    x: float
    y: float
    above: bool


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

    def course(cases: Sequence[int], others: Sequence[int]) -> Course:
        places = [(x(point.as_of), y(value)) for point, value in zip(bulletin.points, cases, strict=True)]
        return Course(" ".join(f"{across},{up}" for across, up in places), *places[-1], above=cases[-1] > others[-1])

    entered = [point.entered for point in bulletin.points]
    received = [point.received for point in bulletin.points]
    return Chart(
        # Where both end at one height entered stands above.
        entered=course(entered, [cases - 1 for cases in received]),
        received=course(received, entered),
        grid=tuple((percent, y(quota * percent / 100)) for percent in (0, 25, 50, 75, 100)),
        days=tuple((day, x(day)) for day in _mornings(bulletin.start, end)),
    )


def _mornings(start: datetime, end: datetime) -> list[datetime]:
    days = (end - start).days
    step = max(1, -(-days // 5))
    return [start + timedelta(days=n) for n in range(0, days + 1, step)]
