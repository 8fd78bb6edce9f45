"""From entering to handing over: how many days a case takes, and whether it takes longer by the day.

What is handed over today was entered some days ago. That delay, read off the two curves of a unit, hardly changes while
its work flows, so handing over is finished that much after entering: also in the first days, when little has come
through yet and its pace says nothing. Where reviewing or sending stands still the delay grows by a day each day, and
the finish recedes with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.campaign.pace.season import Flags, Floats

TREND_CLOSES = (2, 3, 4)
"""Closes over which the delay is watched for growth; the least of these counts. Where it was not seen at one of them,
because the registry was not read, no growth is held against the unit."""
USUAL_GROWTH = 0.25
"""Days a day that a delay may grow by without meaning anything: days differ."""
MOST_GROWTH = 0.95


@dataclass(frozen=True)
class Delay:
    """Days from entering to handing over, and by how many days they grow each day; an element per unit."""

    days: Floats
    growth: Floats

    def after(self, entered: Floats) -> Floats:
        """Days from now until what is entered in so many days (negative: so long ago) is handed over."""
        return np.maximum((entered + self.days) / (1 - self.growth), 0.0)

    def before(self, handed: float) -> Floats:
        """By when, in days from now, all must be entered so that it is handed over in so many days."""
        return handed * (1 - self.growth) - self.days


def delay_of(entered: Floats, handed: Floats, days: Floats, known: Flags) -> Delay:
    """Read the delay off the curves.

    Args:
        entered: cases entered at the campaign's start and at each close, rising; (units, instants).
        handed: cases handed over.
        days: the instants as days from the last one, 0 or less.
        known: where `handed` was seen; elsewhere it is filled in.
    """
    now = -reached_at(entered, days, handed[:, -1])
    flows = handed[:, -1] > handed[:, 0]
    usual = float(np.median(np.sort(now[flows & np.isfinite(now)]))) if (flows & np.isfinite(now)).any() else 1.0
    now = np.where(flows & np.isfinite(now), now, usual)
    growth = np.zeros(len(now))
    if handed.shape[1] > max(TREND_CLOSES) + 2:  # in the first days every delay grows: little has come through yet
        growth = np.min([_grown(now, entered, handed, days, known, closes) for closes in TREND_CLOSES], axis=0)
    growth = np.clip((growth - USUAL_GROWTH) / (1 - USUAL_GROWTH), 0.0, MOST_GROWTH)
    return Delay(now, growth)


def _grown(now: Floats, entered: Floats, handed: Floats, days: Floats, known: Flags, closes: int) -> Floats:
    """Days a day that the delay has grown by over so many closes; 0 where it was not to be seen then."""
    before = handed[:, -1 - closes]
    then = days[-1 - closes] - reached_at(entered, days, before)
    seen = (before > handed[:, 0]) & np.isfinite(then) & known[:, -1 - closes]
    return np.where(seen, (now - then) / -days[-1 - closes], 0.0)


def reached_at(curve: Floats, days: Floats, level: Floats) -> Floats:
    """When each rising curve first came to a level, in proportion between two instants; NaN: not yet."""
    there = curve >= level[:, None] - 1e-9
    first = np.argmax(there, axis=1)
    unit = np.arange(len(curve))
    left = np.maximum(first - 1, 0)
    low, high = curve[unit, left], curve[unit, first]
    part = np.divide(level - low, high - low, out=np.ones(len(unit)), where=high > low)
    found = days[left] + np.clip(part, 0.0, 1.0) * (days[first] - days[left])
    return np.where(there.any(axis=1), found, np.nan)
