"""A judge that draws a straight line and knows nothing else: to see what the study makes of what it finds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from include.campaign.pace.judgement import Flag, Forecast, Interval, Judgement
from include.campaign.pace.season import Floats, Season
from include.rehearsal.instants import DAY


def straight_judge(season: Season, before: Mapping[tuple[str, str], int], deadline: float) -> Judgement:
    """Flags every registry that a straight line from the start brings past the deadline (seconds since the epoch)."""
    units, now = season.units, season.as_of.timestamp()
    done = season.done["entered"][:, -1]
    passed = (now - season.start.timestamp()) / DAY
    work = np.where(np.isnan(units.quota), units.holdings, units.work)
    remaining = np.maximum(0.99 * work - done, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        naive = np.where(remaining > 0, remaining / (done / passed), 0.0)
    late = (remaining > 0) & (naive > (deadline - now) / DAY)
    judged = ~np.isnan(units.quota) & ~np.isnan(done)
    kind = "will_miss_entry"
    flags = tuple(
        Flag(code, kind, "entered", "unit", {}, before.get((code, kind), 0) + 1)
        for code, is_late, can in zip(units.codes, late, judged, strict=True)
        if is_late and can
    )

    def with_sums(values: Floats) -> Floats:
        counted = np.where(np.isnan(units.quota), 0.0, values)
        areas = [counted[units.area == area].sum() for area in range(len(units.area_codes))]
        return np.array([*values, *areas, counted.sum()])

    whole = np.zeros(len(units.codes) + len(units.area_codes) + 1, dtype=np.int64)
    forecast = Forecast(
        codes=(*units.codes, *units.area_codes, "province"),
        remaining=with_sums(remaining),
        pace_per_day=with_sums(done / passed),
        needed_per_day=with_sums(remaining),
        p50=with_sums(naive),
        p85=with_sums(1.1 * naive),
        chance=with_sums(np.where(np.isnan(done), np.nan, (~late).astype(float))),
        days_used=whole,
        shrunk=whole.astype(bool),
        naive=with_sums(naive),
    )
    ahead = with_sums(done * (passed + 1) / passed)
    following = f"2025-03-{season.as_of.day + 1:02d}"
    intervals = (Interval(following, 1, 0.9 * ahead, ahead, 1.1 * ahead, ahead),)
    return Judgement({}, forecast, forecast, intervals, flags, judged)
