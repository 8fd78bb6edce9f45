"""Who hears of a laggard tonight."""

from __future__ import annotations

import pytest

from include.campaign.ladder import Verdict, judge_evening, step_ladder
from include.campaign.pace.freezing import judge_close
from include.campaign.summary import summarise
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, Scene


@pytest.mark.parametrize(
    ("day", "judged", "newly", "verdict"),
    [
        (2, 100, 0, Verdict.TOO_EARLY),
        (2, 100, 100, Verdict.TOO_EARLY),
        (3, 100, 25, Verdict.STEPPED),
        (3, 100, 26, Verdict.COMMON_CAUSE),
        (9, 0, 0, Verdict.STEPPED),
    ],
)
def test_no_wave_before_its_day_nor_when_many_turn_late_at_once(
    day: int, judged: int, newly: int, verdict: Verdict
) -> None:
    assert judge_evening(day, 3, judged, newly, 0.25) is verdict


def evening(scene: Scene, day: str) -> Verdict:
    scene.close(day)
    close = scene.calendar.close(day)
    with engine(scene.campaign).begin() as conn:
        judge_close(conn, scene.plan, scene.calendar, close)
        return step_ladder(conn, scene.plan, scene.calendar, close)


def test_flagged_units_are_told_after_a_common_cause_evening(scene: Scene) -> None:
    for code in (HOME, OTHER):
        scene.book(code, 1)
    assert evening(scene, "2025-03-02") is Verdict.TOO_EARLY
    assert evening(scene, "2025-03-03") is Verdict.STEPPED
    steps = scene.rows("select registry_code, told_unit, told_address from ladder.step where close_key = '2025-03-03'")
    day = scene.calendar.close("2025-03-03").day
    expected = [
        (code, contact.unit_code, contact.email)
        for code in (HOME, OTHER)
        for contact in [scene.plan.contact(code, "head", day)]
    ]
    assert sorted(steps) == expected


def test_a_wave_on_one_evening_is_held_back_and_the_department_told(scene: Scene) -> None:
    for code in (HOME, OTHER):
        scene.book(code, 1)
    assert evening(scene, "2025-03-04") is Verdict.COMMON_CAUSE
    assert scene.rows("select * from ladder.step") == []
    assert scene.rows("select judged, flagged, newly from ladder.evening") == [(2, 2, 2)]
    assert evening(scene, "2025-03-05") is Verdict.STEPPED


def test_the_summary_says_what_was_read_and_what_to_do_first(scene: Scene) -> None:
    scene.book(HOME, 1)
    scene.entry(HOME, 1, 1, "1", "04 19:00")
    scene.close("2025-03-05", ledger=False)
    with engine(scene.campaign).begin() as conn:
        summary = summarise(conn, scene.plan, scene.calendar.close("2025-03-05"))
    assert (summary["read"], summary["expected"]) == (1, len(scene.plan.registries))
    assert (summary["entered_total"], summary["entered_day"]) == (1, 1)
    assert summary["received_total"] is None
    assert "received unknown" in summary["line"]
    assert "ledger" in summary["first_thing"]
    assert any("registries were not read" in problem for problem in summary["problems"])
