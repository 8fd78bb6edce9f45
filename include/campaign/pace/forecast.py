"""When entering and transferring will be finished, with what chance in time, and how many cases by the next closes.

Transfers are foretold by what the unit hands over, which follows its entering at a delay (`handing`), and is received
`receiving_days` later: what waits at the Ministry, however long, is not the unit's delay. A straight line from the
campaign's start stands beside it, to be scored the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from include.campaign.days import Calendar
from include.campaign.pace.courses import draw, simulate
from include.campaign.pace.handing import delay_of, reached_at
from include.campaign.pace.judgement import Forecast, Interval
from include.campaign.pace.levels import Habits, habits_of, likely_paces
from include.campaign.pace.rates import Rates, rates_of
from include.campaign.pace.rhythm import Rhythm, edges_of
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.pace.season import Flags, Floats, Places, Season, Units, newest_known
from include.campaign.plan.fields import Stage
from include.campaign.plan.rules import Rules

HALF, MOST = 0.5, 0.85


@dataclass(frozen=True)
class Foretold:
    """Both forecasts and the intervals of a close."""

    entry: Forecast
    transfer: Forecast
    intervals: tuple[Interval, ...]


def foretell(season: Season, rules: Rules, roadmaps: Roadmaps, rhythm: Rhythm, habits: Habits) -> Foretold:
    """Simulate all units and tell what their courses come to."""
    pace = rules.pace
    entry, handed = measure(season, rules, rhythm)
    likely = likely_paces(entry, season.units.work, habits, pace)
    ahead = closes_ahead(season, rules)
    instants = _instants(season, rules, roadmaps)
    horizon = draw(season.keys[-1], season.as_of, instants, rhythm, habits.stray, pace)
    asked = [instants.index(instant) for _, _, instant in ahead]
    found = simulate(season.units, entry.now, likely, horizon, asked, pace.finished_share)
    all_of_them = Everyone(season, rules, roadmaps, horizon.days, found.entered, entry, handed)
    entered_now = all_of_them.entered[:, -1]
    return Foretold(
        all_of_them.entry(),
        all_of_them.transfer(),
        tuple(
            Interval(key, n, low, middle, high, all_of_them.line(entered_now, "entered", instant - season.as_of))
            for (key, n, instant), (low, middle, high) in zip(ahead, found.quantiles, strict=True)
        ),
    )


def measure(season: Season, rules: Rules, rhythm: Rhythm) -> tuple[Rates, Rates]:
    """The units' pace of entering, and of handing over."""
    weights, pace = rhythm.passed, rules.pace
    entry = rates_of(season.done["entered"], opening_of(season, "entered"), weights, pace)
    return entry, rates_of(season.handed, opening_of(season, "received"), weights, pace)


def habits_in(season: Season, rules: Rules, rhythm: Rhythm) -> Habits:
    """How the province's units and their days of entering differ, as the season shows it."""
    entry = rates_of(season.done["entered"], opening_of(season, "entered"), rhythm.passed, rules.pace)
    return habits_of(entry, season.units.work, season.units.area, rules.pace)


def opening_of(season: Season, stage: Stage) -> Floats:
    """What was done of a stage before the campaign's first instant; nothing where that is not told."""
    given = season.opening.get(stage)
    return np.zeros(len(season.units.codes)) if given is None else np.nan_to_num(given)


def known_now(season: Season, stage: Stage) -> Floats:
    """The newest known figure of a stage; NaN: never read."""
    return newest_known(season.done[stage])[:, -1]


def closes_ahead(season: Season, rules: Rules) -> list[tuple[str, int, datetime]]:
    """Key, distance and instant of the campaign's closes that intervals are foretold for."""
    ahead = [close for close in Calendar(rules).closes() if close.as_of > season.as_of]
    return [(ahead[n - 1].key, n, ahead[n - 1].as_of) for n in rules.pace.interval_closes if n <= len(ahead)]


def _instants(season: Season, rules: Rules, roadmaps: Roadmaps) -> tuple[datetime, ...]:
    """The same hour of each day to come, the closes that are asked for, and the milestones."""
    as_of = season.as_of
    daily = {as_of + timedelta(days=n + 1) for n in range(rules.pace.horizon_days)}
    milestones = {roadmaps.milestones[stage] for stage in ("entered", "received") if stage in roadmaps.milestones}
    others = milestones | {instant for _, _, instant in closes_ahead(season, rules)}
    return tuple(sorted(instant for instant in daily | others if as_of < instant <= max(daily)))


def _with_sums(units: Units, values: Floats, *, of_work: bool = False) -> Floats:
    """Figures of the registries, then sums over areas and over all; those without a quota are in no sum.

    In sums `of_work` no registry counts for more than its work: one's surplus does not finish another. Registries are
    added in the order of their codes: their order in the plan changes nothing, not the last digit.
    """
    counted = np.where(np.isfinite(units.work), np.nan_to_num(values).T, 0.0)
    counted = (np.fmin(counted, units.work) if of_work else counted).T
    sums = np.zeros((len(units.area_codes), *values.shape[1:]))
    order = np.argsort(units.codes)
    np.add.at(sums, units.area[order], counted[order])
    return np.concatenate([values, sums, counted[order].sum(axis=0)[None]])


