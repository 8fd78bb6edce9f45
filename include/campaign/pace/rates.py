"""The days that a forecast draws from: each unit's own, filled up with its area's where they are few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.campaign.pace.rhythm import filled as curve_of
from include.campaign.pace.season import Flags, Floats, Places
from include.campaign.plan.pace_rules import Pace


@dataclass(frozen=True)
class Rates:
    """What each unit does in a standard day, one column per day that may be drawn.

    A column is the same day of the campaign for all units, so that drawing it for all keeps what their days have in
    common; columns beyond the closes there are hold days of the area.

    Attributes:
        curve: done at the campaign's start and by each close, gaps filled; after the last reading what that showed.
        per_day: cases per standard day, (units, columns).
        pace: mean of the unit's own days, days without any work included; NaN: it has none.
        own: own days that were used.
        shrunk: own days were too few: days of its area were mixed in.
    """

    curve: Floats
    per_day: Floats
    pace: Floats
    own: Places
    shrunk: Flags

    @property
    def now(self) -> Floats:
        """Done by the last reading."""
        return self.curve[:, -1]


def rates_of(cumulative: Floats, opening: Floats, weights: Floats, work: Floats, area: Places, rules: Pace) -> Rates:
    """Measure how fast each unit works.

    A unit's own days are those that were read, from its first whole day of work on: days before it began say nothing of
    its pace. While it has not begun they are all there is, and not counted as days of its own. A bad day counts, but is
    drawn in (`_drawn_in`). Missing days, up to `few_closes`, are days of its area: what units there do in a day, as a
    share of their work, from the slow to the fast.

    Args:
        cumulative: done by each close, NaN: not read; (units, closes).
        opening: done before the first close.
        weights: standard days before each close.
        work: cases there are to do; NaN: not known.
        area: place of the area that each unit lies in.
        rules: window and what few days are.
    """
    curve, known = curve_of(cumulative, opening, weights)
    counts = np.maximum(np.diff(curve, axis=1), 0.0)
    window = slice(max(counts.shape[1] - rules.window_closes, 0), None)
    worth = weights[window] > 0
    own = (known & _working(counts))[:, window] & worth
    counts, weights = counts[:, window], weights[window]
    passed = own @ weights
    pace = np.divide((counts * own).sum(axis=1), passed, out=np.full(len(passed), np.nan), where=passed > 0)
    daily = _drawn_in(np.where(own, counts / np.where(worth, weights, 1.0), 0.0), own, rules)
    further = max(rules.few_closes - daily.shape[1], 0)
    daily = np.pad(daily, ((0, 0), (0, further)))
    own = np.pad(own, ((0, 0), (0, further)))
    filled = _filled(daily, own, _days_of_areas(pace, work, area, rules.few_closes), work, rules.few_closes)
    days = np.where(curve[:, -1] > curve[:, 0], own.sum(axis=1), 0)
    return Rates(curve, filled, pace, days, days < rules.few_closes)


def _working(counts: Floats) -> Flags:
    """Days from each unit's first whole day of work on: that in which it began, after idle ones, was no whole day."""
    begun = np.maximum.accumulate(counts > 0, axis=1)
    idle_before = np.pad(~begun, ((0, 0), (1, 0)))[:, :-1]
    return (begun & ~idle_before) | ~begun[:, -1:]


def _drawn_in(daily: Floats, own: Flags, rules: Pace) -> Floats:
    """Own days, what very bad ones lack lessened by how few days they are among.

    One day without power in six does not mean every sixth day to come: how often such days are is seen less well in a
    unit's few days than in `usual_days` of all units.
    """
    count = np.maximum(own.sum(axis=1), 1)
    ordered = np.sort(np.where(own, daily, np.inf), axis=1)
    middle = np.where(own.any(axis=1), ordered[np.arange(len(daily)), (count - 1) // 2], 0.0)
    lack = np.maximum(rules.bad_day_share * middle[:, None] - daily, 0.0)
    return np.where(own, daily + (rules.usual_days / (rules.usual_days + count))[:, None] * lack, 0.0)


def _filled(daily: Floats, own: Flags, of_area: Floats, work: Floats, few: int) -> Floats:
    """Every column a day: first the unit's own, then as many of its area as it lacks, then its own again."""
    count = own.sum(axis=1)
    missing = np.maximum(few - count, 0)
    rank = np.cumsum(~own, axis=1) - 1
    row = np.arange(len(daily))[:, None]
    order = np.argsort(~own, axis=1, kind="stable")
    again = daily[row, order[row, (rank - missing[:, None]) % np.maximum(count, 1)[:, None]]]
    # Which of the area's days, slow to fast: those taken lie evenly among them.
    taken = np.minimum(rank, np.maximum(missing - 1, 0)[:, None])
    place = ((2 * taken + 1) * few) // (2 * np.maximum(missing, 1)[:, None])
    borrowed = of_area[row, np.where(count[:, None] > 0, place, rank % few)] * np.nan_to_num(work)[:, None]
    lent = (rank < missing[:, None]) | (count == 0)[:, None]
    return np.where(own, daily, np.where(lent, borrowed, again))


def _days_of_areas(pace: Floats, work: Floats, area: Places, few: int) -> Floats:
    """For each unit `few` paces of its area as shares of the work, slow to fast; the province's if it shows fewer."""
    share = np.divide(pace, work, out=np.full(len(pace), np.nan), where=work > 0)
    points = (np.arange(few) + 0.5) / few
    everywhere = share[np.isfinite(share)]
    of_province = np.quantile(everywhere, points) if len(everywhere) else np.zeros(few)
    found = np.tile(of_province, (len(pace), 1))
    for place in np.unique(area):
        members = area == place
        shown = share[members & np.isfinite(share)]
        if len(shown) >= few:
            found[members] = np.quantile(shown, points)
    return found
