"""The burn-down of duplicates in the Department's mail: what is left, by district, and how long it will take."""

from __future__ import annotations

import re

from include.campaign.days import Close
from include.campaign.render import Paper, render
from include.campaign.report import Letter, ProvinceReport, write_letters
from include.campaign.report.duplicates import DuplicateLine
from tests.campaign.conftest import FrozenTables

DESK = "sotuphap@thidiem.example"
COUNTS = ("known", "standing", "remaining", "open", "proposed", "needs_paper", "technical", "in_ledger", "same_record",
          "not_duplicate", "decided_so_far", "new", "decided", "gone")  # fmt: skip


def counted(frozen: FrozenTables, close: Close, code: str, phase: int, *, looked: bool = True, **counts: int) -> None:
    """A registry's duplicates of one phase at a close; what is not given follows."""
    of = dict.fromkeys(COUNTS, 0) | counts
    of["remaining"] = of["open"] + of["proposed"] + of["needs_paper"]
    of["standing"] = of["remaining"] + of["same_record"] + of["not_duplicate"]
    frozen.insert("closing.duplicate_count", close_key=close.key, registry_code=code, phase=phase, looked=looked, **of)


def letter_of(frozen: FrozenTables, close: Close) -> tuple[Letter, Paper]:
    [letter] = [
        letter for letter in write_letters(frozen.conn, frozen.plan, frozen.calendar, close) if letter.address == DESK
    ]
    return letter, render(letter)


def test_what_is_left_is_told_by_district_with_the_pace(frozen: FrozenTables, golden_day: Close) -> None:
    before = frozen.calendar.close("2025-03-04")
    counted(frozen, before, "09101", 1, known=1500, open=1500, new=1500)
    counted(frozen, golden_day, "09101", 1, known=1500, open=900, proposed=250, needs_paper=3, technical=1140,
            in_ledger=1130, same_record=320, not_duplicate=2, decided_so_far=340, decided=340, gone=7)  # fmt: skip
    counted(frozen, golden_day, "09101", 2, known=12, open=12, new=12, technical=5)
    counted(frozen, golden_day, "09202", 1, known=40, open=40, looked=False)
    counted(frozen, golden_day, "09202", 2, looked=False)
    letter, paper = letter_of(frozen, golden_day)
    [block] = letter.blocks
    assert isinstance(block, ProvinceReport) and block.duplicates is not None
    assert block.duplicates.province == DuplicateLine(
        frozen.plan.full_name("09"), 1552, 1205, 250, 3, 340, 7, 12, 340, 7
    )
    assert [(area.name, area.remaining) for area in block.duplicates.areas] == [
        ("Thành phố Sông Mơ", 1165),
        ("Huyện Đồng Lúa", 40),
    ]
    assert (block.duplicates.per_close, block.duplicates.closes, block.duplicates.closes_left) == (170, 2, 8)
    assert (
        "HỒ SƠ BỊ TRẢ VÌ TRÙNG: CÒN 1.205\n"
        "Đã quyết định 340/1.552; không còn là trùng 7 (đơn vị đã xóa, đã gửi lại hoặc Bộ đã tiếp nhận). Trong ngày:"
        " quyết định 340, mới 12, không còn là trùng 7.\n"
        "Với nhịp 2 lần chốt gần nhất (170/lần), còn khoảng 8 lần chốt nữa.\n"
        "- Thành phố Sông Mơ: còn 1.165/1.512, chờ xác nhận 250, đã quyết định 340 (+340), chờ xem sổ giấy 3\n"
        "- Huyện Đồng Lúa: còn 40/40, chờ xác nhận 0, đã quyết định 0\n"
        "Mỗi hồ sơ do hai người quyết định: một người đề xuất, người khác xác nhận; hồ sơ trùng không được gửi lại."
        " Trong số còn lại: 1.145 trùng sổ và số, 1.130 đã có bản kia ở Bộ. 1.193 hồ sơ của giai đoạn trước không tính"
        " vào kết quả của đơn vị. Chưa xem lại được 1 đơn vị: giữ số đã biết.\n"
    ) in paper.plain
    html = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", paper.html.split(">Hồ sơ bị trả vì trùng")[1]))
    assert html.startswith(": còn 1.205")
    assert "Thành phố Sông Mơ" in html and "trong 1.512 hồ sơ · xem sổ giấy 3" in html


def test_where_nothing_was_decided_no_end_is_foretold(frozen: FrozenTables, golden_day: Close) -> None:
    counted(frozen, golden_day, "09101", 2, known=5, open=5, new=5)
    _, paper = letter_of(frozen, golden_day)
    assert "CÒN 5\n" in paper.plain and "lần chốt nữa" not in paper.plain + paper.html
    assert "giai đoạn trước không tính" not in paper.plain


def test_a_province_without_duplicates_has_no_such_block(frozen: FrozenTables, golden_day: Close) -> None:
    counted(frozen, golden_day, "09101", 2)
    _, paper = letter_of(frozen, golden_day)
    assert "VÌ TRÙNG" not in paper.plain and "bị trả vì trùng" not in paper.html