class Everyone:
    """Turns simulated shares into finishes and chances, for registries, areas and the province."""

    def __init__(
        self,
        season: Season,
        rules: Rules,
        roadmaps: Roadmaps,
        days: Floats,
        shares: Floats,
        entry: Rates,
        handed: Rates,
    ) -> None:
        """Take what was simulated.

        Args:
            season: what is judged.
            rules: what counts as finished.
            roadmaps: the milestones.
            days: from the close to the instants of the courses.
            shares: courses with entering finished by then, (instants, units).
            entry: the measured pace of entering, and
            handed: of handing over.
        """
        units = season.units
        self._season, self._rules, self._roadmaps = season, rules, roadmaps
        self._days, self._shares, self._entry, self._handed = days, shares, entry, handed
        self._codes = (*units.codes, *units.area_codes, roadmaps.province)
        work = _with_sums(units, units.work)
        self._work = np.where(work > 0, work, np.nan)
        self._target = rules.pace.finished_share * self._work - 1e-6
        # What was taken back later was never done.
        rising = np.minimum.accumulate(entry.curve[:, ::-1], axis=1)[:, ::-1]
        self.entered = _with_sums(units, rising, of_work=True)

    def entry(self) -> Forecast:
        """When entering is finished."""
        now = self.entered[:, -1]
        finished = now >= self._target
        left = self._days_left("entered")
        chance = np.zeros(len(now)) if left <= 0 else self._share_at(np.full(len(now), left))
        p50, p85 = (np.where(finished, 0.0, reached(self._shares, self._days, share)) for share in (HALF, MOST))
        return self._forecast("entered", now, self._entry, p50, p85, np.where(finished, 1.0, chance))

    def transfer(self) -> Forecast:
        """When what is handed over is received."""
        units, lag = self._season.units, self._rules.pace.receiving_days
        now = _with_sums(units, known_now(self._season, "received"), of_work=True)
        finished = now >= self._target
        handed = _with_sums(units, self._handed.curve, of_work=True)
        given = handed[:, -1] >= self._target
        delay = delay_of(self.entered, handed, self._past, self._handing_seen)
        p50, p85 = (
            np.where(finished, 0.0, lag + np.where(given, 0.0, delay.after(self._finish(share))))
            for share in (HALF, MOST)
        )
        left = self._days_left("received")
        chance = np.where(given, 1.0, self._share_at(delay.before(left - lag)))
        return self._forecast(
            "received", now, self._handed, p50, p85, np.where(finished, 1.0, chance if left > 0 else 0.0)
        )

    def line(self, now: Floats, stage: Stage, further: timedelta) -> Floats:
        """Where a straight line stands so much later."""
        return now + self._per_day(now, stage) * (further / timedelta(days=1))

    @property
    def _past(self) -> Floats:
        """The campaign's start and the closes as days from the last one."""
        return np.array([(edge - self._season.as_of) / timedelta(days=1) for edge in edges_of(self._season)])

    @property
    def _handing_seen(self) -> Flags:
        """Where handing over was seen, at the start and the closes; sums are taken as they are."""
        seen = np.pad(np.isfinite(self._season.handed), ((0, 0), (1, 0)), constant_values=True)
        return np.pad(seen, ((0, len(self._codes) - len(seen)), (0, 0)), constant_values=True)

    def _days_left(self, stage: Stage) -> float:
        due = self._roadmaps.milestones.get(stage, self._season.as_of)
        return (due - self._season.as_of) / timedelta(days=1)

    def _finish(self, share: float) -> Floats:
        """Days from now until entering is finished in so many of the courses; negative: so long ago."""
        past = reached_at(self.entered, self._past, self._target)
        return np.where(np.isnan(past), reached(self._shares, self._days, share), past)

    def _share_at(self, days: Floats) -> Floats:
        """Share of the courses with entering finished in so many days, between two instants in proportion."""
        past = reached_at(self.entered, self._past, self._target)
        after = np.concatenate([[0.0], self._days])
        full = np.concatenate([(self.entered[:, -1] >= self._target)[None].astype(float), self._shares])
        place = np.clip(np.searchsorted(after, days, side="right") - 1, 0, len(after) - 2)
        unit = np.arange(len(days))
        part = np.clip((days - after[place]) / (after[place + 1] - after[place]), 0.0, 1.0)
        ahead = full[place, unit] + part * (full[place + 1, unit] - full[place, unit])
        behind = np.nan_to_num(past, nan=np.inf) <= days
        return np.where(np.isnan(self._work), np.nan, np.where(days < 0, behind, ahead))

    def _forecast(self, stage: Stage, now: Floats, rates: Rates, p50: Floats, p85: Floats, chance: Floats) -> Forecast:
        units = self._season.units
        remaining = np.maximum(self._work - now, 0.0)
        few = np.bincount(units.area, rates.shrunk & np.isfinite(units.work), len(units.area_codes)) > 0
        return Forecast(
            codes=self._codes,
            remaining=remaining,
            pace_per_day=_with_sums(units, rates.pace),
            needed_per_day=remaining / max(self._days_left(stage), 1.0),
            p50=p50,
            p85=p85,
            chance=np.where(np.isnan(self._work), np.nan, chance),
            days_used=np.concatenate([rates.days, _least(units, rates.days)]),
            shrunk=np.concatenate([rates.shrunk, few, [bool(few.any())]]),
            naive=self._naive(now, stage),
        )

    def _per_day(self, now: Floats, stage: Stage) -> Floats:
        """A straight line through what was done at the campaign's start, or at the stage's first day, and now."""
        first = self._season.start
        if stage in self._roadmaps.default:
            first = max(first, self._roadmaps.default[stage].start)
        opened = _with_sums(self._season.units, opening_of(self._season, stage))
        passed = (self._season.as_of - first) / timedelta(days=1)
        return (now - opened) / passed if passed > 0 else np.zeros(len(now))

    def _naive(self, now: Floats, stage: Stage) -> Floats:
        per_day = self._per_day(now, stage)
        days = np.divide(self._target - now, per_day, out=np.full(len(now), np.inf), where=per_day > 0)
        return np.where(np.isnan(self._work), np.nan, np.where(now >= self._target, 0.0, days))


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
