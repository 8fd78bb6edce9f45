"""What units did in their last days: the days that tell of their pace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.campaign.pace.rhythm import filled as curve_of
from include.campaign.pace.season import Flags, Floats, Places
from include.campaign.plan.pace_rules import Pace


@dataclass(frozen=True)
class Rates:
    """What each unit did in the last days, a column per close that pace looks back on.

    Attributes:
        curve: done at the campaign's start and by each close, gaps filled; after the last reading what that showed.
        daily: cases per standard day, (units, closes of the window).
        weights: standard days before each of these closes.
        own: days that tell of the unit's pace.
        began: the day in which it began after idle ones: perhaps a part of one.
        pace: mean of the unit's own days, days without any work included; NaN: it has none.
        days: own days that were used; none while it has not begun.
        shrunk: own days are few: the pace foretold rests on its area's as well.
    """

    curve: Floats
    daily: Floats
    weights: Floats
    own: Flags
    began: Flags
    pace: Floats
    days: Places
    shrunk: Flags

    @property
    def now(self) -> Floats:
        """Done by the last reading."""
        return self.curve[:, -1]

    @property
    def begun(self) -> Flags:
        """Units that have done anything since the campaign's start."""
        return self.curve[:, -1] > self.curve[:, 0]


def rates_of(cumulative: Floats, opening: Floats, weights: Floats, rules: Pace) -> Rates:
    """Measure how fast each unit works.

    A unit's own days are those that were read, from its first whole day of work on: days before it began say nothing of
    its pace. While it has not begun they are all there is, and not counted as days of its own.

    Args:
        cumulative: done by each close, NaN: not read; (units, closes).
        opening: done before the first close.
        weights: standard days before each close.
        rules: window and what few days are.
    """
    curve, known = curve_of(cumulative, opening, weights)
    counts = np.maximum(np.diff(curve, axis=1), 0.0)
    window = slice(max(counts.shape[1] - rules.window_closes, 0), None)
    working, began = _working(counts)
    worth = weights[window] > 0
    own, began = (known & working)[:, window] & worth, (known & began)[:, window] & worth
    counts, weights = counts[:, window], weights[window]
    passed = own @ weights
    pace = np.divide((counts * own).sum(axis=1), passed, out=np.full(len(passed), np.nan), where=passed > 0)
    daily = counts / np.where(worth, weights, 1.0)
    days = np.where(curve[:, -1] > curve[:, 0], own.sum(axis=1), 0)
    return Rates(curve, daily, weights, own, began, pace, days, days < rules.few_closes)


def _working(counts: Floats) -> tuple[Flags, Flags]:
    """Days from each unit's first whole day of work on, and that in which it began after idle ones: no whole day."""
    begun = np.maximum.accumulate(counts > 0, axis=1)
    idle_before = np.pad(~begun, ((0, 0), (1, 0)))[:, :-1]
    return (begun & ~idle_before) | ~begun[:, -1:], begun & idle_before
