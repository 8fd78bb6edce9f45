"""A plan for a smaller world: the same units and people, smaller targets."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.campaign.plan import load_plan
from include.rehearsal.scaled_plan import write_scaled_plan

PLAN = Path(__file__).parents[2] / "include" / "plan"


@pytest.mark.parametrize("scale", [0.01, 0.1, 0.37, 1])
def test_targets_shrink_and_the_plan_still_loads(tmp_path: Path, scale: float) -> None:
    write_scaled_plan(PLAN, tmp_path, scale)
    whole, small = load_plan(PLAN), load_plan(tmp_path)
    assert small.registries == whole.registries
    assert small.contacts == whole.contacts

    def total(plan, scope: str) -> int:
        return sum(row.cases or 0 for row in plan.quotas if row.baseline == "plan37" and row.scope == scope)

    assert total(small, "registry") == pytest.approx(310_831 * scale, abs=1)
    assert total(small, "area") == pytest.approx(2 * 310_831 * scale, abs=1)


def test_at_full_scale_it_is_the_plan_itself(tmp_path: Path) -> None:
    write_scaled_plan(PLAN, tmp_path, 1)
    assert load_plan(tmp_path).digest == load_plan(PLAN).digest
