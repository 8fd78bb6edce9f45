"""partners.csv: whom a partner is written to, checked against forces.csv; and the rules of when."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from include.campaign.plan import PlanError, load_plan
from include.campaign.plan.kickoff_rules import Kickoff, Partners

PLANS = Path(__file__).parents[2] / "plans"
YOUTH = "Đoàn Thanh niên huyện Núi Xa"


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "partners.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def findings(folder: Path) -> list[str]:
    told = [str(finding) for finding in load_plan(folder).findings]
    return [text for text in told if "partner" in text]


def test_every_partner_of_both_plans_with_the_file_is_written_to() -> None:
    for folder in (PLANS / "small", PLANS.parents[1] / "include" / "plan"):
        plan = load_plan(folder)
        assert {force.partner for force in plan.forces} == {row.partner for row in plan.partners}
        assert findings(folder) == []
        assert all(row.email.endswith(".example") for row in plan.partners)


def test_a_plan_without_the_file_is_whole_and_writes_to_nobody(folder: Path) -> None:
    before = load_plan(folder).digest
    (folder / "partners.csv").unlink()
    plan = load_plan(folder)
    assert plan.partners == () and plan.digest != before
    assert plan.partner(YOUTH, date(2025, 3, 4)) is None
    assert len(findings(folder)) == len({force.partner for force in plan.forces})


def test_a_name_spelt_otherwise_is_told_at_both_ends(folder: Path) -> None:
    edit(folder, f"{YOUTH},{YOUTH}", f"Đoàn TN huyện Núi Xa,{YOUTH}")
    assert findings(folder) == [
        f"forces.csv:6: partner {YOUTH!r} has no row in partners.csv from 2025-03-01 to 2025-03-20: "
        "nobody is written to",
        "partners.csv:6: partner 'Đoàn TN huyện Núi Xa' is not in forces.csv",
    ]


def test_a_gap_between_two_people_is_told_with_its_days(folder: Path) -> None:
    edit(
        folder,
        "0000 001 005,,,vi\n",
        f"0000 001 005,,2025-03-07,vi\n{YOUTH},{YOUTH},Lê Thị Sen,moi@thidiem.example,0000 001 105,2025-03-10,,\n",
    )
    assert "from 2025-03-08 to 2025-03-09" in findings(folder)[0] and len(findings(folder)) == 1
    plan = load_plan(folder)
    who = {day: plan.partner(YOUTH, date(2025, 3, day)) for day in (7, 8, 10)}
    assert [row.email if row else None for row in who.values()] == [
        "doantn.nuixa@thidiem.example",
        None,
        "moi@thidiem.example",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0000 001 006,,,vi", "0000 001 006,2025-03-05,2025-03-01,vi", "to_date 2025-03-01 is before"),
        ("congan.nuixa@", "congan.nuixa", "not an e-mail address"),
        ("0000 001 006,,,vi", "0000 001 006,,,fr", "language 'fr'"),
    ],
)
def test_a_row_that_does_not_fit_is_a_fault_with_its_line(folder: Path, old: str, new: str, said: str) -> None:
    edit(folder, old, new)
    with pytest.raises(PlanError, match=r"partners\.csv:7: ") as caught:
        load_plan(folder)
    assert said in str(caught.value)


def test_two_rows_of_a_partner_at_once_are_a_fault(folder: Path) -> None:
    edit(folder, "Công an huyện Núi Xa,Công an", f"{YOUTH},Công an")
    with pytest.raises(PlanError, match=r"partners\.csv:7: two rows of partner .* at once: see line 6"):
        load_plan(folder)


def test_contacts_are_told_on_the_named_days_before_and_on_every_day_of_the_campaign() -> None:
    first, last = date(2025, 3, 1), date(2025, 3, 20)
    days = [first + timedelta(days=number) for number in range(-5, 25)]
    assert [day for day in days if Kickoff(days_before=(4, 2)).on(day, first, last)] == [
        date(2025, 2, 25),
        date(2025, 2, 27),
        *(first + timedelta(days=number) for number in range(20)),
    ]
    for wrong in ((), (1, 2), (2, 2), (2, 0)):
        with pytest.raises(ValidationError):
            Kickoff(days_before=wrong)


def test_partners_are_written_to_on_their_weekdays() -> None:
    march = [date(2025, 3, day) for day in range(3, 10)]  # Monday to Sunday
    assert [day.day for day in march if Partners().on(day)] == [4, 7]
    assert [day.day for day in march if Partners(weekdays=("sun",)).on(day)] == [9]
