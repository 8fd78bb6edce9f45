"""What the world takes from the plan: registries, how much work each has, who comes to help, when days are closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from include.campaign.days import Calendar
from include.campaign.plan import Force, Plan
from include.rehearsal.instants import seconds
from include.rehearsal.temper import USUAL, Temper

PHASE_1_PER_PHASE_2 = 541_000 / 310_831
"""Phase 1 entered about 541,000 cases, phase 2 has 310,831 to enter (public figures of 26 February 2025)."""
DUPLICATE_SHARE = 27_000 / 541_000
"""About 27,000 of phase 1 were duplicates that could not be transferred (same source)."""
NOISE = 0.05
"""What a registry really holds differs from its quota by about this share."""
DISTRICT_SHARE = 0.012
"""A district's own registry has no published load: it gets this share of its communes' mean."""


@dataclass(frozen=True)
class Helpers:
    """People who join one registry for some time (seconds since the epoch)."""

    start: int
    end: int
    number: float
    kind: str = "youth_union"


@dataclass(frozen=True)
class Leaf:
    """One registry and the work that lies before it, in cases; `duplicates` are among `phase_1`.

    `formers` are the units that no longer exist, of which it took over books; `entangled` says that one of these was
    split between registries.
    """

    code: str
    own_district: bool
    border: bool
    phase_1: int
    duplicates: int
    phase_2: int
    helpers: tuple[Helpers, ...]
    formers: tuple[str, ...] = ()
    entangled: bool = False


@dataclass(frozen=True)
class Province:
    """All registries and the instants of the campaign (seconds since the epoch).

    Attributes:
        start: first day, 00:00 local time: where the world begins.
        end: the day after the last, 00:00: after it only stragglers work.
        horizon: nothing happens from here on.
        closes: (key, as_of) in the order of time.
        meant_by: unit code → registries that it can mean, as the plan says.
        utc_offset: seconds that local time is ahead of UTC (Vietnam has no summer time).
        temper: what the registries' work is drawn from.
    """

    leaves: tuple[Leaf, ...]
    registers: tuple[str, ...]
    start: int
    end: int
    horizon: int
    closes: tuple[tuple[str, int], ...]
    utc_offset: int
    timezone: str
    meant_by: dict[str, list[str]] = field(default_factory=dict)
    temper: Temper = USUAL


def province_of(plan: Plan, seed: int, scale: float, temper: Temper = USUAL) -> Province:
    """The province at this scale. Totals are exact: what noise gives one registry it takes from the others.

    Raises:
        ValueError: the scale is not above 0.
    """
    if not scale > 0:
        raise ValueError(f"scale {scale} is not above 0")
    campaign = plan.rules.campaign
    codes = [registry.code for registry in plan.registries]
    quotas = _quotas(plan, codes)
    rng = np.random.default_rng([seed, 0x10AD])
    weights = _weights(plan, codes, quotas) * np.exp(rng.normal(0, NOISE, len(codes)))
    older = weights * np.exp(rng.normal(0, 3 * NOISE, len(codes)))
    total = sum(quotas.values()) or 100 * len(codes)
    phase_1 = largest_remainder(older, round(total * PHASE_1_PER_PHASE_2 * scale))
    duplicates = largest_remainder(phase_1 * rng.uniform(0.5, 1.5, len(codes)), round(phase_1.sum() * DUPLICATE_SHARE))
    duplicates = _within(duplicates, phase_1 // 2)
    phase_2 = largest_remainder(weights, round(total * scale))
    offset = datetime.combine(campaign.first_day, time(12), campaign.timezone).utcoffset()

    def midnight_after(day_offset: int, day: datetime) -> int:
        return seconds(day + timedelta(days=day_offset))

    first, last, tail = (
        datetime.combine(day, time(0), campaign.timezone)
        for day in (campaign.first_day, campaign.last_day, campaign.tail_until)
    )
    leaves = tuple(
        Leaf(
            code,
            plan.units[code].level != "commune",
            plan.units[code].border,
            int(phase_1[place]),
            int(duplicates[place]),
            int(phase_2[place]),
            _helpers(plan, code),
            _formers(plan, code),
            any(len(plan.registries_meant_by(former)) > 1 for former in _formers(plan, code)),
        )
        for place, code in enumerate(codes)
    )
    return Province(
        leaves,
        tuple(plan.registers),
        midnight_after(0, first),
        midnight_after(1, last),
        midnight_after(1, tail),
        tuple((close.key, seconds(close.as_of)) for close in Calendar(plan.rules).with_tail()),
        int(offset.total_seconds()) if offset else 0,
        str(campaign.timezone),
        _meant_by(plan, codes),
        temper,
    )


def largest_remainder(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers in proportion to the weights that add up to `total`; equal remainders go to the first."""
    exact = weights / weights.sum() * total
    whole = np.floor(exact).astype(np.int64)
    short = total - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:short]] += 1
    return whole


def _within(numbers: NDArray[np.int64], limits: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers with what is above a limit moved to those with most room, the sum kept as far as there is room."""
    kept = np.minimum(numbers, limits)
    over = int((numbers - kept).sum())
    while over > 0 and (room := limits - kept).max() > 0:
        place = int(room.argmax())
        moved = min(over, int(room[place]))
        kept[place] += moved
        over -= moved
    return kept


def _quotas(plan: Plan, codes: list[str]) -> dict[str, int]:
    baseline = plan.baseline_in_force(plan.rules.campaign.first_day)
    found = {code: plan.quota(baseline.id, code, "registry") for code in codes}
    return {code: quota.cases for code, quota in found.items() if quota is not None and quota.cases is not None}


def _weights(plan: Plan, codes: list[str], quotas: dict[str, int]) -> NDArray[np.float64]:
    """A weight for each registry: its quota, or for one without (a district's own) a small share of its communes'."""
    fallback = max(sum(quotas.values()) / max(len(quotas), 1), 1.0)

    def weight(code: str) -> float:
        if code in quotas:
            return float(max(quotas[code], 1))
        below = [quotas[child] for child in plan.registries_under(code) if child in quotas]
        return max(DISTRICT_SHARE * sum(below), 0.02 * fallback)

    return np.array([weight(code) for code in codes])


def _helpers(plan: Plan, code: str) -> tuple[Helpers, ...]:
    """Those promised to the registry itself, and its part of those promised to a unit above it."""
    above = [code, *(unit.code for unit in plan.ancestors(code))]
    return tuple(_arriving(plan, force) for force in plan.forces if force.unit_code in above)


def _meant_by(plan: Plan, codes: list[str]) -> dict[str, list[str]]:
    known = (*codes, *(row.old_code for row in plan.predecessors))
    return {code: sorted(plan.registries_meant_by(code)) for code in known}


def _formers(plan: Plan, code: str) -> tuple[str, ...]:
    return tuple(row.old_code for row in plan.predecessors if row.code == code and row.old_code not in plan.units)


def _arriving(plan: Plan, force: Force) -> Helpers:
    campaign = plan.rules.campaign
    first, last = force.from_date or campaign.first_day, force.to_date or campaign.last_day
    start = datetime.combine(first, time(7), campaign.timezone)
    end = datetime.combine(last, time(23), campaign.timezone)
    return Helpers(
        seconds(start), seconds(end), force.number / max(len(plan.registries_under(force.unit_code)), 1), force.kind
    )
