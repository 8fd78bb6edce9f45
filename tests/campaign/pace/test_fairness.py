"""Comparing units of different size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.pace.fairness import drawn_in, funnel, ranking


def rates(seed: int, count: int, volumes: tuple[int, int], spread: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    volume = np.round(np.exp(rng.uniform(np.log(volumes[0]), np.log(volumes[1]), count)))
    rate = np.clip(0.02 * np.exp(rng.normal(0, spread, count)), 0, 0.5)
    return rng.binomial(volume.astype(int), rate).astype(float), volume


def test_by_chance_alone_hardly_anybody_is_out_of_line_whatever_the_size() -> None:
    out = [np.abs(funnel(*rates(seed, 119, (30, 20_000))).sigmas) > 3 for seed in range(50)]
    assert np.mean(out) < 0.005


def test_what_units_differ_by_anyway_widens_the_limits() -> None:
    events, volume = rates(1, 119, (200, 20_000), spread=0.5)
    found = funnel(events, volume)
    plain = 1 / (4 * volume + 2) ** 0.5
    assert (found.spread > plain).all()
    assert (np.abs(found.sigmas) > 3).mean() < 0.05
    assert (np.abs(found.sigmas * found.spread / plain) > 3).mean() > 0.2, "by chance alone many would be"


def test_one_that_is_out_of_line_does_not_widen_the_limits_for_itself() -> None:
    events, volume = rates(2, 119, (200, 20_000))
    events[0], volume[0] = 300.0, 2000.0
    found = funnel(events, volume)
    assert found.sigmas[0] > 8
    assert found.band[0] == 2
    low, high = found.limits(3)
    assert low[0] < found.centre < high[0] < found.rate[0]
    assert high[np.argmin(volume)] > high[np.argmax(volume)], "the funnel is wide where the volume is small"


def test_without_volume_nobody_is_compared() -> None:
    found = funnel(np.array([0.0, np.nan, 3.0]), np.array([0.0, 10.0, np.nan]))
    assert np.isnan(found.sigmas).all()
    assert found.band.tolist() == [0, 0, 0]


def test_a_rate_on_few_cases_is_drawn_in() -> None:
    events, volume = rates(3, 60, (500, 5000), spread=0.3)
    events[0], volume[0] = 1.0, 3.0
    drawn, seen = drawn_in(events, volume), events / volume
    assert seen[0] == max(seen)
    assert drawn[0] < np.quantile(seen, 0.9)
    big = int(np.argmax(volume))
    assert drawn[big] == pytest.approx(seen[big], rel=0.25)


def test_going_by_volume_small_units_are_not_last_by_chance() -> None:
    by_rank, by_rate = [], []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        answered = np.concatenate([np.full(20, 40.0), np.full(20, 5000.0)])
        refused = rng.binomial(answered.astype(int), 0.02 * np.exp(rng.normal(0, 0.4, 40))).astype(float)
        even = np.full(40, 100.0)
        found = ranking(tuple(map(str, range(40))), even, np.zeros(40), refused, answered, even, even)
        by_rank.append(np.argmax(found.place) < 20)
        by_rate.append(np.argmax(refused / answered) < 20)
    assert np.mean(by_rate) > 0.9
    assert np.mean(by_rank) < 0.6, "half of all are small"


def test_ranks_go_by_reviewed_then_defects_then_errors_then_received() -> None:
    many = np.array([1000.0] * 6)
    reviewed = np.array([900.0, 900, 900, 900, 950, 0])
    defects = np.array([0.0, 0, 0, 200, 200, 0])
    refused = np.array([0.0, 0, 200, 0, 200, 0])
    received = np.array([900.0, 800, 900, 900, 0, 0])
    quota = np.array([1000.0] * 5 + [np.nan])
    found = ranking(tuple("abcdef"), reviewed, defects, refused, many, received, quota)
    assert dict(zip(found.codes, found.place.tolist(), strict=True)) == {"e": 1, "a": 2, "b": 3, "c": 4, "d": 5, "f": 0}


@given(
    order=st.permutations(range(12)),
    values=st.lists(st.tuples(st.integers(0, 100), st.integers(1, 500)), min_size=12, max_size=12),
)
def test_the_order_of_units_changes_neither_limits_nor_ranks(order: list[int], values: list[tuple[int, int]]) -> None:
    events = np.array([min(one) for one in values], dtype=float)
    volume = np.array([one[1] for one in values], dtype=float)
    np.testing.assert_array_equal(funnel(events, volume).sigmas[order], funnel(events[order], volume[order]).sigmas)
    codes = np.array([f"{n:02}" for n in range(12)])
    here = ranking(codes, volume, events, events, volume, events, volume)
    moved, some = volume[order], events[order]
    there = ranking(codes[order], moved, some, some, moved, some, moved)
    np.testing.assert_array_equal(here.place[order], there.place)
