"""What each unit is likely to do in a standard day: its few days, held against what the province's days and units show.

A unit's level is the logarithm of the share of its work that it does in a usual standard day. Days stray around it, and
now and then one is lost (no power, no line); units' levels stray around their area's. How far they do the season itself
shows, all its units together (`Habits`): with few days that is seen far better than of any one unit (empirical Bayes:
Efron & Morris 1975). What then is likely of a unit's level follows from its days (Bayes):

* Most days are usual, some are lost, a few too good to be the unit's own: a day far off the others is probably no
  usual one, and tells little of the level (a mixture: Box & Tiao 1968). One lost day in five is no slower pace.
* Of the newest day that may not be said: a half day would look worse than none, and whoever did more tonight would be
  flagged for it. It is bounded instead (Huber 1964), in a way that more done never makes a unit look slower. So is the
  day in which a unit began, which tells little against it and as much as any other for it.
* Older days tell less, since levels drift. So do counts of a few cases.
* Levels far from the area's are rare, but not as rare as a normal law has it: some units are weak.

How often days are lost is then held apart: `worth` is what days come to on average, lost ones included, to what the
level says; a unit's own days count against `usual_days` of all units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from include.campaign.pace.rates import Rates
from include.campaign.pace.season import Flags, Floats, Places
from include.campaign.plan.pace_rules import Pace

Singles: TypeAlias = NDArray[np.float32]
LIKELY = 20
"""So many paces stand for all that are likely, each as likely as the others."""
GRID = np.arange(-3.5, 1.75, 0.07)
"""Levels that are looked at, from the area's: from a thirtieth to five times."""
BOUNDED = 0.75, 1.5
"""Spreads below and above the level from which on the newest day tells no more than one there;"""
LOST = 3.0
"""below also no more than makes half a day an eighth as likely as a whole one (this power of what it comes to)."""
BEGUN = 1.0
"""The same power for the day in which a unit began: any part of it may have been the first."""
FAR_SHARE, FAR = 0.1, 3.0
"""So many units are taken to stray so much further than the others."""
LEAST_SPREAD = 0.05
"""No spread is smaller: a few units that are alike by chance do not make all so."""
EXPECTED = 20
"""What is seen is held against so many days, or units, that are as the rules expect."""
MOST = 3.0
"""A day that is further above the level counts as this many times it: a batch that was taken over is no pace."""
GOOD_SHARE = 0.01
"""So few days are too good to be the unit's own pace: a batch, a correction."""
LOST_REACH, GOOD_REACH = 1.5, 1.0
"""How far lost and too good days lie off, on average, as logarithms."""
LOST_FROM = 3.0
"""Spreads below the unit's middle from which on a day counts as lost."""
UNSEEN = 1 / 15
"""Share of its work that a unit is taken to do in a day before any was seen."""
ROOT = float(np.sqrt(2 * np.pi))
ENOUGH_UNITS = 4
"""An area with fewer units has no level of its own."""
MAD = 1.4826
"""Makes a median absolute deviation a standard deviation."""


@dataclass(frozen=True)
class Habits:
    """How the province's units, and their days, differ.

    Attributes:
        centre: per unit the usual level of its area.
        between: spread of levels around it.
        noise: spread of usual days around a unit's level.
        lost: share of days that are lost.
        worth: what days come to on average, lost ones included, to what the level says.
        stray: spread of days, lost ones included, as a share of their mean.
    """

    centre: Floats
    between: float
    noise: float
    lost: float
    worth: float
    stray: float


