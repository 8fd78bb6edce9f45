"""The courses that help is looked for on are those that the forecast is made of."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from include.campaign.cure.foreseen import entering_until, foreseen
from include.campaign.days import Calendar
from include.campaign.pace.forecast import foretell, habits_in
from include.campaign.pace.rhythm import rhythm_of
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.pace.season import STAGES, Season, Units
from include.campaign.plan import Plan


def season(plan: Plan, closes: int, seed: int = 3) -> Season:
    """Registries of the small plan with quotas, entering 2 to 9 % of them a day, one unread lately."""
    some = np.random.default_rng(seed)
    codes = tuple(registry.code for registry in plan.registries)
    quotas = [plan.quota("plan37", code, "registry") for code in codes]
    quota = np.array([np.nan if row is None else row.cases for row in quotas], dtype=float)
    areas = tuple(dict.fromkeys(code[:3] for code in codes))
    each = np.arange(len(codes))[:, None] % 4 * 0.02 + 0.02
    entered = np.cumsum(np.nan_to_num(quota)[:, None] * each * some.uniform(0.5, 1.5, (len(codes), closes)), axis=1)
    entered[2, -1] = np.nan
    days = Calendar(plan.rules).closes()[:closes]
    nothing = np.zeros(entered.shape)
    return Season(
        units=Units(
            codes=codes,
            area=np.array([areas.index(code[:3]) for code in codes]),
            area_codes=areas,
            quota=quota,
            own_quota=~np.isnan(quota),
            books=np.full(len(codes), 10.0),
            holdings=quota * 1.02,
        ),
        keys=tuple(day.key for day in days),
        instants=tuple(day.as_of for day in days),
        start=Calendar(plan.rules).starts_at,
        done=dict.fromkeys(STAGES, entered),
        under_way=nothing,
        refused=nothing,
        answered=entered,
        over_reported=nothing,
        people=nothing + 4,
    )


@pytest.mark.parametrize("closes", [2, 5, 9, 14])
def test_the_chance_is_the_forecasts(small_plan: Plan, closes: int) -> None:
    of, rules, roadmaps = season(small_plan, closes), small_plan.rules, Roadmaps.of(small_plan)
    found = foreseen(of, rules, roadmaps)
    assert found is not None
    until, courses = found
    assert until == roadmaps.milestones["entered"]
    rhythm = rhythm_of(of, rules)
    told = foretell(of, rules, roadmaps, rhythm, habits_in(of, rules, rhythm)).entry.chance[: len(of.units.codes)]
    np.testing.assert_allclose(courses.chances(), told)
    assert 0 < np.nansum(told) < np.sum(~np.isnan(told)), "all the same would show nothing"


def test_of_a_registry_that_was_never_read_nothing_is_foreseen(small_plan: Plan) -> None:
    of = season(small_plan, 6)
    of.done["entered"][3] = np.nan
    found = foreseen(of, small_plan.rules, Roadmaps.of(small_plan))
    assert found is not None
    assert np.isfinite(of.units.quota[3]) and np.isnan(found[1].remaining[3]) and np.isfinite(found[1].remaining[2])


def test_after_the_entering_days_help_is_looked_for_until_what_is_entered_can_still_be_received(
    small_plan: Plan,
) -> None:
    roadmaps = Roadmaps.of(small_plan)
    of = season(small_plan, 17)
    last = roadmaps.milestones["received"] - timedelta(days=small_plan.rules.pace.receiving_days)
    assert entering_until(of, small_plan.rules, roadmaps) == last
    found = foreseen(of, small_plan.rules, roadmaps)
    assert found is not None and found[1].days == pytest.approx((last - of.as_of) / timedelta(days=1))
    late = season(small_plan, 20)
    assert late.as_of < datetime.fromisoformat("2025-03-20T23:00+07:00")
    assert foreseen(late, small_plan.rules, roadmaps) is None
