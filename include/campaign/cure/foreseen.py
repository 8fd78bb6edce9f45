"""The courses that pace foretells, up to the milestone that people could still be sent for."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np

from include.campaign.cure.courses import Courses
from include.campaign.pace.courses import TIE, draw, paces_in
from include.campaign.pace.forecast import habits_in, known_now, measure
from include.campaign.pace.levels import likely_paces
from include.campaign.pace.rhythm import rhythm_of
from include.campaign.pace.roadmap import DAY, Roadmaps
from include.campaign.pace.season import Season
from include.campaign.plan.rules import Rules


def entering_until(season: Season, rules: Rules, roadmaps: Roadmaps) -> datetime | None:
    """By when what is left must be entered: the milestone; once that has passed, so that it is received in time.

    None: that has passed too, or the plan has no such milestone.
    """
    entered, received = (roadmaps.milestones.get(stage) for stage in ("entered", "received"))
    lag = timedelta(days=rules.pace.receiving_days)
    wanted = [entered, received - lag if received else None]
    return next((instant for instant in wanted if instant and instant > season.as_of), None)


def foreseen(season: Season, rules: Rules, roadmaps: Roadmaps) -> tuple[datetime, Courses] | None:
    """The courses of entering, the same that the forecast of the close is made of, and the instant they run to.

    Cases are missing until the plan's `finished_share` of the work is done, as in the forecast. Of a registry that was
    never read nothing is foreseen here: nobody can say what it lacks.
    """
    until = entering_until(season, rules, roadmaps)
    if until is None:
        return None
    rhythm = rhythm_of(season, rules)
    habits = habits_in(season, rules, rhythm)
    entry, _ = measure(season, rules, rhythm)
    # The draws are the forecast's where they run as many days ahead.
    days = max(rules.pace.horizon_days, math.ceil((until - season.as_of) / timedelta(days=1)))
    daily = {season.as_of + timedelta(days=n + 1) for n in range(days)}
    instants = tuple(sorted(daily | {until}))
    horizon = draw(season.keys[-1], season.as_of, instants, rhythm, habits.stray, rules.pace)
    seen = (season.units.work > 0) & np.isfinite(known_now(season, "entered"))
    work = np.where(seen, season.units.work, np.nan)
    # As in the forecast: equal sums of fractions differ in their last digits.
    remaining = np.maximum((rules.pace.finished_share - TIE) * work - entry.now, 0.0)
    likely = likely_paces(entry, season.units.work, habits, rules.pace)
    paces = paces_in(season.units.codes, likely, rules.pace.courses)
    totals = np.sort(paces * horizon.passed[instants.index(until)], axis=1)
    totals[np.isnan(remaining)] = np.nan
    return until, Courses(totals, remaining, (until - season.as_of).total_seconds() / DAY)
