"""What the simulated courses enter until the milestone, and what people more or fewer would make of the chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from include.campaign.pace.season import Floats

LUCK_OF_THE_PLACE = 0.5
"""Of the good and bad days of who comes, or leaves: power and lines are the place's, the rest is each one's own."""


@dataclass(frozen=True)
class Courses:
    """What is foreseen, an element per registry.

    Cases that people would add, or that go with people who leave, are so many on average over the courses; half of them
    are more in a good course and fewer in a bad one, as everybody's there are, and half are the same in all. Where
    nobody enters anything in any course, all of them are.

    Attributes:
        totals: cases that each simulated course enters from the close until the milestone, (registries, courses),
            rising; NaN rows: not judged.
        remaining: cases that are missing at the close; 0: finished; NaN: not judged.
        days: days until the milestone.
    """

    totals: Floats
    remaining: Floats
    days: float

    @cached_property
    def mean(self) -> Floats:
        """Mean of each registry's courses."""
        return self.totals.mean(axis=1)

    def chance(self, place: int, added: Floats | float) -> Floats:
        """Chance that a registry makes the milestone when so many cases more (or, below 0, fewer) are entered by then.

        The courses are the same for every number asked, so more cases never lower the chance.
        """
        more = np.asarray(added, dtype=np.float64)
        remaining, mean = self.remaining[place], self.mean[place]
        shared = LUCK_OF_THE_PLACE if mean > 0 else 0.0
        times = np.maximum(1 + shared * more / max(mean, 1e-9), 0.0)
        left = remaining - (1 - shared) * more
        lacking = np.divide(left, times, out=np.where(left > 0, np.inf, 0.0), where=times > 0)
        courses = self.totals.shape[1]
        made = (courses - np.searchsorted(self.totals[place], lacking, side="left")) / courses
        return np.where(np.isnan(remaining + more), np.nan, np.where((remaining <= 0) | (lacking <= 0), 1.0, made))

    def chances(self) -> Floats:
        """Chance of each registry as it is."""
        made = (self.totals >= self.remaining[:, None]).mean(axis=1)
        return np.where(np.isnan(self.remaining), np.nan, np.where(self.remaining <= 0, 1.0, made))

    def short(self, chance: float) -> Floats:
        """Cases that would have to be added, on average, so that the milestone is made with this chance."""
        courses = self.totals.shape[1]
        # So many courses must make it; with small numbers a float's last digit must not ask for one more.
        enough = max(int(np.ceil(chance * courses - 1e-9)), 1)
        reached = self.totals[:, courses - enough]
        shared = np.where(self.mean > 0, LUCK_OF_THE_PLACE, 0.0)
        worth = shared * reached / np.maximum(self.mean, 1e-9) + 1 - shared
        return np.maximum(self.remaining - reached, 0.0) / worth
