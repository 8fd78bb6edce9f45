"""The first screen of a district head's mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from include.campaign.report.course import Course

if TYPE_CHECKING:  # these are made of what stands here
    from include.campaign.report.models import RegistryDay
from include.campaign.report.total import Total


@dataclass(frozen=True)
class DistrictDuty:
    """One thing for a district's head to do.

    Attributes:
        kind: what (a macro of the templates says it): "direct", "people", "correct", "line", "report".
        cases: of cases or people, all units together; None: units are named only.
        units: short names, with their share of `cases` where each has one; most pressing first.
        day: that reports are of.
    """

    kind: str
    cases: int | None
    units: tuple[tuple[str, int | None], ...]
    day: date | None = None


@dataclass(frozen=True)
class DistrictFront:
    """What a district's head reads first.

    Attributes:
        entered_before, received_before: figures of the close before.
        promised: cases promised to the Department; None: nothing is, or no number.
        course: None: nothing can be told of it, or the campaign is over.
        on_list, off_list: short names of units flagged since tonight, and of those that are not any more.
        best: units with a quota, by the share received, up to three; none that has nothing.
        finished: short names of units of which the Ministry has everything.
        duties: up to three.
    """

    entered_before: Total
    received_before: Total
    promised: int | None
    course: Course | None
    on_list: tuple[str, ...]
    off_list: tuple[str, ...]
    best: tuple[RegistryDay, ...]
    finished: tuple[str, ...]
    duties: tuple[DistrictDuty, ...]
