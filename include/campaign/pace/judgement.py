"""What judging a close finds: where each registry stands, when it will be done, and its flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from include.campaign.pace.season import Flags, Floats, Places
from include.campaign.plan.fields import Stage

FlagKind = Literal[
    "not_started", "stalled", "behind", "will_miss_entry", "will_miss_transfer", "going_backwards", "silent",
    "report_mismatch", "error_rate", "too_good",
]  # fmt: skip
"""Kinds of flags, in the order in which they are told; meanings in docs/figures.md."""

FlagOwner = Literal["unit", "district", "department", "ministry", "line", "partner"]
"""Who can do something about a flag, and is therefore told."""


@dataclass(frozen=True)
class Standing:
    """One stage against its roadmap, an element per registry.

    Attributes:
        planned: books or cases that the roadmap asks for at the close.
        done: books or cases done.
        planned_days: days of the stage's roadmap that have passed; past its end, days go on while it is unfinished.
        earned_days: days of the roadmap that what is done amounts to (earned schedule, Lipke 2003).
    """

    planned: Floats
    done: Floats
    planned_days: Floats
    earned_days: Floats

    @property
    def days_behind(self) -> Floats:
        """Days behind the roadmap; negative: ahead."""
        return self.planned_days - self.earned_days

    @property
    def spi(self) -> Floats:
        """SPI(t): days earned for each day that passed; NaN before the stage's first day."""
        passed = np.where(self.planned_days > 0, self.planned_days, np.nan)
        return self.earned_days / passed


@dataclass(frozen=True)
class Forecast:
    """When entering and transferring will be finished, an element per unit: registries, then areas, then the province.

    Attributes:
        codes: GSO codes of the units.
        remaining: cases still to be done.
        pace_per_day: measured pace, cases a day, days without any included.
        needed_per_day: cases a day that would finish at the milestone.
        p50, p85: days from the close until the work is finished in half, and in 85 %, of the simulated courses;
            infinite: beyond the horizon.
        chance: share of the courses that make the milestone, 0 to 1; 1 when finished.
        days_used: closed days of its own that the forecast rests on.
        shrunk: its own days were too few: the pace of its area was mixed in.
        naive: days until finished on a straight line from the start.
    """

    codes: tuple[str, ...]
    remaining: Floats
    pace_per_day: Floats
    needed_per_day: Floats
    p50: Floats
    p85: Floats
    chance: Floats
    days_used: Places
    shrunk: Flags
    naive: Floats


@dataclass(frozen=True)
class Interval:
    """What was foretold for a later close: 80 % of the courses have between low and high cases entered by then.

    `ahead` is how many closes later that is. `naive` is a straight line's number. An element per unit, as in
    `Forecast.codes`: registries, then areas, then the province.
    """

    key: str
    ahead: int
    low: Floats
    middle: Floats
    high: Floats
    naive: Floats


@dataclass(frozen=True)
class Flag:
    """One flag of a registry. `figures` are what the rule looked at, by name, for the reason told and for `prove`."""

    registry_code: str
    kind: FlagKind
    stage: Stage | None
    owner: FlagOwner
    figures: Mapping[str, float | int | str | None]
    streak: int
    """Judged closes in a row with this flag, this one included."""

    @property
    def newly(self) -> bool:
        """Not flagged so when last judged."""
        return self.streak == 1


@dataclass(frozen=True)
class Judgement:
    """All that was found at a close."""

    standings: Mapping[Stage, Standing]
    entry: Forecast
    transfer: Forecast
    intervals: tuple[Interval, ...]
    flags: tuple[Flag, ...]
    judged: Flags = field(repr=False)
    """Registries that could be judged: with a quota and with figures."""
    bottleneck: tuple[Stage | None, ...] = ()
    """Per registry the stage that holds it up: the earliest of those furthest behind, in days; None: none is."""
