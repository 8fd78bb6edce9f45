"""What the simulated courses enter until the milestone, and what people more or fewer would make of the chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from include.campaign.pace.season import Floats


@dataclass(frozen=True)
class Courses:
    """What is foreseen, an element per registry.

    Who comes has the same good and bad days as who is there: cases that are added, or that go with people who leave,
    are so many on average over the courses, more in a good course and fewer in a bad one. Where nobody enters anything
    in any course they are the same in all.

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
        if mean > 0:
            times = np.maximum(1 + more / mean, 0.0)
            lacking = np.divide(remaining, times, out=np.full(times.shape, np.inf), where=times > 0)
        else:
            lacking = remaining - more
        courses = self.totals.shape[1]
        made = (courses - np.searchsorted(self.totals[place], lacking, side="left")) / courses
        return np.where(np.isnan(remaining + more), np.nan, np.where((remaining <= 0) | (lacking <= 0), 1.0, made))

    def chances(self) -> Floats:
        """Chance of each registry as it is."""
        made = (self.totals >= self.remaining[:, None]).mean(axis=1)
        return np.where(np.isnan(self.remaining), np.nan, np.where(self.remaining <= 0, 1.0, made))

    def short(self, chance: float) -> Floats:
        """Cases that would have to be added, on average, so that the milestone is made with this chance.

        Infinite where too many courses enter nothing at all, so that more people would enter nothing either.
        """
        courses = self.totals.shape[1]
        # So many courses must make it; with small numbers a float's last digit must not ask for one more.
        enough = max(int(np.ceil(chance * courses - 1e-9)), 1)
        reached = self.totals[:, courses - enough]
        times = np.divide(self.remaining, reached, out=np.full(len(reached), np.inf), where=reached > 0)
        added = np.where(self.mean > 0, np.maximum(times - 1, 0.0) * np.maximum(self.mean, 1e-9), self.remaining)
        return np.where(np.isnan(self.remaining), np.nan, np.where(self.remaining <= 0, 0.0, added))