def habits_of(rates: Rates, work: Floats, area: Places, rules: Pace) -> Habits:
    """What the season shows of all units together; the less it shows, the more of what the rules expect.

    Days on which a unit finished, and after, are left out: they say nothing of its pace.
    """
    work = np.where(work > 0, work, np.nan)
    busy = rates.curve[:, -rates.daily.shape[1] :] < rules.finished_share * work[:, None]
    days = rates.own & busy & rates.begun[:, None]
    shown = np.where(days, _levels(rates, work), np.nan)
    count = days.sum(axis=1)
    middle = _medians(shown)
    several = count >= 2
    around = (shown - middle[:, None])[several] * np.sqrt(count / np.maximum(count - 1, 1))[several, None]
    seen = around[np.isfinite(around)]
    noise = _held(_spread(seen) ** 2, len(seen), rules.day_noise)
    lost = (float((seen < -LOST_FROM * noise).sum()) + EXPECTED * rules.lost_days) / (len(seen) + EXPECTED)
    own = np.isfinite(middle)
    whole = float(np.median(middle[own])) if own.any() else float(np.log(UNSEEN))
    by_chance = noise**2 / float(np.median(count[own])) if own.any() else 0.0
    between = _held(_spread(middle[own] - whole) ** 2 - by_chance, int(own.sum()), rules.level_spread)
    centre = _centres(middle, whole, between**2 + by_chance, area)
    draft = Habits(centre, between, noise, lost, 1.0, rules.day_noise)
    return _with_worth(draft, rates, work, days & several[:, None], rules)


def _with_worth(draft: Habits, rates: Rates, work: Floats, days: Flags, rules: Pace) -> Habits:
    """What days come to on average, and how they stray, against the levels that they show."""
    level = np.exp(likely_levels(rates, work, draft, rules)).mean(axis=1)
    ratio = np.where(days, rates.daily / (level * work)[:, None], np.nan)
    # Sorted sums: the order of the units changes nothing.
    ratio = np.sort(np.minimum(ratio[np.isfinite(ratio)], MOST))
    if not len(ratio) or ratio.mean() <= 0:
        return draft
    count = days.sum(axis=1)
    freely = count.sum() / np.maximum(count - 1, 0).sum()
    worth = float((ratio.sum() + EXPECTED) / (len(ratio) + EXPECTED))
    stray = _held(float(ratio.var()) * freely / worth**2, len(ratio), rules.day_noise)
    return replace(draft, worth=worth, stray=stray)


def _held(variance: float, count: int, expected: float) -> float:
    """A spread seen in so many, held against some with the one expected."""
    held = (max(variance, 0.0) * count + expected**2 * EXPECTED) / (count + EXPECTED)
    return max(float(np.sqrt(held)), LEAST_SPREAD)


def _spread(values: Floats) -> float:
    return MAD * float(np.median(np.abs(values))) if len(values) else 0.0


def _medians(values: Floats) -> Floats:
    found = np.full(len(values), np.nan)
    some = np.isfinite(values).any(axis=1)
    found[some] = np.nanmedian(values[some], axis=1)
    return found


def _levels(rates: Rates, work: Floats) -> Floats:
    """Each day's level; a day without a case counts as half a one."""
    least = 0.5 / np.maximum(rates.weights, 1e-9)
    return np.log(np.maximum(rates.daily, least) / work[:, None])


def _centres(middle: Floats, whole: float, variance: float, area: Places) -> Floats:
    """Each area's usual level, drawn to the province's by how little its units tell (by moments)."""
    reach = 2 * np.sqrt(variance)
    means: dict[int, tuple[float, float]] = {}
    for place in np.unique(area).tolist():
        levels = middle[(area == place) & np.isfinite(middle)]
        if len(levels) >= ENOUGH_UNITS:
            means[place] = float(np.sort(np.clip(levels, whole - reach, whole + reach)).mean()), variance / len(levels)
    centre = np.full(len(middle), whole)
    if len(means) < 2:
        return centre
    found, by_chance = np.array(list(means.values())).T
    apart = max(float(np.mean((found - whole) ** 2) - by_chance.mean()), 0.0)
    for place, (mean, chance) in means.items():
        centre[area == place] = whole + apart / (apart + chance) * (mean - whole) if apart > 0 else whole
    return centre


