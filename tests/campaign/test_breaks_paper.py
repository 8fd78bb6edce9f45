"""The Department's block on breaks: by kind what stands, whose it is and what to do next; nobody is named."""

from __future__ import annotations

import re

import pytest

from include.campaign.days import Close
from include.campaign.render import render
from include.campaign.report import ProvinceReport, write_letters
from include.campaign.report.breaks import BreakLine
from tests.campaign.conftest import FrozenTables

pytestmark = pytest.mark.usefixtures("pages_alone")

DESK = "sotuphap@thidiem.example"


def counted(frozen: FrozenTables, close: Close, code: str, kind: str, band: str, **columns: int | None) -> None:
    names = ("open", "new", "cleared", "waived", "reopened", "newly_waived", "unseen")
    frozen.insert(
        "closing.break_count",
        close_key=close.key,
        registry_code=code,
        kind=kind,
        age_band=band,
        **(dict.fromkeys(names, 0) | columns),
    )


def test_breaks_are_told_by_kind_with_owner_and_next_step(frozen: FrozenTables, golden_day: Close) -> None:
    frozen.insert("closing.break_close", close_key=golden_day.key, in_order=True)
    counted(frozen, golden_day, "09101", "scan_name", "1", open=30, new=30, oldest_days=1)
    counted(frozen, golden_day, "09101", "scan_name", "4-7", open=1000, cleared=12, waived=5, oldest_days=6)
    counted(frozen, golden_day, "09202", "scan_name", "2-3", open=4, unseen=4, oldest_days=2)
    counted(frozen, golden_day, "", "ledger_double", "1", cleared=2)
    letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, golden_day)
    [letter] = [letter for letter in letters if letter.address == DESK]
    [block] = letter.blocks
    assert isinstance(block, ProvinceReport)
    scan, double = frozen.plan.break_kinds["scan_name"], frozen.plan.break_kinds["ledger_double"]
    assert block.breaks == (
        BreakLine(scan.name_vi, "unit", scan.next_step_vi, 1034, 30, 12, 5, 6, 4),
        BreakLine(double.name_vi, "ministry", double.next_step_vi, 0, 0, 2, 0, None, 0),
    )
    paper = render(letter)
    assert (
        "- Tên tệp quét sai mẫu: còn 1.034, mới 30, đã hết 12, lâu nhất 6 ngày, tạm gác 5, chưa xem lại được 4."
        " Đơn vị: Đổi tên tệp theo mẫu của kế hoạch.\n" in paper.plain
    )
    assert "SAI LỆCH CẦN XỬ LÝ: 1.034\n" in paper.plain
    cells = re.sub(r"<[^>]+>", "|", paper.html.split("Sai lệch cần xử lý: 1.034")[1].split("</table>")[0])
    assert [cell for cell in re.split(r"[|\s]*\|[|\s]*", cells) if cell][-11:] == [
        "1.034",
        "30",
        "12",
        "6",
        "Bộ tiếp nhận hai lần một trường hợp",
        "Bộ Tư pháp",
        ": Đề nghị Bộ Tư pháp hủy lần tiếp nhận thừa",
        "0",
        "0",
        "2",
        "–",
    ]


def test_a_close_without_breaks_has_no_such_block(frozen: FrozenTables, golden_day: Close) -> None:
    letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, golden_day)
    [paper] = [render(letter) for letter in letters if letter.address == DESK]
    assert "ai lệch cần xử lý" not in paper.html
    assert "SAI LỆCH" not in paper.plain
