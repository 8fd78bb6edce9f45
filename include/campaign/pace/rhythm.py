"""What is done in a day: counts between closes, and how much a day or a piece of one weighs.

Work is counted between closes, which are no equal days: the first begins at midnight and ends at the cut-off, the last
is an evening, and Sundays are slower. A count divided by its day's weight is a pace in cases per standard day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo

import numpy as np

from include.campaign.pace.season import Flags, Floats, Places, Season
from include.campaign.plan.rules import Rules

LEAST = 0.25
"""A passed day weighs at least so much of what its weekday does."""


WORKING_DAYS = 5
"""Monday to Friday: the days that the others are compared with."""
REST_DAY = 0.8
"""What a rest day is taken to weigh until one was held against working days: a campaign goes on, with fewer people."""
NEAR_DAYS = 3
"""A day is compared with working days no further off: pace changes over the weeks."""
PLAIN_UNITS = 10
"""So many units are taken to have had a plain day: few units say little of a day."""


@dataclass(frozen=True)
class Rhythm:
    """What days weigh.

    Attributes:
        weekdays: of each weekday, Monday first.
        evening: share of a day's work that is done after the cut-off.
        cut_off: that hour.
        zone: the campaign's zone.
        passed: what lies before each close of the season, in days as they are worked now.
        doubt: spread of what a day of work, and a rest day, weigh to those seen: the less the more were seen.
    """

    weekdays: tuple[float, ...]
    evening: float
    cut_off: time
    zone: tzinfo
    passed: Floats
    doubt: tuple[float, float]

    def weights(self, edges: Sequence[datetime]) -> Floats:
        """Standard days between each instant and the one before it; one element less than `edges`."""
        return np.array([self._between(edges[place], edges[place + 1]) for place in range(len(edges) - 1)])

    def doubts(self, instants: Sequence[datetime]) -> tuple[Flags, Floats]:
        """Of each instant whether it ends a piece of a rest day, and the doubt about what such a day weighs."""
        rest = _weekdays_of(instants, self.zone) >= WORKING_DAYS
        return rest, np.where(rest, self.doubt[1], self.doubt[0])

    def _between(self, start: datetime, end: datetime) -> float:
        """Work rises evenly from midnight to the cut-off and from there to midnight."""
        total, at = 0.0, start.astimezone(self.zone)
        end = end.astimezone(self.zone)
        while at < end:
            midnight = datetime.combine(at.date() + timedelta(days=1), time(0), self.zone)
            cut = datetime.combine(at.date(), self.cut_off, self.zone)
            edge = cut if at < cut else midnight
            begun = cut if at >= cut else datetime.combine(at.date(), time(0), self.zone)
            share = self.evening if at >= cut else 1 - self.evening
            upto = min(edge, end)
            total += share * ((upto - at) / (edge - begun)) * self.weekdays[at.weekday()]
            at = upto
        return total


def edges_of(season: Season) -> tuple[datetime, ...]:
    """The campaign's first instant and all closes."""
    return (season.start, *season.instants)


def _weekdays_of(instants: Sequence[datetime], zone: tzinfo) -> Places:
    """The weekday that ends with each instant, Monday being 0; a midnight ends the day before."""
    return np.array([(one.astimezone(zone) - timedelta(microseconds=1)).weekday() for one in instants])


def plain_rhythm(season: Season, rules: Rules) -> Rhythm:
    """Every hour the same: what is assumed before any day was seen."""
    cut_off = rules.campaign.cut_off
    evening = 1 - timedelta(hours=cut_off.hour, minutes=cut_off.minute) / timedelta(days=1)
    zone = rules.campaign.timezone
    rest = int((_weekdays_of(season.instants, zone) >= WORKING_DAYS).sum())
    seen = len(season.instants) - rest, rest
    doubt = rules.pace.weekday_spread / (1 + seen[0]), rules.pace.weekday_spread / (1 + seen[1])
    plain = Rhythm((1.0,) * 7, evening, cut_off, zone, np.zeros(0), doubt)
    return replace(plain, passed=plain.weights(edges_of(season)))


def rhythm_of(season: Season, rules: Rules) -> Rhythm:
    """The province's rhythm, as its pooled days show it.

    A weekday weighs what it was to the working days near it, held against `weekday_prior` days that weigh 1; a working
    day has a weight of its own only by days that had working days before and after them. Days that have passed weigh
    what the typical unit did in them to what it does now: where help has come for all, or all had no power, the days
    before, or that day, say so of all of them and not of one unit's pace.
    """
    plain = plain_rhythm(season, rules)
    levels, units = _levels(season, rules, plain.passed)
    if np.isfinite(levels).sum() < 2:
        return plain
    edges = edges_of(season)
    days = _weekdays_of(season.instants, plain.zone)
    rhythm = replace(plain, weekdays=_weekdays(levels / plain.passed, days, plain.passed, rules.pace.weekday_prior))
    usual = rhythm.weights(edges)
    now = _now((levels / usual)[-NEAR_DAYS:], days[-NEAR_DAYS:])
    if now <= 0:
        return replace(rhythm, passed=usual)
    measured = np.where(np.isfinite(levels), levels / now, usual)
    passed = (PLAIN_UNITS * usual + units * measured) / (PLAIN_UNITS + units)
    # A day on which hardly anybody worked must not make the few who did look fast.
    return replace(rhythm, passed=np.maximum(passed, LEAST * usual).astype(np.float64))


