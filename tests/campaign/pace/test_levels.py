"""What a unit is likely to do in a day: what holds of all histories, and what lost, late and idle days come to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.campaign.pace.levels import LIKELY, Habits, habits_of, likely_paces
from include.campaign.pace.rates import Rates, rates_of
from include.campaign.pace.season import Floats
from tests.campaign.pace.stories import RULES

WORK = 1500.0
PACE = RULES.pace
USUAL = Habits(np.log([100 / WORK]), between=0.3, noise=0.2, lost=0.03, worth=1.0, stray=0.25)
"""Of a province whose units do a hundred a day, give or take a third."""
COUNTS = st.lists(st.integers(0, 300), min_size=1, max_size=12)


def rates(daily: list[float]) -> Rates:
    return rates_of(np.cumsum([daily], axis=1), np.zeros(1), np.ones(len(daily)), PACE)


def paces(daily: list[float], habits: Habits = USUAL) -> Floats:
    return likely_paces(rates(daily), np.array([WORK]), habits, PACE)[0]


def province(seed: int, between: float, noise: float, lost: float, closes: int = 6) -> tuple[Floats, Floats]:
    """Levels and cumulative figures of 200 units in eight areas."""
    rng = np.random.default_rng(seed)
    level = 100 * np.exp(rng.normal(0, between, 200))
    daily = level[:, None] * np.exp(rng.normal(0, noise, (200, closes)))
    daily *= np.where(rng.random(daily.shape) < lost, 0.1, 1.0)
    return level, np.cumsum(daily, axis=1)


@settings(max_examples=100, deadline=None)
@given(daily=COUNTS, more=st.integers(1, 200))
def test_more_done_on_the_newest_day_never_makes_a_unit_look_slower(daily: list[int], more: int) -> None:
    fewer, further = paces([*map(float, daily)]), paces([*map(float, daily[:-1]), float(daily[-1] + more)])
    assert (further >= fewer * (1 - 1e-5)).all()


@settings(max_examples=100, deadline=None)
@given(daily=COUNTS)
def test_likely_paces_rise_and_are_finite(daily: list[int]) -> None:
    found = paces([*map(float, daily)])
    assert found.shape == (LIKELY,)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert (np.diff(found) >= 0).all()


@settings(max_examples=50, deadline=None)
@given(daily=COUNTS, times=st.integers(2, 20))
def test_a_larger_unit_is_judged_as_a_smaller_one(daily: list[int], times: int) -> None:
    busy = [float(50 + count) for count in daily]
    alone = likely_paces(rates(busy), np.array([WORK]), USUAL, PACE)
    large = likely_paces(rates([times * count for count in busy]), np.array([times * WORK]), USUAL, PACE)
    np.testing.assert_allclose(large, times * alone, rtol=0.02)


def test_few_days_are_drawn_to_the_area_and_many_are_not() -> None:
    one, six = np.median(paces([60.0])), np.median(paces([60.0] * 6))
    assert 60 < six < 66 < one < 100


def test_the_more_days_the_surer() -> None:
    spread = [float(np.ptp(np.log(paces([100.0] * days)))) for days in (1, 2, 4, 7)]
    assert spread == sorted(spread, reverse=True)


def test_one_lost_day_in_six_is_no_slower_pace() -> None:
    whole = np.median(paces([100.0] * 6))
    assert np.median(paces([100, 100, 5, 100, 100, 100])) > 0.93 * whole
    assert np.median(paces([100, 70, 70, 100, 70, 70])) < 0.9 * whole, "four slower days are"


def test_who_loses_more_days_is_expected_to_lose_more() -> None:
    once, often = (np.median(paces(daily)) for daily in ([100.0, 5, 100, 100, 100, 100], [100.0, 5, 100, 5, 100, 100]))
    assert often < once


def test_a_unit_that_stopped_is_expected_to_do_ever_less() -> None:
    after = [float(np.median(paces([100.0, 100, 100, *[0.0] * days]))) for days in range(7)]
    assert after == sorted(after, reverse=True)
    assert after[1] > 0.8 * after[0], "one day may be lost"
    assert after[5] == 0


def test_a_unit_that_fell_for_good_is_believed() -> None:
    assert np.median(paces([100.0, 100, 15, 15, 15, 15, 15])) < 30


def test_the_day_on_which_it_began_tells_less_against_it_than_for_it() -> None:
    begun = {count: np.median(paces([0.0, 0, count])) for count in (1, 20, 40, 100, 150)}
    assert begun[150] > 1.2 * begun[40]
    # It may have been a part of a day: so little is hardly less than a little more, and no level is read off it.
    assert begun[20] == pytest.approx(begun[1], rel=0.1)
    assert 40 < begun[20] < begun[40] < begun[100] < 110
    # The same as a whole day, after one that was worked, is a slower pace than as a part of one.
    assert np.median(paces([20.0, 20])) < 0.8 * begun[20]


@pytest.mark.parametrize(("between", "noise", "lost"), [(0.15, 0.15, 0.0), (0.3, 0.15, 0.05), (0.3, 0.3, 0.1)])
def test_a_season_shows_how_units_and_days_differ(between: float, noise: float, lost: float) -> None:
    _, done = province(3, between, noise, lost)
    found = habits_of(rates_of(done, np.zeros(200), np.ones(6), PACE), np.full(200, WORK), np.arange(200) % 8, PACE)
    assert found.between == pytest.approx(between, rel=0.3)
    assert found.noise == pytest.approx(noise, rel=0.35)
    assert found.lost == pytest.approx(lost, abs=0.04)
    assert found.stray == pytest.approx(np.sqrt(noise**2 + lost * 0.81), rel=0.25)
    np.testing.assert_allclose(np.exp(found.centre) * WORK, 100, rtol=0.15)


def test_eight_in_ten_levels_lie_where_they_are_likely() -> None:
    held = []
    for seed in range(4):
        level, done = province(seed, 0.3, 0.2, 0.04)
        found = rates_of(done, np.zeros(200), np.ones(6), PACE)
        work, area = np.full(200, 5 * WORK), np.arange(200) % 8
        likely = likely_paces(found, work, habits_of(found, work, area, PACE), PACE)
        low, high = likely[:, LIKELY // 10], likely[:, -1 - LIKELY // 10]
        comes_to = level * np.exp(0.2**2 / 2) * (1 - 0.04 * 0.9)
        held += list((low <= comes_to) & (comes_to <= high))
    assert 0.70 <= np.mean(held) <= 0.95, np.mean(held)


def test_nothing_seen_is_as_the_rules_expect() -> None:
    found = habits_of(rates([0.0]), np.array([WORK]), np.zeros(1, dtype=np.int64), PACE)
    assert (found.noise, found.between, found.lost, found.worth) == pytest.approx(
        (PACE.day_noise, PACE.level_spread, PACE.lost_days, 1.0)
    )


def test_an_area_of_its_own_pace_has_its_own_centre() -> None:
    level, done = province(5, 0.1, 0.1, 0.0)
    area = np.arange(200) % 8
    slow = np.where((area == 2)[:, None], 0.5 * done, done)
    found = habits_of(rates_of(slow, np.zeros(200), np.ones(6), PACE), np.full(200, WORK), area, PACE)
    assert np.exp(found.centre[2]) < 0.75 * np.exp(found.centre[0])
    assert len(level) == 200
