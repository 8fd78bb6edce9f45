"""Cases per person-day, as measured: what a unit enters in a day for each person who was there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.campaign.pace.season import Flags, Floats, Places


@dataclass(frozen=True)
class Worth:
    """An element per registry.

    Attributes:
        per_person_day: cases a day for each person present; NaN: nobody knows.
        days: known days of its own that it rests on.
        mixed: these were too few: the median of its area, or of the province, was mixed in.
    """

    per_person_day: Floats
    days: Places
    mixed: Flags


def in_day(done: Floats) -> Floats:
    """Cases done between the close before and each close, (registries, closes).

    NaN at the first close, whose beginning is not in the figures, and on both sides of a gap. Less done than before,
    because something was taken back, counts as nothing done.
    """
    added = np.full(done.shape, np.nan)
    added[:, 1:] = np.maximum(np.diff(done, axis=1), 0.0)
    return added


def worth(entered_in_day: Floats, people: Floats, area: Places, own_days: int) -> Worth:
    """Cases per person-day of each registry.

    The median of its known days on which anything was entered: a day without power, or before the start, says nothing
    of what people do when they can (the pace keeps such days). With fewer days than `own_days` the median of all days
    of its area is mixed in, in proportion; an area without days has the province's.

    Args:
        entered_in_day: cases, (registries, closes).
        people: people present, (registries, closes).
        area: each registry's place among the areas.
        own_days: from so many days on a registry's own median stands alone.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where((people > 0) & (entered_in_day > 0), entered_in_day / people, np.nan)
    days = (~np.isnan(rates)).sum(axis=1)
    around = _around(rates, area)
    weight = np.minimum(days / own_days, 1.0)
    own = np.where(days > 0, median_known(rates), 0.0)
    mixed = weight * own + (1 - weight) * around
    return Worth(np.where(weight >= 1, own, mixed), days, (weight < 1) & ~np.isnan(around))


def median_known(figures: Floats) -> Floats:
    """Median of what is known along axis 1; NaN where nothing is."""
    if not figures.shape[1]:
        return np.full(len(figures), np.nan)
    ordered = np.sort(figures, axis=1)  # NaN come last
    known = (~np.isnan(figures)).sum(axis=1)
    rows = np.arange(len(figures))
    low, high = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, figures.shape[1] - 1)
    return np.where(known > 0, (ordered[rows, low] + ordered[rows, high]) / 2, np.nan)


def _around(rates: Floats, area: Places) -> Floats:
    """The median over all days of each registry's area, or where that has none of the province."""
    everywhere = median_known(rates.reshape(1, -1))[0]
    around = np.full(len(rates), everywhere)
    for place in np.unique(area):
        of = area == place
        middle = median_known(rates[of].reshape(1, -1))[0]
        if not np.isnan(middle):
            around[of] = middle
    return around
