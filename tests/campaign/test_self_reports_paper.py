"""What papers say of registries' reports of themselves: the Department's block, a district's line."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from include.campaign.days import Close
from include.campaign.render import render
from include.campaign.render.formats import WRITINGS
from include.campaign.render.paper import Paper
from include.campaign.report import DistrictReport, ProvinceReport, write_letters
from include.campaign.report.self_reports import Overstated, ReportedDay
from tests.campaign.conftest import FrozenTables

pytestmark = pytest.mark.usefixtures("pages_alone")

DESK, DISTRICT = "sotuphap@thidiem.example", "092"
HONEST = {"books_scanned": (1, 1), "entered": (100, 100), "reviewed": (90, 90), "transferred": (80, 80)}


def judged(frozen: FrozenTables, close: Close, code: str, day: int, verdict: str | None, **columns: Any) -> None:
    """One report of a day of March; figures as (reported, measured)."""
    figures = {name: columns.pop(name, pair) for name, pair in HONEST.items()}
    came = verdict != "missing"
    values = {
        "verdict": verdict,
        "comparison": verdict if verdict in ("over", "under", "matches") else "matches" if came else None,
        "submitted_at": close.as_of - timedelta(hours=2) if came else None,
        "day_in_row": 0,
        "doubtful_transferred": 0,
        **{f"reported_{name}": pair[0] if came else None for name, pair in figures.items()},
        **{f"measured_{name}": pair[1] if came else None for name, pair in figures.items()},
    }
    frozen.insert(
        "closing.self_report",
        close_key=close.key,
        registry_code=code,
        report_date=date(2025, 3, day),
        read_at=close.as_of,
        tolerance_share=Decimal("0.02"),
        tolerance_cases=3,
        **(values | columns),
    )


@pytest.fixture
def told(frozen: FrozenTables, golden_day: Close) -> Close:
    """5 March: one boasts for the second day, one for the first, one was late yesterday, two say nothing today."""
    judged(frozen, golden_day, "09101", 4, "over", entered=(150, 100), day_in_row=1)
    judged(frozen, golden_day, "09102", 4, "matches")
    judged(frozen, golden_day, "09201", 4, "late")
    judged(frozen, golden_day, "09101", 5, "over", entered=(1600, 1200), transferred=(90, 80), day_in_row=2)
    judged(frozen, golden_day, "09102", 5, "over", reviewed=(99, 90), day_in_row=1)
    judged(frozen, golden_day, "09103", 5, None, **dict.fromkeys(HONEST, (None, 5)), comparison=None)
    judged(frozen, golden_day, "092", 5, "missing")
    judged(frozen, golden_day, "09201", 5, "missing")
    judged(frozen, golden_day, "09203", 5, "under", entered=(5, 100))
    return golden_day


def province(frozen: FrozenTables, close: Close) -> ProvinceReport:
    (block,) = next(letter for letter in written(frozen, close) if letter.address == DESK).blocks
    assert isinstance(block, ProvinceReport)
    return block


def written(frozen: FrozenTables, close: Close) -> list:
    return write_letters(frozen.conn, frozen.plan, frozen.calendar, close)


def paper(frozen: FrozenTables, close: Close, unit: str) -> Paper:
    return render(next(letter for letter in written(frozen, close) if letter.unit_code == unit))


def test_reports_are_counted_by_day(frozen: FrozenTables, told: Close) -> None:
    said = province(frozen, told).self_reports
    assert said is not None
    assert said.days == (
        ReportedDay(date(2025, 3, 4), on_time=2, late=1, missing=0, matches=2, over=1, under=0),
        ReportedDay(date(2025, 3, 5), on_time=4, late=0, missing=2, matches=0, over=2, under=1),
    )
    assert said.days[1].judged == 6


def test_only_who_says_too_much_two_days_in_a_row_is_named(frozen: FrozenTables, told: Close) -> None:
    said = province(frozen, told).self_reports
    assert said is not None
    (named,) = said.over_reports
    assert (named.registry, named.day, named.days_in_row) == ("Phường 1, thành phố Sông Mơ", date(2025, 3, 5), 2)
    assert named.figures == (Overstated("entered", 1600, 1200), Overstated("received", 90, 80))


def test_nobody_is_named_twice_for_one_report(frozen: FrozenTables, told: Close) -> None:
    after = frozen.close("2025-03-06")
    judged(frozen, after, "09101", 5, "over", entered=(1600, 1200), day_in_row=2)
    judged(frozen, after, "09101", 6, "matches")
    said = province(frozen, after).self_reports
    assert said is not None
    assert said.over_reports == ()


def test_the_departments_paper(frozen: FrozenTables, told: Close) -> None:
    page = paper(frozen, told, "09")
    assert "Báo cáo ngày của đơn vị" in page.html
    assert "Phường 2" not in page.plain.split("BÁO CÁO NGÀY CỦA ĐƠN VỊ")[1].split("ĐIỀU CHỈNH")[0]
    for said in (
        "Báo cáo ngày 05/03/2025: nộp đúng hạn 4, nộp muộn 0, chưa nộp 2, khớp với số đo 0, cao hơn số đo 2,"
        " thấp hơn số đo 1.",
        "Phường 1, thành phố Sông Mơ (2 ngày liền, đến báo cáo ngày 05/03/2025): đã nhập: báo cáo 1.600, số đo 1.200;"
        " Bộ Tư pháp đã tiếp nhận: báo cáo 90, số đo 80.",
        "Sai số cho phép: 2 % hoặc 3 trường hợp, lấy mức lớn hơn. Xét được 6/12 đơn vị.",
    ):
        assert said in page.plain
    assert "số đo 1.200" in page.html
    assert "Sai số cho phép: 2\u00a0% hoặc 3 trường hợp" in page.html


def test_a_districts_line_names_its_own_without_a_report(frozen: FrozenTables, told: Close) -> None:
    report = next(letter for letter in written(frozen, told) if letter.unit_code == DISTRICT).blocks[0]
    assert isinstance(report, DistrictReport)
    assert {registry.code for registry in report.missing_reports} == {"092", "09201"}
    assert report.reports_of == date(2025, 3, 5)
    page = paper(frozen, told, DISTRICT)
    assert "Chưa nộp báo cáo ngày 05/03/2025 (2/4 đơn vị): " in page.plain
    assert "Chưa nộp báo cáo ngày 05/03/2025 (2/4 đơn vị): " in page.html
    assert "Chưa nộp báo cáo" not in paper(frozen, told, "091").plain


def test_a_day_without_reports_has_no_block(frozen: FrozenTables, golden_day: Close) -> None:
    assert province(frozen, golden_day).self_reports is None
    assert "Báo cáo ngày của đơn vị" not in paper(frozen, golden_day, "09").html
    assert "Chưa nộp báo cáo" not in paper(frozen, golden_day, DISTRICT).html


@pytest.mark.parametrize(("value", "said"), [("0.02", "2 %"), ("0.025", "2,5 %"), ("0", "0 %"), ("0.1", "10 %")])
def test_a_share_that_is_a_rule(value: str, said: str) -> None:
    assert WRITINGS["vi"].share(Decimal(value)) == said
