"""When entering and transferring will be finished, with what chance in time, and how many cases by the next closes.

Transfers are foretold by what the unit hands over, received `receiving_days` later: what waits at the Ministry, however
long, is not the unit's delay. A straight line from the campaign's start stands beside it, to be scored the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from include.campaign.days import Calendar
from include.campaign.pace.courses import draw, simulate
from include.campaign.pace.judgement import Forecast, Interval
from include.campaign.pace.rates import Rates, rates_of
from include.campaign.pace.rhythm import Rhythm, edges_of
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.pace.season import Flags, Floats, Places, Season, Units
from include.campaign.plan.fields import Stage
from include.campaign.plan.rules import Rules

HALF, MOST = 0.5, 0.85


@dataclass(frozen=True)
class Foretold:
    """Both forecasts and the intervals of a close."""

    entry: Forecast
    transfer: Forecast
    intervals: tuple[Interval, ...]


def foretell(season: Season, rules: Rules, roadmaps: Roadmaps, rhythm: Rhythm) -> Foretold:
    """Simulate all units and tell what their courses come to."""
    pace, units = rules.pace, season.units
    entry, handed = measure(season, rules, rhythm)
    lag = timedelta(days=pace.receiving_days)
    ahead = closes_ahead(season, rules)
    instants = _instants(season, rules, roadmaps, lag)
    horizon = draw(season.keys[-1], season.as_of, instants, rhythm, pace.courses, entry.per_day.shape[1])
    asked = [instants.index(instant) for _, _, instant in ahead]
    found = simulate(units, entry, handed, horizon, asked, pace.finished_share)
    at, days = _Ends(season, rules, roadmaps), horizon.days
    entered_now = _with_sums(units, entry.now)
    received_now = _with_sums(units, known_now(season, "received"))
    return Foretold(
        at.forecast("entered", entry, entered_now, found.entered, instants, days, timedelta(0)),
        at.forecast("received", handed, received_now, found.handed, instants, days, lag),
        tuple(
            Interval(key, further, low, middle, high, at.line(entered_now, "entered", instant - at.as_of))
            for (key, further, instant), (low, middle, high) in zip(ahead, found.quantiles, strict=True)
        ),
    )


def measure(season: Season, rules: Rules, rhythm: Rhythm) -> tuple[Rates, Rates]:
    """The units' pace of entering, and of handing over."""
    units, weights = season.units, rhythm.weights(edges_of(season))
    work, area, pace = units.work, units.area, rules.pace
    entry = rates_of(season.done["entered"], opening_of(season, "entered"), weights, work, area, pace)
    return entry, rates_of(season.handed, opening_of(season, "received"), weights, work, area, pace)


def opening_of(season: Season, stage: Stage) -> Floats:
    """What was done of a stage before the campaign's first instant; nothing where that is not told."""
    given = season.opening.get(stage)
    return np.zeros(len(season.units.codes)) if given is None else np.nan_to_num(given)


def known_now(season: Season, stage: Stage) -> Floats:
    """The newest known figure of a stage; NaN: never read."""
    done = season.done[stage]
    place = np.maximum.accumulate(np.where(np.isfinite(done), np.arange(done.shape[1]), 0), axis=1)[:, -1]
    return done[np.arange(len(done)), place]


def closes_ahead(season: Season, rules: Rules) -> list[tuple[str, int, datetime]]:
    """Key, distance and instant of the campaign's closes that intervals are foretold for."""
    ahead = [close for close in Calendar(rules).closes() if close.as_of > season.as_of]
    return [(ahead[n - 1].key, n, ahead[n - 1].as_of) for n in rules.pace.interval_closes if n <= len(ahead)]


def _instants(season: Season, rules: Rules, roadmaps: Roadmaps, lag: timedelta) -> tuple[datetime, ...]:
    """The same hour of each day to come, the closes that are asked for, the milestones and what goes before them."""
    as_of = season.as_of
    daily = {as_of + timedelta(days=n + 1) for n in range(rules.pace.horizon_days)}
    milestones = {roadmaps.milestones[stage] for stage in ("entered", "received") if stage in roadmaps.milestones}
    early = {instant - lag for instant in milestones}
    others = milestones | early | {instant for _, _, instant in closes_ahead(season, rules)}
    return tuple(sorted(instant for instant in daily | others if as_of < instant <= max(daily)))


def _with_sums(units: Units, values: Floats) -> Floats:
    """A figure of the registries, then its sums over areas and over all; those without a quota are in no sum."""
    counted = np.where(np.isfinite(units.work), np.nan_to_num(values), 0.0)
    sums = np.bincount(units.area, weights=counted, minlength=len(units.area_codes))
    return np.concatenate([values, sums, [counted.sum()]])


