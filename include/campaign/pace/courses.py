"""Simulated courses of every unit (Monte-Carlo throughput).

A course draws, for each day to come, one of the recent days and takes what the unit did in it, weighed by the day. How
often each recent day is drawn is itself uncertain (Bayesian bootstrap: Rubin 1981): a level that rests on few days is
wide. All units share the draws. That makes chances comparable, keeps what units' days have in common, and so gives
areas and the province the right spread: their courses are the sums of their units' courses.

No unit does more than there is: a course stops at its work. What books hold is known to some percent only.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from include.campaign.pace.rates import Rates
from include.campaign.pace.rhythm import Rhythm
from include.campaign.pace.roadmap import DAY
from include.campaign.pace.season import Floats, Places, Units
from include.campaign.plan.pace_rules import Pace

QUANTILES = (0.1, 0.5, 0.9)
"""The ends of an 80 % interval and its middle."""
TIE = 1e-6
"""Cases by which a course may be short: equal sums of fractions differ in their last digits."""
IN_COMMON = 0.5
"""How far the books of units are misjudged alike, as a correlation's root: they were closed by the same customs."""
BLOCK = 256
"""Units simulated at once: their courses fit in a processor's cache."""


@dataclass(frozen=True)
class Horizon:
    """The instants that courses are looked at.

    Attributes:
        instants: rising, the first after the close.
        days: days from the close to each.
        steps: how much of each recent day every course has done by then, in standard days: (instants, courses, days).
        holdings: what a unit's books hold in each course, to what they are taken to hold; each unit has its own draws,
        in_common: and what all units' have in common.
    """

    instants: tuple[datetime, ...]
    days: Floats
    steps: Floats
    holdings: Floats
    in_common: Floats


def draw(key: str, as_of: datetime, instants: tuple[datetime, ...], rhythm: Rhythm, rules: Pace, days: int) -> Horizon:
    """Draw the courses of a close: the same ones for the same close, whenever it is judged.

    Args:
        key: the close's.
        as_of: its instant.
        instants: rising, after `as_of`.
        rhythm: what the days to come weigh.
        rules: how many courses, and how days and levels stray.
        days: recent days to draw from.
    """
    weights = rhythm.weights((as_of, *instants))
    after = np.array([(instant - as_of).total_seconds() for instant in instants]) / DAY
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))
    likely = rng.gamma(_concentration(days), size=(rules.courses, days)) + 1e-12
    edges = np.cumsum(likely / likely.sum(axis=1, keepdims=True), axis=1)
    day = np.ceil(after - 1e-9).astype(int) - 1  # pieces of one day are pieces of the same drawn day
    shape = (int(day.max()) + 1, rules.courses)
    chosen = np.minimum((rng.random((*shape, 1)) > edges).sum(axis=2), days - 1)
    # As likely up as down: a factor and its inverse weigh the same.
    strayed = rules.day_noise * rng.standard_normal(shape)
    strayed += np.cumsum(rules.drift_per_day * rng.standard_normal(shape), axis=0)
    each = (np.eye(days)[chosen] * np.exp(strayed)[:, :, None])[day] * weights[:, None, None]
    own, common = rules.holdings_spread * rng.standard_normal((2, rules.courses))
    held = np.exp(own * np.sqrt(1 - IN_COMMON**2)), np.exp(common * IN_COMMON)
    return Horizon(instants, after, np.cumsum(each, axis=0), *held)


def _concentration(days: int) -> float:
    """Makes the variance of the level that of a mean of so few days: s2 / (n - 1), not the bootstrap's s2 / (n + 1)."""
    return max(days - 2, 0.5) / days


@dataclass(frozen=True)
class Outcome:
    """What the courses come to. Units are registries, then areas, then the province.

    Attributes:
        entered: share of the courses with entering finished by each instant, (instants, units).
        quantiles: cases entered at the instants asked for: (instants asked for, quantiles, units).
    """

    entered: Floats
    quantiles: Floats


def simulate(units: Units, entry: Rates, horizon: Horizon, asked: Sequence[int], finished_share: float) -> Outcome:
    """Play all courses of all units.

    Registries without a quota or a known number of cases are in no sum; their own shares are NaN.

    Args:
        units: the registries.
        entry: their pace of entering.
        horizon: the draws.
        asked: places in the horizon's instants whose quantiles are asked for.
        finished_share: of the work.
    """
    registries, areas = len(units.codes), len(units.area_codes)
    shape = (len(horizon.instants), registries + areas + 1)
    found = Outcome(np.full(shape, np.nan), np.full((len(asked), len(QUANTILES), shape[1]), np.nan))
    work = np.where(units.work > 0, units.work, np.nan)
    counts = np.isfinite(work)
    if not counts.any():
        return found
    limit = np.where(np.isfinite(units.holdings), units.holdings, units.quota)
    place_of = {where: n for n, where in enumerate(asked)}
    done, possible = (np.zeros((len(horizon.instants), horizon.steps.shape[1])) for _ in range(2))
    for block, groups in _blocks(units, counts):
        belongs = (units.area[block][:, None] == groups).astype(float)
        target, of_groups = finished_share * work[block] - TIE, finished_share * (belongs.T @ work[block]) - TIE
        at = registries + groups
        for n, step in enumerate(horizon.steps):
            course = entry.now[block] + step @ entry.per_day[block].T
            summed = np.minimum(course, work[block]) @ belongs
            found.entered[n, block] = (course >= target).mean(axis=0)
            found.entered[n, at] = (summed >= of_groups).mean(axis=0)
            done[n] += summed.sum(axis=1)
            if n in place_of:
                course = np.minimum(course, np.maximum(_held(units, block, horizon) * limit[block], entry.now[block]))
                summed = course @ belongs
                found.quantiles[place_of[n]][:, block] = np.quantile(course, QUANTILES, axis=0)
                found.quantiles[place_of[n]][:, at] = np.quantile(summed, QUANTILES, axis=0)
                possible[n] += summed.sum(axis=1)
    everything = finished_share * np.sort(work[counts]).sum() - TIE
    found.entered[:, -1] = (done >= everything).mean(axis=1)
    for n, place in place_of.items():
        found.quantiles[place, :, -1] = np.quantile(possible[n], QUANTILES)
    return found


def _held(units: Units, block: Places, horizon: Horizon) -> Floats:
    """What the books of each unit hold in each course."""
    courses = len(horizon.holdings)
    shift = np.array([zlib.crc32(units.codes[place].encode()) for place in block])
    return horizon.holdings[(np.arange(courses)[:, None] + shift) % courses] * horizon.in_common[:, None]


def _blocks(units: Units, counts: Floats) -> Iterator[tuple[Places, Places]]:
    """Registries that count, area by area, by code: their order in the plan changes nothing, not the last digit."""
    codes = np.array(units.codes)
    block: list[int] = []
    groups: list[int] = []
    by_area: dict[int, list[int]] = {}
    for place in np.flatnonzero(counts):
        by_area.setdefault(int(units.area[place]), []).append(int(place))
    for area in sorted(by_area, key=lambda place: units.area_codes[place]):
        block += sorted(by_area[area], key=lambda place: str(codes[place]))
        groups.append(area)
        if len(block) >= BLOCK:
            yield np.array(block), np.array(groups)
            block, groups = [], []
    if block:
        yield np.array(block), np.array(groups)
