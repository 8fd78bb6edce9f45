"""Pace, flags and ladder of 10,000 units over 20 days, beside the same courses simulated unit by unit.

The aim is of the whole: under 30 s on two cores. Units are made up: paces and days as they come; a few begin late
or are not read.
"""

from __future__ import annotations

import time

import numpy as np
import pytest

from include.campaign.days import FINAL, Calendar
from include.campaign.ladder.episodes import Rung
from include.campaign.ladder.evening import Evening, decide_evening
from include.campaign.pace.forecast import foretell, habits_in, measure
from include.campaign.pace.judging import judge
from include.campaign.pace.rhythm import rhythm_of
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.pace.season import BOOK_STAGES, STAGES, Floats, Season, Units
from include.campaign.plan import Plan, load_plan
from tests.bench.conftest import ROOT, Ratios, timed

UNITS, AREAS, DAYS = 10_000, 300, 20
SAMPLE = 100
"""Units that are simulated one by one."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(ROOT / "include" / "plan")


def made_up(plan: Plan) -> Season:
    """A season of twenty closes."""
    rng = np.random.default_rng(10)
    closes = Calendar(plan.rules).closes()[:DAYS]
    quota = np.round(np.exp(rng.normal(7.5, 0.6, UNITS)))
    daily = quota[:, None] / 13 * np.exp(rng.normal(0, 0.25, (UNITS, 1))) * np.exp(rng.normal(0, 0.2, (UNITS, DAYS)))
    daily[:, 0] *= 0.75
    daily[rng.random((UNITS, DAYS)) < 0.025] = 0
    for unit in rng.choice(UNITS, UNITS // 20, replace=False):
        daily[unit, : rng.integers(2, 8)] = 0
    entered = np.minimum(np.floor(np.cumsum(daily, axis=1)), quota[:, None])
    unread = rng.random((UNITS, DAYS)) < 0.01

    def later(days: int) -> Floats:
        figures = np.zeros_like(entered)
        figures[:, days:] = entered[:, :-days]
        return figures

    done = {"entered": entered, "attached": entered, "reviewed": later(1), "received": later(3)}
    done |= {stage: np.ceil(np.minimum(entered / quota[:, None] * 1.5, 1) * 40) for stage in BOOK_STAGES}
    answered = np.floor(done["received"] * 1.02)

    def read(figures: Floats) -> Floats:
        return np.where(unread, np.nan, figures)

    units = Units(
        codes=tuple(f"{10_000 + n}" for n in range(UNITS)),
        area=rng.integers(0, AREAS, UNITS),
        area_codes=tuple(f"{n:03}" for n in range(AREAS)),
        quota=quota,
        own_quota=np.ones(UNITS, dtype=bool),
        books=np.full(UNITS, 40.0),
        holdings=np.round(quota * np.exp(rng.normal(0, 0.04, UNITS))),
    )
    return Season(
        units=units,
        keys=tuple(close.key for close in closes),
        instants=tuple(close.as_of for close in closes),
        start=Calendar(plan.rules).starts_at,
        done={stage: read(done[stage]) for stage in STAGES},
        under_way=read(later(2) - later(3)),
        refused=read(np.floor(answered * 0.01)),
        answered=read(answered),
        over_reported=read(np.where(rng.random((UNITS, DAYS)) < 0.02, 1.0, 0.0)),
        people=read(np.full((UNITS, DAYS), 6.0)),
        opening={stage: np.zeros(UNITS) for stage in STAGES},
    )


def test_ten_thousand_units_and_twenty_days(plan: Plan, ratios: Ratios) -> None:
    seconds: dict[str, float] = {}
    season, roadmaps = made_up(plan), Roadmaps.of(plan)
    codes = season.units.codes
    path = (Rung("unit", 1, "461", "head"), Rung("district", 2, "461", "head"), Rung("department", 3, "45", "desk"))
    paths = dict.fromkeys(codes, path)
    calendar = Calendar(plan.rules)
    before: dict[tuple[str, str], int] = {}
    episodes = {}
    flags = steps = 0
    processor = time.process_time()
    with timed(seconds, "pace, flags and ladder"):
        for number, close in enumerate(calendar.closes()[:DAYS], start=1):
            found = judge(season.until(number), plan.rules, roadmaps, before)
            before = {(flag.registry_code, flag.kind): flag.streak for flag in found.flags}
            judged = {code for code, known in zip(codes, found.judged.tolist(), strict=True) if known}
            evening = Evening(close.key, calendar.day_number(close.day), judged, {}, {}, close.kind == FINAL)
            decision = decide_evening(evening, found.flags, episodes, paths, plan.rules.ladder)
            episodes = decision.episodes
            flags, steps = flags + len(found.flags), steps + len(decision.steps)
    processor = time.process_time() - processor
    assert flags > UNITS
    assert steps > 0

    half = season.until(DAYS // 2)
    rhythm = rhythm_of(half, plan.rules)
    started = time.perf_counter()
    foretell(half, plan.rules, roadmaps, rhythm, habits_in(half, plan.rules, rhythm))
    together = time.perf_counter() - started
    entry, _ = measure(half, plan.rules, rhythm)
    started = time.perf_counter()
    for unit in range(SAMPLE):
        one_by_one(entry.daily[unit], float(entry.now[unit]), float(half.units.work[unit]), plan.rules.pace.courses)
    alone = (time.perf_counter() - started) * UNITS / SAMPLE

    whole = seconds["pace, flags and ladder"]
    where = f"pace, flags and ladder of {UNITS:,} units over {DAYS} days"
    ratios.told(f"{where}: {flags:,} flags, {steps:,} steps", f"{whole:.1f} s")
    ratios.told("... of it on a processor", f"{processor:.1f} s")
    ratios.at_most("... of 30 s", whole, 30, 1)
    ratios.faster("... one close's forecast against its courses unit by unit", together, alone, 10)


def one_by_one(days: Floats, done: float, work: float, courses: int) -> float:
    """Days until half of a unit's courses are finished, each day of each course drawn by itself."""
    rng = np.random.default_rng(1)
    finishes = []
    for _ in range(courses):
        likely = rng.dirichlet(np.ones(len(days)))
        course, day = done, 0
        while course < work and day < 30:
            course += rng.choice(days, p=likely)
            day += 1
        finishes.append(day)
    return float(np.median(finishes))
