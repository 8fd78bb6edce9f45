"""Which difficulties are open after which reports, and which flag one of them explains."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from include.campaign.ladder.difficulties import (
    DailyReport,
    Difficulty,
    Open,
    explanations,
    has_dropped,
    open_difficulties,
)
from include.campaign.pace.judgement import Flag, FlagOwner
from include.campaign.plan import Plan
from include.campaign.plan.difficulties import fold_words
from include.campaign.plan.fields import Stage

FIRST = date(2025, 3, 3)
SCANNER = "Máy quét hỏng, đang chờ sửa"
LINE = False
"""The report says that the line is down."""


def after(plan: Plan, *days: str | bool | None, dropped: Sequence[int] = (), **closed: date) -> list[Difficulty]:
    """What is open after the reports of days in a row; "" is no report, None one without a word."""
    reports = [
        DailyReport(
            "09101",
            FIRST + timedelta(days=place),
            told if isinstance(told, str) else None,
            told is not LINE,
            place in dropped,
        )
        for place, told in enumerate(days)
        if told != ""
    ]
    on = {("09101", kind): day for kind, day in closed.items()}
    return open_difficulties(reports, plan.difficulties, plan.rules.difficulties, on)


def test_one_report_opens_it_and_two_without_a_word_end_it(small_plan: Plan) -> None:
    opened = after(small_plan, None, SCANNER)
    assert [(one.kind, one.opened_on, one.said, one.confirmed) for one in opened] == [
        ("scanner", date(2025, 3, 4), SCANNER, False)
    ]
    assert after(small_plan, SCANNER, None)
    assert not after(small_plan, SCANNER, None, None)
    assert after(small_plan, SCANNER, "", "", None), "a day without a report says nothing"


def test_told_twice_in_a_row_or_felt_in_the_pace_it_can_explain_a_flag(small_plan: Plan) -> None:
    assert after(small_plan, SCANNER, SCANNER)[0].confirmed
    assert after(small_plan, SCANNER, SCANNER, None)[0].confirmed
    assert not after(small_plan, SCANNER, None, SCANNER)[0].confirmed
    assert after(small_plan, SCANNER, dropped=[0])[0].confirmed


def test_a_line_down_on_one_day_is_noise_unless_it_was_felt(small_plan: Plan) -> None:
    assert not after(small_plan, LINE)
    assert [one.kind for one in after(small_plan, LINE, LINE)] == ["internet"]
    assert [one.kind for one in after(small_plan, None, LINE, dropped=[1])] == ["internet"]
    assert [one.kind for one in after(small_plan, "Mạng rất chậm")] == ["internet"], "written is meant"


def test_a_line_that_is_down_is_not_told_in_the_words_of_another_difficulty(small_plan: Plan) -> None:
    reports = [DailyReport("09101", FIRST + timedelta(days=day), SCANNER, internet_ok=False) for day in range(2)]
    opened = open_difficulties(reports, small_plan.difficulties, small_plan.rules.difficulties)
    assert [(one.kind, one.said) for one in opened] == [("internet", None), ("scanner", SCANNER)]


def test_what_a_person_closed_opens_again_only_by_a_later_report(small_plan: Plan) -> None:
    assert not after(small_plan, SCANNER, SCANNER, scanner=date(2025, 3, 4))
    again = after(small_plan, SCANNER, SCANNER, SCANNER, scanner=date(2025, 3, 4))
    assert [(one.opened_on, one.confirmed) for one in again] == [(date(2025, 3, 5), False)]


def test_texts(small_plan: Plan) -> None:
    def kinds(text: str) -> set[str]:
        return {one.kind for one in after(small_plan, text)}

    assert kinds("Mất điện cả buổi; ĐƯỜNG TRUYỀN  rất yếu") == {"power", "internet"}
    assert kinds("may tinh hong") == {"computer"}
    assert kinds("Phòng làm việc chật") == {"other"}
    assert kinds("Không có khó khăn, vướng mắc.") == kinds("Bình thường") == kinds(" - ") == set()
    assert kinds("Đường truyền ổn định") == {"other"}
    assert (
        after(small_plan, "Ông Lê Văn Tám, 0912345678, báo máy quét hỏng")[0].said
        == "Ông [tên], [số], báo máy quét hỏng"
    )


@pytest.mark.parametrize(
    ("entered", "dropped"),
    [
        ([40, 60, 50, 24], True),
        ([40, 60, 50, 25], False),
        ([None, 60, 50, 0], False),
        ([40, 60, 50, None], False),
    ],
)
def test_a_day_is_held_against_the_median_of_the_days_before(entered: list[int | None], dropped: bool) -> None:
    assert has_dropped(entered, 0.5) is dropped


def explained(plan: Plan, kind: str, stage: Stage | None, owner: FlagOwner = "unit", confirmed: bool = True) -> list:
    flags = [Flag("09101", "behind", stage, owner, {}, 1)]
    found = explanations(flags, [Open(7, "09101", kind, confirmed)], plan, FIRST)
    return [(one.difficulty, one.unit_code, one.post, one.owner) for one in found.values()]


def test_a_flag_is_explained_by_somebody_elses_difficulty_of_its_stage(small_plan: Plan) -> None:
    assert explained(small_plan, "computer", "entered") == [(7, "091", "head", "district")]
    assert explained(small_plan, "scanner", "scanned") == [(7, "09", "desk", "department")]
    assert explained(small_plan, "internet", "received") == [(7, "09", "desk", "line")], "no post keeps lines"
    assert explained(small_plan, "computer", None) == [(7, "091", "head", "district")]
    assert not explained(small_plan, "scanner", "received")
    assert not explained(small_plan, "computer", "entered", confirmed=False)
    assert not explained(small_plan, "computer", "entered", owner="ministry")
    assert not explained(small_plan, "books", "entered"), "the unit's own difficulty excuses nothing"
    assert not explained(small_plan, "other", "entered")


def test_words_are_folded() -> None:
    assert fold_words("Đường  TRUYỀN: chậm!") == "duong truyen cham"
