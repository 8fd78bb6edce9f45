"""How fast a unit goes and where that leads, as the heads of units are told: one stage, one day, one speed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from include.campaign.report.pace import Finish

CountedStage = Literal["entered", "received"]


@dataclass(frozen=True)
class Course:
    """What is left of a stage, and when it will be done as things go.

    Attributes:
        stage: "entered" until all is entered, then "received".
        by: last day that is in time; overdue: it is over.
        remaining: cases left; 0: nothing is, in both stages.
        ends: day by which it will be done, never before the close; None: not to be foretold.
        needed_per_day: cases a day that would be in time; None where it is overdue or nothing is left.
        pace_per_day: as measured, rounded down; None: not known.
        few_days: few days of its own are known, so those of its area are mixed in.
    """

    stage: CountedStage
    by: date
    overdue: bool
    remaining: int
    ends: date | None
    needed_per_day: int | None
    pace_per_day: int | None
    few_days: bool

    @property
    def idle(self) -> bool:
        """Next to nothing was done lately: no day can be named."""
        return self.pace_per_day == 0

    @property
    def days_late(self) -> int | None:
        """Days that the end is after the last one in time, 0 or less: in time; None: no end can be named."""
        return None if self.ends is None else (self.ends - self.by).days


def course(
    entry: Finish | None,
    transfer: Finish | None,
    milestones: tuple[date, date],
    as_of: datetime,
    entry_by: date | None = None,
) -> Course | None:
    """The course of the stage that counts now; None: nothing can be told of it.

    Args:
        entry: when entering will be done.
        transfer: when the Ministry will have received all.
        milestones: last days in time for entering and for receiving, which forecasts are held against.
        as_of: instant of the close, in the campaign's zone.
        entry_by: last day in time for entering where the unit has one of its own.
    """
    if entry is None:
        return None
    if not entry.finished:
        own = entry_by is not None and entry_by != milestones[0]
        frozen = None if own else entry.needed_per_day
        return _course("entered", entry, entry_by or milestones[0], as_of, frozen)
    return None if transfer is None else _course("received", transfer, milestones[1], as_of, transfer.needed_per_day)


def _course(stage: CountedStage, found: Finish, by: date, as_of: datetime, needed: int | None) -> Course:
    """needed: as frozen; None: what is left is spread over the days until `by` ends."""
    days = (datetime.combine(by + timedelta(days=1), time(0), as_of.tzinfo) - as_of) / timedelta(days=1)
    remaining = 0 if found.finished else max(found.remaining, 1)
    moving = bool(found.pace_per_day) and remaining > 0
    return Course(
        stage=stage,
        by=by,
        overdue=days <= 0,
        remaining=remaining,
        # A speed of nothing leads nowhere, whatever was simulated with the speed of others.
        ends=max(found.likely, as_of.date()) if moving and found.likely is not None else None,
        needed_per_day=max(needed or math.ceil(remaining / max(days, 1.0)), 1) if remaining and days > 0 else None,
        pace_per_day=found.pace_per_day,
        few_days=found.shrunk,
    )
