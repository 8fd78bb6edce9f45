"""What is done in a day: counts between closes, and how much a day or a piece of one weighs.

Work is counted between closes, which are no equal days: the first begins at midnight and ends at the cut-off, the last
is an evening, and Sundays are slower. A count divided by its day's weight is a pace in cases per standard day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

import numpy as np

from include.campaign.pace.season import Flags, Floats, Season
from include.campaign.plan.rules import Rules

HALF_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Rhythm:
    """Weight of each weekday (Monday first) and the share of a day's work that is done after the cut-off."""

    weekdays: tuple[float, ...]
    evening: float
    cut_off: time
    zone: tzinfo

    def weights(self, edges: Sequence[datetime]) -> Floats:
        """Standard days between each instant and the one before it; one element less than `edges`."""
        return np.array([self._between(edges[place], edges[place + 1]) for place in range(len(edges) - 1)])

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


def plain_rhythm(rules: Rules) -> Rhythm:
    """Every hour the same: what is assumed before any day was seen."""
    cut_off = rules.campaign.cut_off
    passed = timedelta(hours=cut_off.hour, minutes=cut_off.minute) / timedelta(days=1)
    return Rhythm((1.0,) * 7, 1 - passed, cut_off, rules.campaign.timezone)


def rhythm_of(season: Season, rules: Rules) -> Rhythm:
    """The province's rhythm: how its pooled work of a weekday, and of the first day's piece, compares with other days.

    Pooled are the registries that were read at both ends of a day and had work left. A weekday weighs what it was to
    the days around it, held against `weekday_prior` days that weigh 1.
    """
    plain = plain_rhythm(rules)
    prior = rules.pace.weekday_prior
    shares = _pooled(season, rules)
    edges = [edge.astimezone(plain.zone) for edge in edges_of(season)]
    lengths = [edges[place + 1] - edges[place] for place in range(len(edges) - 1)]
    whole = np.array([length >= timedelta(hours=20) for length in lengths])
    seen = whole & np.isfinite(shares)
    if seen.sum() < 2:
        return plain
    days = np.array([(edge - timedelta(microseconds=1)).weekday() for edge in edges[1:]])
    base = float(np.median(shares[seen & (days < 5)])) if (seen & (days < 5)).any() else float(np.median(shares[seen]))
    if base <= 0:
        return plain
    ratios = np.clip(shares / base, 0.2, 3.0)
    weekdays = tuple(
        round(float((prior + ratios[seen & (days == day)].sum()) / (prior + (seen & (days == day)).sum())), 9)
        for day in range(7)
    )
    return Rhythm(weekdays, _evening(plain, ratios, weekdays, days, lengths, prior), plain.cut_off, plain.zone)


def _evening(
    plain: Rhythm,
    ratios: Floats,
    weekdays: tuple[float, ...],
    days: Floats,
    lengths: list[timedelta],
    prior: float,
) -> float:
    """Share of a day's work after the cut-off, from the first day, which begins at midnight and ends at the cut-off."""
    first = ratios[0] / weekdays[int(days[0])]
    if plain.evening <= 0 or not np.isfinite(first) or not HALF_DAY <= lengths[0] < timedelta(hours=24):
        return plain.evening
    seen = float(np.clip(1 - first, 0.0, 2 * plain.evening))
    return round((prior * plain.evening + 0.5 * seen) / (prior + 0.5), 9)


def _pooled(season: Season, rules: Rules) -> Floats:
    """Share of the pooled work done between each close and the one before it; NaN: nobody was read at both ends."""
    done, work = season.done["entered"], season.units.work
    before = np.concatenate([_opening(season, done), done[:, :-1]], axis=1)
    counted = np.isfinite(done) & np.isfinite(before) & (before < rules.pace.finished_share * work[:, None])
    steps = np.where(counted, np.maximum(done - before, 0.0), 0.0)
    held = np.where(counted, work[:, None], 0.0)
    # Sums of sorted numbers: the order of the units changes nothing, not even the last digit.
    total, of = np.sort(steps, axis=0).sum(axis=0), np.sort(held, axis=0).sum(axis=0)
    return np.divide(total, of, out=np.full(len(of), np.nan), where=of > 0)


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
