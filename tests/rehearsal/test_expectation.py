"""What the world's truth expects of registries' reports of themselves is what the plan says."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from include.campaign.plan import Plan
from include.campaign.plan.rules import SelfReports
from include.rehearsal.self_reports import Expectation


def test_the_plans_rules_are_the_worlds_expectation(small_plan: Plan) -> None:
    assert Expectation.of(small_plan) == Expectation(due=18 * 3600, share=0.02, cases=3)


def test_another_plan_expects_otherwise(small_plan: Plan) -> None:
    rule = SelfReports.model_validate(
        {"due": "12:30", "grace_minutes": 45, "tolerance_share": 0.05, "tolerance_cases": 10}
    )
    rules = small_plan.rules.model_copy(update={"self_reports": rule})
    plan = cast(Plan, SimpleNamespace(rules=rules))
    assert Expectation.of(plan) == Expectation(due=13 * 3600 + 15 * 60, share=0.05, cases=10)
