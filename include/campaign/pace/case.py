"""What the rules of flags look at, and what they find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from include.campaign.pace.forecast import opening_of
from include.campaign.pace.judgement import FlagOwner, Forecast, Standing
from include.campaign.pace.rhythm import Rhythm
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.pace.season import BOOK_STAGES, STAGES, Flags, Floats, Season
from include.campaign.plan.fields import Stage
from include.campaign.plan.rules import Rules

Figure: TypeAlias = float | int | str | None


@dataclass(frozen=True)
class Case:
    """What rules look at: a season with what was found of it."""

    season: Season
    rules: Rules
    roadmaps: Roadmaps
    rhythm: Rhythm
    standings: Mapping[Stage, Standing]
    entry: Forecast
    transfer: Forecast

    @property
    def judged(self) -> Flags:
        """Registries with a quota that were read."""
        quota = self.season.units.quota
        return self.read & np.isfinite(quota) & (quota > 0)

    @property
    def read(self) -> Flags:
        """Registries that were read for this close."""
        return np.isfinite(self.season.done["entered"][:, -1])

    @property
    def day(self) -> int:
        """Day of the campaign that the close is of, 1 on its first."""
        zone = self.rules.campaign.timezone
        last = (self.season.as_of.astimezone(zone).timestamp() - self.season.start.timestamp() - 1) // 86_400
        return int(last) + 1


@dataclass(frozen=True)
class Raised:
    """What a rule finds: who is to be flagged, who stays flagged, and the figures, an element per registry."""

    on: Flags
    stays: Flags
    figures: Mapping[str, Floats | tuple[Figure, ...]]
    stage: tuple[Stage | None, ...] | Stage | None = None
    owner: tuple[FlagOwner, ...] | FlagOwner = "unit"


def moved_since_start(season: Season) -> Flags:
    """Registries in which anything was done in any stage since the campaign's first instant, as far as is known."""
    moved = np.zeros(len(season.units.codes), dtype=bool)
    for stage in STAGES:
        done = season.done[stage]
        opened = opening_of(season, stage)
        if stage not in season.opening and (stage in BOOK_STAGES or season.opening):
            # What stood there at the first close may be from before: only what came after it is movement.
            opened = np.nanmin(np.where(np.isfinite(done), done, np.inf), axis=1)
        highest = np.nanmax(np.where(np.isfinite(done), done, -np.inf), axis=1)
        moved |= highest > opened
    return moved
