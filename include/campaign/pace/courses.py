"""Simulated courses of every unit (Monte-Carlo throughput).

In a course each unit has one of the paces that are likely of it (`levels`), and every day to come is drawn: how good it
is, and where the level drifts. All units share the draws of days, as power and weather are shared: that makes chances
comparable and keeps areas' and the province's courses, the sums of their units', from being too sure. Which pace a
unit has in a course is its own.

No unit does more than there is: a course stops at its work. What books hold is known to some percent only.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from include.campaign.pace.rhythm import Rhythm
from include.campaign.pace.roadmap import DAY
from include.campaign.pace.season import Flags, Floats, Places, Units
from include.campaign.plan.pace_rules import Pace

QUANTILES = (0.1, 0.5, 0.9)
"""The ends of an 80 % interval and its middle."""
Singles: TypeAlias = NDArray[np.float32]
TIE = 2e-6
"""Share of the work by which a course may be short: equal sums of fractions differ in their last digits."""
IN_COMMON = 0.5
"""How far the books of units are misjudged alike, as a correlation's root: they were closed by the same customs."""
BLOCK = 48
"""Units simulated at once: their courses fit in a processor's cache, and one thread is enough for their product."""


@dataclass(frozen=True)
class Horizon:
    """The instants that courses are looked at.

    Attributes:
        instants: rising, the first after the close.
        days: days from the close to each.
        passed: standard days that each course has had by then, good days counting for more: (instants, courses).
        holdings: what a unit's books hold in each course, to what they are taken to hold; each unit has its own draws,
        in_common: and what all units' have in common.
    """

    instants: tuple[datetime, ...]
    days: Floats
    passed: Floats
    holdings: Floats
    in_common: Floats


def draw(
    key: str, as_of: datetime, instants: tuple[datetime, ...], rhythm: Rhythm, stray: float, rules: Pace
) -> Horizon:
    """Draw the courses of a close: the same ones for the same close, whenever it is judged.

    Args:
        key: the close's.
        as_of: its instant.
        instants: rising, after `as_of`.
        rhythm: what the days to come weigh.
        stray: spread of days, as a share of their mean.
        rules: how many courses, and how levels stray.
    """
    weights = rhythm.weights((as_of, *instants))
    after = np.array([(instant - as_of).total_seconds() for instant in instants]) / DAY
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))
    day = np.ceil(after - 1e-9).astype(int) - 1  # pieces of one day are pieces of the same drawn day
    shape = (int(day.max()) + 1, rules.courses)
    spread = np.sqrt(np.log1p(stray**2))  # of the logarithm, that days have the mean 1
    # As likely up as down: a factor and its inverse weigh the same.
    strayed = spread * _mirrored(rng, shape) - 0.5 * spread**2
    strayed += np.cumsum(rules.drift_per_day * _mirrored(rng, shape), axis=0)
    rest, doubt = rhythm.doubts(instants)
    weighed = doubt[:, None] * _mirrored(rng, (2, rules.courses))[rest.astype(int)]
    each = np.exp(strayed[day] + weighed) * weights[:, None]
    own, common = rules.holdings_spread * rng.standard_normal((2, rules.courses))
    held = np.exp(own * np.sqrt(1 - IN_COMMON**2)), np.exp(common * IN_COMMON)
    return Horizon(instants, after, np.cumsum(each, axis=0), *held)


