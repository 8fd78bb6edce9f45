"""Plans that the ladder is tried on."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.campaign.plan import Plan, load_plan


@pytest.fixture(scope="session")
def two_level_plan() -> Plan:
    """Communes directly under the province (tests/plans/two_levels)."""
    return load_plan(Path(__file__).parents[2] / "plans" / "two_levels")
