"""Rules of flags that come and go: each is kept until some closes in a row show no cause for it.

The figures told are those of the newest close that showed one: `closes_ago` is how many closes before the one judged
that was. A reason is never told from a quiet close.
"""

from __future__ import annotations

import numpy as np

from include.campaign.pace.case import Case, Raised, moved_since_start
from include.campaign.pace.fairness import Funnel, funnel
from include.campaign.pace.forecast import opening_of
from include.campaign.pace.rhythm import edges_of
from include.campaign.pace.roadmap import finished
from include.campaign.pace.season import Flags, Floats, Places, Season
from include.campaign.plan.fields import Stage


def stalled(case: Case) -> Raised:
    """Begun, and in the first stage of entering, attaching, reviewing that is not finished hardly a case for closes."""
    season, rule = case.season, case.rules.pace.stalled
    stages: tuple[Stage, ...] = ("entered", "attached", "reviewed")
    at = np.select([~finished(season, stage, rule.below_share) for stage in stages], [0, 1, 2], 3)
    begun = moved_since_start(season) & case.judged & (season.done["entered"][:, -1] > 0) & (at < 3)
    done = np.stack([season.done[stage] for stage in (*stages, "reviewed")])[at, np.arange(len(at))]
    # Two quiet closes would be two of those that the rule looks back on: one is enough to ask for.
    seen = [_still(done[:, : done.shape[1] - n], rule.closes, rule.share * season.units.work) for n in range(2)]
    causes, moves = (np.stack(found, axis=1) for found in zip(*seen, strict=True))
    ago = _newest(causes)
    figures = {
        "quota": season.units.quota,
        "work": season.units.work,
        "done": _at(done, ago),
        "moved": moves[np.arange(len(ago)), ago],
        "closes": np.full(len(at), float(rule.closes)),
        "closes_ago": ago.astype(float),
    }
    names = tuple((*stages, None)[place] for place in at)
    return Raised(begun & causes[:, 0], begun & causes.any(axis=1), figures, names)


def _still(done: Floats, closes: int, at_most: Floats) -> tuple[Flags, Floats]:
    """Whether no more than so much was done in each of the last closes together, and how much was."""
    if done.shape[1] <= closes:
        return np.zeros(len(done), dtype=bool), np.full(len(done), np.nan)
    moved = done[:, -1] - done[:, -1 - closes]
    return np.isfinite(moved) & (moved <= at_most), moved


def report_mismatch(case: Case) -> Raised:
    """The registry has reported more than was measured, days in a row; quiet closes let go."""
    over = np.nan_to_num(case.season.over_reported)
    causes = _newest_first(over, case) >= case.rules.pace.report_mismatch.days
    ago = _newest(causes)
    figures = {"days": _at(over, ago), "closes_ago": ago.astype(float)}
    return Raised(case.judged & causes[:, 0], case.judged & causes.any(axis=1), figures)


def error_rate(case: Case) -> Raised:
    """Refusals that the unit can correct are above what its number of answers lets chance explain."""
    season, rule = case.season, case.rules.pace.error_rate
    closes = min(case.rules.pace.quiet_closes, len(season.keys))
    found = [_funnel_at(season, -1 - n, rule.answered) for n in range(closes)]
    on = case.judged & _out_of_line(found[0], rule.on, rule.rate)
    causes = np.stack([_out_of_line(one, rule.off, rule.rate) for one in found], axis=1)
    ago = _newest(causes)
    # Who is kept by the milder limit is told that one.
    limits = [np.where(on, one.limits(rule.on)[1], one.limits(rule.off)[1]) for one in found]
    row = np.arange(len(ago))
    figures = {
        "refused": _at(season.refused, ago),
        "answered": _at(season.answered, ago),
        "rate": np.stack([one.rate for one in found])[ago, row],
        "centre": np.array([one.centre for one in found])[ago],
        "limit": np.stack(limits)[ago, row],
        "sigmas": np.stack([one.sigmas for one in found])[ago, row],
        "closes_ago": ago.astype(float),
    }
    return Raised(on, case.judged & causes.any(axis=1), figures, "received")


def _funnel_at(season: Season, close: int, answered: int) -> Funnel:
    volume = season.answered[:, close]
    return funnel(season.refused[:, close], np.where(volume >= answered, volume, np.nan))


def _out_of_line(found: Funnel, sigmas: float, rate: float) -> Flags:
    return (np.nan_to_num(found.sigmas) > sigmas) & (np.nan_to_num(found.rate) >= rate)


def too_good(case: Case) -> Raised:
    """A day's cases are many times what is usual in the province: by work, and by people where they are told."""
    season, rule = case.season, case.rules.pace.too_good
    weights = case.rhythm.weights(edges_of(season))  # late on, what the few at work do says nothing of days
    done = np.concatenate([opening_of(season, "entered")[:, None], season.done["entered"]], axis=1)
    daily = np.diff(done, axis=1)
    per_day = daily / np.where(weights > 0, weights, np.nan)
    busy = done[:, :-1] < case.rules.pace.finished_share * season.units.work[:, None]
    by_work = per_day / np.where(season.units.work > 0, season.units.work, np.nan)[:, None]
    people = np.where(season.people > 0, season.people, np.nan)
    by_person = per_day / people
    usual = _usual(by_work[busy]), _usual(by_person[busy])
    times = np.fmin(by_work / usual[0], np.where(np.isfinite(by_person), by_person / usual[1], np.inf))
    times = np.where(daily >= rule.cases, np.nan_to_num(times, posinf=0.0), 0.0)
    causes = _newest_first(times, case) >= rule.off
    ago = _newest(causes)
    figures = {
        "cases": _at(daily, ago),
        "work": season.units.work,
        "times": _at(times, ago),
        "people": _at(season.people, ago),
        "per_person": _at(by_person, ago),
        "usual_per_person": np.full(len(ago), usual[1]),
        "closes_ago": ago.astype(float),
    }
    return Raised(case.judged & (times[:, -1] >= rule.on), case.judged & causes.any(axis=1), figures, "entered")


def _usual(values: Floats) -> float:
    shown = values[np.isfinite(values) & (values > 0)]
    return float(np.median(shown)) if len(shown) else float("nan")


def _newest_first(figures: Floats, case: Case) -> Floats:
    """The closes that a flag waits for until it is let go, the newest first."""
    return figures[:, -case.rules.pace.quiet_closes :][:, ::-1]


def _newest(causes: Flags) -> Places:
    """How many closes ago the newest cause was seen, of causes the newest first; 0 where there is none."""
    return np.argmax(causes, axis=1)


def _at(figures: Floats, ago: Places) -> Floats:
    """Each unit's figure of so many closes ago."""
    return figures[np.arange(len(ago)), -1 - ago]