def _mirrored(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Normal draws of which half the courses have the opposite of the other half's: chances stray less by luck."""
    half = rng.standard_normal((shape[0], (shape[1] + 1) // 2))
    return np.concatenate([half, -half], axis=1)[:, : shape[1]]


def paces_in(codes: Sequence[str], likely: Floats, courses: int) -> Floats:
    """The pace of each unit in each course: every likely one as often as the others, in an order of its own."""
    order = (_shifts(codes)[:, None] + np.arange(courses)) % likely.shape[1]
    return likely[np.arange(len(likely))[:, None], order]


def _shifts(codes: Sequence[str]) -> Places:
    return np.array([zlib.crc32(code.encode()) for code in codes], dtype=np.int64)


@dataclass(frozen=True)
class Outcome:
    """What the courses come to. Units are registries, then areas, then the province.

    Attributes:
        entered: share of the courses with entering finished by each instant, (instants, units).
        quantiles: cases entered at the instants asked for: (instants asked for, quantiles, units).
    """

    entered: Floats
    quantiles: Floats


def simulate(
    units: Units, now: Floats, likely: Floats, horizon: Horizon, asked: Sequence[int], finished_share: float
) -> Outcome:
    """Play all courses of all units.

    Registries without a quota or a known number of cases are in no sum; their own shares are NaN.

    Args:
        units: the registries.
        now: cases they have entered.
        likely: cases a standard day that each is likely to enter (`levels.likely_paces`).
        horizon: the draws.
        asked: places in the horizon's instants whose quantiles are asked for.
        finished_share: of the work.
    """
    registries, areas = len(units.codes), len(units.area_codes)
    shape = (len(horizon.instants), registries + areas + 1)
    found = Outcome(np.full(shape, np.nan), np.full((len(asked), len(QUANTILES), shape[1]), np.nan))
    counts = np.isfinite(units.work) & (units.work > 0)
    if not counts.any():
        return found
    target = np.float32(finished_share - TIE)
    # By instant, sums over all units of what counts as work, and of what books may hold: (instants, courses).
    done, held = (np.zeros((len(horizon.instants), horizon.passed.shape[1])) for _ in range(2))
    for block, groups in _blocks(units, counts):
        shares = _Shares.of(units, now, likely, block, groups, horizon.passed.shape[1])
        whole = shares.sums.sum(axis=1, keepdims=True)
        for n, passed in enumerate(horizon.passed):
            course = shares.after(passed)
            found.entered[n, block] = np.count_nonzero(course >= target, axis=1) / course.shape[1]
            summed = shares.sums @ np.minimum(course, 1)
            found.entered[n, registries + groups] = np.count_nonzero(summed >= target * whole, axis=1) / course.shape[1]
            done[n] += summed.sum(axis=0)
            if n in asked:
                course = np.minimum(course, np.maximum(_held(units, block, horizon) * shares.limit, shares.now))
                summed = shares.sums @ course
                quantiles = found.quantiles[list(asked).index(n)]
                quantiles[:, block] = np.quantile(course, QUANTILES, axis=1) * units.work[block]
                quantiles[:, registries + groups] = np.quantile(summed, QUANTILES, axis=1)
                held[n] += summed.sum(axis=0)
            elif n > max(asked, default=-1) and (summed >= whole).all():  # all is done, and stays so
                found.entered[n:, [*block, *(registries + groups)]] = 1.0
                done[n + 1 :] += whole.sum()
                break
    everything = float(target) * np.sort(units.work[counts]).sum()
    found.entered[:, -1] = (done >= everything).mean(axis=1)
    for place, n in enumerate(asked):
        found.quantiles[place, :, -1] = np.quantile(held[n], QUANTILES)
    np.maximum(found.quantiles[..., :registries], now, out=found.quantiles[..., :registries])
    return found


@dataclass(frozen=True)
class _Shares:
    """A block of units, all figures as shares of each one's work: small numbers, for which half the digits will do."""

    now: Singles
    paces: Singles
    """In each course, (units, courses)."""
    limit: Singles
    sums: Singles
    """Work of each unit in the row of its area."""

    @classmethod
    def of(cls, units: Units, now: Floats, likely: Floats, block: Places, groups: Places, courses: int) -> _Shares:
        work = units.work[block][:, None]
        limit = np.where(np.isfinite(units.holdings), units.holdings, units.quota)[block][:, None]
        belongs = units.area[block] == groups[:, None]
        paces = paces_in([units.codes[place] for place in block], likely[block], courses)
        figures = now[block][:, None] / work, paces / work, limit / work, belongs * work.T
        return cls(*(figure.astype(np.float32) for figure in figures))

    def after(self, passed: Floats) -> Singles:
        """What is done in each course after so many standard days in each, (units, courses)."""
        return self.now + self.paces * passed.astype(np.float32)


def _held(units: Units, block: Places, horizon: Horizon) -> Singles:
    """What the books of each unit hold in each course, to what they are taken to hold."""
    courses = len(horizon.holdings)
    shift = _shifts([units.codes[place] for place in block])
    own = horizon.holdings[(shift[:, None] + np.arange(courses)) % courses]
    return (own * horizon.in_common).astype(np.float32)


def _blocks(units: Units, counts: Flags) -> Iterator[tuple[Places, Places]]:
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