def _now(recent: Floats, days: Places) -> float:
    """What a standard day comes to now: by working days where there are any. What a rest day weighs is least known."""
    seen = np.isfinite(recent)
    working = seen & (days < WORKING_DAYS)
    those = recent[working if working.any() else seen]
    return float(np.mean(those)) if len(those) else 0.0


def _levels(season: Season, rules: Rules, weights: Floats) -> tuple[Floats, Floats]:
    """What the typical unit did before each close, to what it does in a standard day on average; and of how many units.

    Of units that were read at both ends of a day, between their first and their last movement, with work left: a
    typical one, not the sum, so that help that comes to some does not change the days of the others.
    """
    done, work = season.done["entered"], season.units.work
    before = np.concatenate([_opening(season, done), done[:, :-1]], axis=1)
    counted = np.isfinite(done) & np.isfinite(before) & (before < rules.pace.finished_share * work[:, None])
    steps = np.where(counted, np.maximum(done - before, 0.0), 0.0)
    moves = steps > 0
    counted &= np.maximum.accumulate(moves, axis=1) & np.maximum.accumulate(moves[:, ::-1], axis=1)[:, ::-1]
    passed = counted @ weights
    mean = np.divide(steps.sum(axis=1), passed, out=np.zeros(len(done)), where=passed > 0)
    counted &= (mean > 0)[:, None]
    each = np.where(counted, steps / np.where(mean > 0, mean, 1.0)[:, None], np.nan)
    units = counted.sum(axis=0)
    levels = np.full(done.shape[1], np.nan)
    for close in np.flatnonzero(units):
        levels[close] = np.median(each[counted[:, close], close])
    return levels, units


def _weekdays(levels: Floats, days: Places, lengths: Floats, prior: float) -> tuple[float, ...]:
    """What each weekday weighs, by the levels of whole days of the campaign."""
    whole = np.isfinite(levels) & (lengths > 1 - 1e-6)
    place = np.arange(len(levels))
    working = whole & (days < WORKING_DAYS)
    seen: dict[int, list[float]] = {day: [] for day in range(7)}
    for at in np.flatnonzero(whole):
        near = working & (np.abs(place - at) <= NEAR_DAYS) & (place != at)
        sides = (place[near] < at).any() and (place[near] > at).any()
        if near.any() and (sides or days[at] >= WORKING_DAYS) and levels[near].mean() > 0:
            seen[int(days[at])].append(float(levels[at] / levels[near].mean()))
    rest = [ratio for day in range(WORKING_DAYS, 7) for ratio in seen[day]]
    # A rest day that was not seen yet is taken to lie between a working day and the rest days that were.
    unseen = (1 + sum(rest) / len(rest)) / 2 if rest else REST_DAY
    before = {day: unseen if day >= WORKING_DAYS else 1.0 for day in seen}
    return tuple(round((prior * before[day] + sum(ratios)) / (prior + len(ratios)), 9) for day, ratios in seen.items())


def _opening(season: Season, done: Floats) -> Floats:
    opening = season.opening.get("entered")
    return np.zeros((len(done), 1)) if opening is None else opening[:, None]


def filled(cumulative: Floats, opening: Floats, weights: Floats) -> tuple[Floats, Flags]:
    """The curve from the campaign's start on, what a gap of readings holds spread over its days by their weights.

    Args:
        cumulative: done by each close, NaN: not read; (registries, closes).
        opening: done before the first.
        weights: standard days before each close.

    Returns:
        done at the start and by each close, after the last reading what that showed; and which closes are known, the
        ones of a gap included.
    """
    rows, closes = cumulative.shape
    full = np.concatenate([np.nan_to_num(opening)[:, None], cumulative], axis=1)
    clock = np.concatenate([[0.0], np.cumsum(weights)])
    known = np.isfinite(full)
    place = np.arange(closes + 1)
    last = np.maximum.accumulate(np.where(known, place, 0), axis=1)
    following = np.minimum.accumulate(np.where(known, place, closes + 1)[:, ::-1], axis=1)[:, ::-1]
    after = np.minimum(following, closes)
    row = np.arange(rows)[:, None]
    span = clock[after] - clock[last]
    part = np.divide(clock[place] - clock[last], span, out=np.zeros_like(full), where=span > 0)
    left = full[row, last]
    right = np.where(following <= closes, full[row, after], left)
    return left + (right - left) * part, (following <= closes)[:, 1:]