class _Ends:
    """Turns simulated shares into finishes and chances, for registries, areas and the province."""

    def __init__(self, season: Season, rules: Rules, roadmaps: Roadmaps) -> None:
        self.as_of = season.as_of
        self._season, self._rules, self._roadmaps = season, rules, roadmaps
        units = season.units
        self._codes = (*units.codes, *units.area_codes, roadmaps.province)
        self._work = _with_sums(units, units.work)
        self._work[self._work == 0] = np.nan

    def forecast(
        self,
        stage: Stage,
        rates: Rates,
        now: Floats,
        shares: Floats,
        instants: tuple[datetime, ...],
        days: Floats,
        lag: timedelta,
    ) -> Forecast:
        """The forecast of a stage.

        Args:
            stage: entered or received.
            rates: the measured pace.
            now: done by now, all units.
            shares: finished courses by instant, all units.
            instants: of the courses, and
            days: from the close to them.
            lag: from what the courses count to what the stage counts.
        """
        units = self._season.units
        due = self._roadmaps.milestones.get(stage, self.as_of)
        finished = now >= self._rules.pace.finished_share * self._work - 1e-9
        remaining = np.maximum(self._work - now, 0.0)
        left = max((due - self.as_of) / timedelta(days=1), 1.0)
        late = lag / timedelta(days=1)
        worst = np.bincount(units.area, weights=rates.shrunk & np.isfinite(units.work), minlength=len(units.area_codes))
        own = np.concatenate([rates.own, _least(units, rates.own)])
        return Forecast(
            codes=self._codes,
            remaining=remaining,
            pace_per_day=_with_sums(units, rates.pace),
            needed_per_day=remaining / left,
            p50=np.where(finished, 0.0, reached(shares, days, HALF) + late),
            p85=np.where(finished, 0.0, reached(shares, days, MOST) + late),
            chance=self._chance(shares, instants, due - lag, finished),
            days_used=own,
            shrunk=np.concatenate([rates.shrunk, worst > 0, [bool(worst.sum())]]),
            naive=self._naive(now, stage, finished),
        )

    def _chance(self, shares: Floats, instants: tuple[datetime, ...], wanted: datetime, finished: Flags) -> Floats:
        unknown = np.isnan(self._work)
        if wanted <= self.as_of:  # at most what is under way can still arrive in time
            share = np.zeros(len(self._work))
        elif wanted in instants:
            share = shares[instants.index(wanted)]
        else:  # beyond the horizon
            share = shares[-1]
        return np.where(unknown, np.nan, np.where(finished, 1.0, share))

    def _per_day(self, now: Floats, stage: Stage) -> Floats:
        """A straight line through what was done at the campaign's start, or at the stage's first day, and now."""
        first = self._season.start
        if stage in self._roadmaps.default:
            first = max(first, self._roadmaps.default[stage].start)
        opened = _with_sums(self._season.units, opening_of(self._season, stage))
        passed = (self.as_of - first) / timedelta(days=1)
        return (now - opened) / passed if passed > 0 else np.zeros(len(now))

    def line(self, now: Floats, stage: Stage, further: timedelta) -> Floats:
        """Where a straight line stands so much later."""
        return now + self._per_day(now, stage) * (further / timedelta(days=1))

    def _naive(self, now: Floats, stage: Stage, finished: Flags) -> Floats:
        missing = self._rules.pace.finished_share * self._work - now
        per_day = self._per_day(now, stage)
        days = np.divide(missing, per_day, out=np.full(len(now), np.inf), where=per_day > 0)
        return np.where(np.isnan(self._work), np.nan, np.where(finished, 0.0, days))


def _least(units: Units, days: Places) -> Places:
    """The fewest own days of the registries of each area, then of all."""
    counted = np.isfinite(units.work)
    found = np.full(len(units.area_codes), np.iinfo(np.int64).max)
    np.minimum.at(found, units.area[counted], days[counted])
    found[found == np.iinfo(np.int64).max] = 0
    return np.append(found, days[counted].min() if counted.any() else 0)


def reached(shares: Floats, days: Floats, share: float) -> Floats:
    """Days until so many of the courses are finished, between two instants in proportion; infinite: beyond the last."""
    full = np.maximum.accumulate(np.concatenate([np.zeros((1, shares.shape[1])), shares]), axis=0)
    after = np.concatenate([[0.0], days])
    there = full >= share
    first = np.argmax(there, axis=0)
    unit = np.arange(shares.shape[1])
    high, low = full[first, unit], full[first - 1, unit]
    part = np.divide(share - low, high - low, out=np.ones(len(unit)), where=high > low)
    found = after[first - 1] + part * (after[first] - after[first - 1])
    return np.where(np.isnan(shares).any(axis=0), np.nan, np.where(there.any(axis=0), found, np.inf))
