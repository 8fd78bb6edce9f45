"""What the simulated courses enter until the milestone, and what people more or fewer would make of the chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.campaign.pace.season import Floats


@dataclass(frozen=True)
class Courses:
    """An element per registry.

    Attributes:
        totals: cases that each simulated course enters from the close until the milestone, (registries, courses),
            rising; NaN rows: not judged.
        remaining: cases that are missing at the close; 0: finished; NaN: not judged.
        days: days until the milestone.
    """

    totals: Floats
    remaining: Floats
    days: float

    def chance(self, place: int, added: Floats | float) -> Floats:
        """Chance that a registry makes the milestone when so many cases more (or, below 0, fewer) are entered by then.

        The courses are the same for every number asked, so more cases never lower the chance.
        """
        lacking = self.remaining[place] - np.asarray(added, dtype=np.float64)
        courses = self.totals.shape[1]
        made = (courses - np.searchsorted(self.totals[place], lacking, side="left")) / courses
        return np.where(np.isnan(lacking), np.nan, np.where(lacking <= 0, 1.0, made))

    def chances(self) -> Floats:
        """Chance of each registry as it is."""
        made = (self.totals >= self.remaining[:, None]).mean(axis=1)
        return np.where(np.isnan(self.remaining), np.nan, np.where(self.remaining <= 0, 1.0, made))

    def short(self, chance: float) -> Floats:
        """Cases that would have to be added until the milestone so that it is made with this chance."""
        courses = self.totals.shape[1]
        # So many courses must make it; with small numbers a float's last digit must not ask for one more.
        enough = max(int(np.ceil(chance * courses - 1e-9)), 1)
        return np.maximum(self.remaining - self.totals[:, courses - enough], 0.0)
