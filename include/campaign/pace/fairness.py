"""Comparing units of different size: funnel limits, rates drawn towards the whole, and the order of the last days.

A small unit's rate strays far by chance alone. A funnel (Spiegelhalter 2005, "Funnel plots for comparing institutional
performance" and "Handling over-dispersion of performance indicators") widens the limits where the volume is small, and
allows for what units differ by anyway, so that nobody is out of line or last merely for being small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from include.campaign.pace.season import Floats, Places

WINSORISED = 0.1
"""Share of the units at either end whose distance is cut: who is out of line must not widen the limits for itself."""
BANDS = 2.0, 3.0
"""Sigmas of the inner and the outer limits."""


@dataclass(frozen=True)
class Funnel:
    """Rates against their limits, an element per unit; NaN: no volume.

    Attributes:
        rate: observed.
        centre: rate of all together.
        spread: one sigma at this unit's volume, on the scale where a rate's variance hangs on its volume alone (the
            arcsine of its root: Anscombe 1948). Rare events are lopsided on any other.
        sigmas: how far the unit is from the centre.
    """

    rate: Floats
    centre: float
    spread: Floats
    sigmas: Floats

    def limits(self, sigmas: float) -> tuple[Floats, Floats]:
        """Lower and upper limit of the rate at so many sigmas."""
        middle, reach = np.arcsin(np.sqrt(self.centre)), sigmas * self.spread
        low, high = np.clip(middle - reach, 0, np.pi / 2), np.clip(middle + reach, 0, np.pi / 2)
        return np.sin(low) ** 2, np.sin(high) ** 2

    @property
    def band(self) -> Places:
        """-2 below the outer limit, -1 below the inner one, 0 in line, 1 and 2 above."""
        inner, outer = BANDS
        size = np.abs(np.nan_to_num(self.sigmas))
        return ((size > inner).astype(int) + (size > outer)) * np.sign(np.nan_to_num(self.sigmas)).astype(int)


def funnel(events: Floats, volume: Floats) -> Funnel:
    """Limits of a rate by volume, with over-dispersion as differences between units (additive, by moments).

    Args:
        events: what is counted (refusals, cases done); NaN: not known.
        volume: of how many; 0 or NaN: the unit is not compared.
    """
    known = np.isfinite(events) & np.isfinite(volume) & (volume > 0)
    size = np.where(known, volume, np.nan)
    counted = np.fmin(np.where(known, events, np.nan), size)
    rate = counted / size
    if not known.any():
        return Funnel(rate, float("nan"), size, size)
    # Sorted sums: the order of the units changes nothing.
    centre = float(np.sort(counted[known]).sum() / np.sort(size[known]).sum())
    variance = 1 / (4 * size + 2)
    distance = np.arcsin(np.sqrt((counted + 0.375) / (size + 0.75))) - np.arcsin(np.sqrt(centre))
    spread = np.sqrt(variance + _between(distance[known], variance[known]))
    return Funnel(rate, centre, spread, distance / spread)


def _between(distance: Floats, variance: Floats) -> float:
    """Variance between units beyond what chance explains (DerSimonian and Laird 1986), from winsorised distances."""
    if len(distance) < 3:
        return 0.0
    scores = distance / np.sqrt(variance)
    low, high = np.quantile(scores, [WINSORISED, 1 - WINSORISED])
    scores = np.sort(np.clip(scores, low, high))
    weights = np.sort(1 / variance)
    excess = float((scores**2).sum()) - (len(scores) - 1)
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(excess / scale, 0.0) if scale > 0 else 0.0


def drawn_in(events: Floats, volume: Floats) -> Floats:
    """Rates drawn towards the whole's by how little volume carries them (empirical Bayes); NaN stays NaN.

    A unit with three answers and one refusal is not the worst of the province.
    """
    found = funnel(events, volume)
    if not np.isfinite(found.rate).any():
        return found.rate
    chance = 1 / (4 * np.where(np.isfinite(found.rate), volume, np.nan) + 2)
    carried = np.maximum(found.spread**2 - chance, 0.0) / found.spread**2
    return found.centre + carried * (found.rate - found.centre)


@dataclass(frozen=True)
class Ranking:
    """The order of units when entering should be over: place 1 is the best; units without a quota have none (0).

    `place` counts units that are equal in all four as equal.
    """

    codes: tuple[str, ...]
    place: Places
    reviewed: Floats
    defects: Floats
    errors: Floats
    received: Floats


def ranking(
    codes: Sequence[str],
    reviewed: Floats,
    defects: Floats,
    refused: Floats,
    answered: Floats,
    received: Floats,
    quota: Floats,
) -> Ranking:
    """Order units by share reviewed, then open defects, error rate and share received.

    Shares are whole percents of the quota, so that the later ones decide between units that are about even. Defects per
    case and error rates are drawn in by volume: a small unit is not last by chance.

    Args:
        codes: the units'.
        reviewed: cases reviewed, and
        defects: open defects among them.
        refused: cases refused that the unit can correct, of
        answered: cases answered.
        received: cases received.
        quota: cases; NaN or 0: the unit is apart, and has no place.
    """
    of = np.where(quota > 0, quota, np.nan)
    shown = np.floor(100 * np.clip(np.nan_to_num(reviewed) / of, 0, 1))
    arrived = np.floor(100 * np.clip(np.nan_to_num(received) / of, 0, 1))
    open_defects = np.round(100 * np.nan_to_num(drawn_in(np.fmin(defects, reviewed), reviewed)), 1)
    errors = np.round(100 * np.nan_to_num(drawn_in(np.fmin(refused, answered), answered)), 1)
    keys = np.stack([-shown, open_defects, errors, -arrived], axis=1)
    counted = np.isfinite(of)
    place = np.zeros(len(codes), dtype=np.int64)
    ordered = keys[counted][np.lexsort(keys[counted].T[::-1])]
    if len(ordered):
        # A unit's place is one more than the units before it.
        before = {tuple(row): n for n, row in reversed(list(enumerate(ordered.tolist())))}
        place[counted] = [before[tuple(row)] + 1 for row in keys[counted].tolist()]
    return Ranking(tuple(codes), place, shown, open_defects, errors, arrived)