def likely_levels(rates: Rates, work: Floats, habits: Habits, rules: Pace) -> Floats:
    """Levels that each unit is likely to have, rising, each as likely as the others: (units, `LIKELY`)."""
    levels = _levels(rates, work) - habits.centre[:, None]
    rounded = 1 / np.maximum(np.exp(habits.centre[:, None]) * work[:, None] * rates.weights, 1.0)  # true to a case
    days = rates.daily.shape[1]
    drift = rules.drift_per_day * np.sqrt(np.arange(days)[::-1])
    spread = np.sqrt(habits.noise**2 + drift**2 + np.nan_to_num(rounded, nan=1.0) ** 2)
    near, far = (np.exp(-0.5 * (GRID / reach) ** 2) / reach for reach in (habits.between, FAR * habits.between))
    found = np.tile(((1 - FAR_SHARE) * near + FAR_SHARE * far).astype(np.float32), (len(levels), 1))
    known = np.isfinite(levels)
    telling = _telling(rates)
    for day in range(days):
        rows = np.flatnonzero(telling[:, day] & known[:, day])
        level, stray = levels[rows, day], spread[rows, day]
        found[rows] *= _past_day(level, stray, habits.lost) if day < days - 1 else _bounded_day(level, stray, LOST)
        rows = np.flatnonzero(rates.began[:, day] & known[:, day])
        found[rows] *= _bounded_day(levels[rows, day], spread[rows, day], BEGUN)
    return habits.centre[:, None] + _quantiles(found)


def _telling(rates: Rates) -> Flags:
    """Days that tell of a unit's level: its own; while it has not begun the newest only, when it begins is apart."""
    telling = rates.own & rates.begun[:, None]
    telling[:, -1] = rates.own[:, -1]
    return telling


def _past_day(level: Floats, spread: Floats, lost: float) -> Singles:
    """How likely a day is at each level of `GRID`: a usual day, a lost one, or, rarely, far too good a one."""
    off = _off(level)
    usual = (1 - lost - GOOD_SHARE) / ROOT * np.exp(-0.5 * (off / _column(spread)) ** 2) / _column(spread)
    below = _column(lost / LOST_REACH * np.exp(level / LOST_REACH)) * np.exp(-GRID / LOST_REACH).astype(np.float32)
    above = _column(GOOD_SHARE / GOOD_REACH * np.exp(-level / GOOD_REACH)) * np.exp(GRID / GOOD_REACH).astype(
        np.float32
    )
    return usual + np.where(off < 0, below, above)


def _bounded_day(level: Floats, spread: Floats, power: float) -> Singles:
    """The same of the day that is judged, in a way that more done never makes a unit look slower (log-concave).

    It may be a part of a day only: however little was done, that counts for no more than this power of it.
    """
    size = _off(level) / _column(spread)
    near = np.clip(size, _column(-np.minimum(BOUNDED[0], power * spread)), np.float32(BOUNDED[1]))
    return np.exp(near * (0.5 * near - size))


def _off(level: Floats) -> Singles:
    """How far days lie off each level of `GRID`."""
    return _column(level) - GRID.astype(np.float32)


def _column(values: Floats) -> Singles:
    return values.astype(np.float32)[:, None]


def _quantiles(likely: Singles) -> Floats:
    """Of each row the points of `GRID` between which lie equal shares of it."""
    below = np.cumsum(likely, axis=1, dtype=np.float64)
    below /= below[:, -1:]
    row = np.arange(len(likely))
    step = GRID[1] - GRID[0]
    found = np.empty((len(likely), LIKELY))
    for n in range(LIKELY):
        share = (n + 0.5) / LIKELY
        place = np.minimum((below < share).sum(axis=1), len(GRID) - 1)
        under = np.where(place > 0, below[row, place - 1], 0.0)
        here = below[row, place] - under
        part = np.divide(share - under, here, out=np.ones(len(row)), where=here > 0)
        found[:, n] = GRID[place] + (part - 0.5) * step
    return found


def likely_paces(rates: Rates, work: Floats, habits: Habits, rules: Pace) -> Floats:
    """Cases that each unit is likely to do in a standard day, bad days included: (units, `LIKELY`), rising.

    A unit that has not begun is taken to have its area's pace. Who has done nothing for more than a day is expected to
    do the less the longer that lasts: nothing after another `few_closes`.
    """
    work = np.where(work > 0, work, np.nan)
    level = np.exp(likely_levels(rates, work, habits, rules)) * work[:, None]
    own = _telling(rates)
    held = rules.usual_days * habits.worth * level + (rates.daily * own).sum(axis=1)[:, None]
    paces = held / (rules.usual_days + own.sum(axis=1))[:, None]
    still = np.logical_and.accumulate((rates.daily <= 0)[:, ::-1], axis=1)[:, ::-1] & rates.own
    lasting = np.maximum(still @ rates.weights - 1, 0)
    return np.nan_to_num(paces * np.maximum(1 - lasting / rules.few_closes, 0)[:, None])
