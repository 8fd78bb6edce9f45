"""The loads: exact totals, whatever the noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.plan import Plan, load_plan
from include.rehearsal.province import largest_remainder, province_of

ROOT = Path(__file__).resolve().parents[2]


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60), st.integers(0, 10**6))
def test_largest_remainder_is_exact_and_close(weights: list[float], total: int) -> None:
    given_weights = np.array(weights)
    shares = largest_remainder(given_weights, total)
    assert shares.sum() == total
    assert (np.abs(shares - given_weights / given_weights.sum() * total) < 1 + 1e-6).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_full_province_has_the_published_totals(seed: int) -> None:
    province = province_of(load_plan(ROOT / "include" / "plan"), seed, 1.0)
    assert len(province.leaves) == 129
    assert sum(leaf.phase_1 for leaf in province.leaves) == 541_000
    assert sum(leaf.duplicates for leaf in province.leaves) == 27_000
    assert sum(leaf.phase_2 for leaf in province.leaves) == 310_831
    assert min(leaf.phase_2 for leaf in province.leaves) > 0
    assert all(leaf.duplicates <= leaf.phase_1 // 2 for leaf in province.leaves)


def test_levels_are_data() -> None:
    province = province_of(load_plan(ROOT / "tests" / "plans" / "two_levels"), 1, 1.0)
    assert not any(leaf.own_district for leaf in province.leaves)
    assert all(leaf.phase_2 > 0 for leaf in province.leaves)


def test_scale_and_seed(small_plan: Plan) -> None:
    whole, tenth = province_of(small_plan, 1, 1.0), province_of(small_plan, 1, 0.1)
    assert sum(leaf.phase_2 for leaf in whole.leaves) == 3000
    assert sum(leaf.phase_2 for leaf in tenth.leaves) == 300
    assert province_of(small_plan, 1, 1.0) == whole
    assert province_of(small_plan, 2, 1.0) != whole
    assert any(leaf.helpers for leaf in whole.leaves)
