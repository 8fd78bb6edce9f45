"""Green or red."""

from __future__ import annotations

from typing import Any

import pytest

from include.tasks.verdict import reasons_for_red


def summary(**changes: Any) -> dict[str, Any]:
    return {"state": "closed", "problems": [], **changes}


@pytest.mark.parametrize("state", ["closed", "gaps"])
def test_a_closed_day_within_tolerance_is_green(state: str) -> None:
    assert reasons_for_red(summary(state=state), []) == []


def test_what_is_outside_tolerance_is_red() -> None:
    problems = ["7 registries were not read, 6 are within tolerance", "mail fell short: 1 deferred"]
    assert reasons_for_red(summary(state="gaps", problems=problems), []) == problems


@pytest.mark.parametrize("state", ["open", "not opened"])
def test_a_day_that_was_not_carried_through_is_red_even_when_nothing_else_is_known(state: str) -> None:
    assert reasons_for_red(summary(state=state), []) == [f"the day is {state}"]


def test_a_failed_task_is_red_and_named_before_the_figures() -> None:
    reasons = reasons_for_red(summary(problems=["the Ministry's ledger was not read"]), ["write_reports", "close_day"])
    assert reasons == ["write_reports failed", "close_day failed", "the Ministry's ledger was not read"]
