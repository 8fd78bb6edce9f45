"""What would bring late units back, in the papers of the Department, a district and a unit."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.render import Paper, render
from include.campaign.render.formats import WRITINGS
from include.campaign.report import write_letters
from tests.campaign.conftest import FrozenTables

pytestmark = pytest.mark.usefixtures("pages_alone")

VIETNAMESE = WRITINGS["vi"]

DESK, TOWN, WARD = "sotuphap@thidiem.example", "091", "09101"


@pytest.mark.parametrize(
    ("value", "told"),
    [(0.0, "dưới 1 %"), (0.0099, "dưới 1 %"), (0.01, "1 %"), (0.358, "35 %"), (0.29, "29 %"), (0.99, "99 %"),
     (0.9975, "trên 99 %"), (1.0, "trên 99 %"), (None, "chưa có số liệu")],
)  # fmt: skip
def test_a_chance_is_never_certain(value: float | None, told: str) -> None:
    assert VIETNAMESE.chance(value) == told


def test_measured_figures_and_ratios_are_written_as_people_write_them() -> None:
    assert (VIETNAMESE.tenths(9.53), VIETNAMESE.tenths(1234.5), VIETNAMESE.tenths(None)) == (
        "9,5",
        "1.234,5",
        "chưa có số liệu",
    )
    assert VIETNAMESE.times(1.354) == "1,35 lần"


def need(frozen: FrozenTables, close: Close, code: str, **columns: object) -> None:
    usual = {
        "until": frozen.calendar.close("2025-03-15").as_of + timedelta(hours=6), "remaining": 446.0, "chance": 0.12,
        "needed_per_day": 43.5, "per_person_day": 9.58, "days_known": 5, "mixed": False, "people": 4, "computers": 6,
        "more_people": 3, "days": 11, "more_computers": 1, "computers_first": False, "no_scanner": False,
        "offline": False,
    }  # fmt: skip
    frozen.insert("cure.need", **({"close_key": close.key, "registry_code": code} | usual | columns))


def move(frozen: FrozenTables, close: Close, giver: str, **columns: object) -> None:
    usual = {
        "place": 0, "receiver": WARD, "kind": "youth_union", "people": 2, "days": 9.25, "neighbouring": False,
        "chance_before": 0.12, "chance_after": 0.86, "giver_chance": 1.0,
    }  # fmt: skip
    frozen.insert("cure.proposal", **({"close_key": close.key, "giver": giver} | usual | columns))


def force(frozen: FrozenTables, close: Close, place: int, partner: str | None, unit: str, **columns: object) -> None:
    usual = {
        "kind": "youth_union", "promised": 6, "promised_here": 4.5, "present": 3.0, "missing": 1, "reported": 3,
        "registries": 4,
    }  # fmt: skip
    key = {"close_key": close.key, "place": place, "partner": partner, "unit_code": unit}
    frozen.insert("cure.force", **(key | usual | columns))


def papers(frozen: FrozenTables, close: Close) -> dict[str, Paper]:
    return {
        letter.address: render(letter) for letter in write_letters(frozen.conn, frozen.plan, frozen.calendar, close)
    }


def head(frozen: FrozenTables, code: str, close: Close) -> str:
    return frozen.plan.contact(code, "head", close.day).email


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def told(frozen: FrozenTables, golden_day: Close) -> Close:
    """The golden day, with needs, proposals, forces and effects."""
    need(frozen, golden_day, WARD)
    need(frozen, golden_day, "09103", more_people=7, mixed=True, computers_first=True, computers=3, no_scanner=True)
    need(frozen, golden_day, "09201", more_people=31)
    need(frozen, golden_day, "09203", more_people=None, people=None, per_person_day=None, computers=None)
    need(frozen, golden_day, "09302", chance=0.9, more_people=0, offline=True)
    move(frozen, golden_day, "09102")
    move(frozen, golden_day, "09102", kind="it_staff", people=1)
    move(frozen, golden_day, "09201", people=1, neighbouring=True, giver_chance=0.965)
    force(frozen, golden_day, 0, "Đoàn Thanh niên thành phố Sông Mơ", TOWN)
    force(frozen, golden_day, 1, "Bộ đội Biên phòng tỉnh", "09302", kind="border_guards", promised=2, promised_here=2.0,
          present=0.0, missing=2, reported=1, registries=1)  # fmt: skip
    force(frozen, golden_day, 2, None, "09", promised=0, promised_here=0.0, present=2.0, missing=0)
    before = "2025-03-04"
    for code, ratio, alike in ((WARD, 1.5, 1.1), ("09102", 1.2, None), ("09103", 1.3, 1.2)):
        frozen.insert(
            "cure.effect", close_key=golden_day.key, kind="reinforced", registry_code=code, event_key=before,
            before_per_day=10, after_per_day=10, ratio=ratio, alike_ratio=alike, alike=0 if alike is None else 5,
        )  # fmt: skip
    return golden_day


def test_the_department_reads_needs_help_forces_and_effects(frozen: FrozenTables, told: Close) -> None:
    paper = papers(frozen, told)[DESK]
    assert (
        "CẦN THÊM GÌ ĐỂ NHẬP XONG HẾT NGÀY 15/03/2025: 10 NGƯỜI TRONG 11 NGÀY\n"
        "- Xã Bến Mơ, thành phố Sông Mơ: cần thêm 7 người, 1 máy tính (còn 446; khả năng kịp 12 %; mỗi người 9,5/ngày"
        " (*); đang có 4 người, 3 máy)\n"
        "- Phường 1, thành phố Sông Mơ: cần thêm 3 người, 1 máy tính (còn 446; khả năng kịp 12 %; mỗi người 9,5/ngày;"
        " đang có 4 người, 6 máy)\n"
    ) in paper.plain
    assert (
        "Chưa tính được cho 1 đơn vị chậm (chưa biết mỗi người nhập được bao nhiêu): Xã Lúa Vàng, huyện Đồng Lúa.\n"
    ) in paper.plain
    assert (
        "Riêng thêm người khó kịp, cần gỡ nguyên nhân trước (1 đơn vị cần từ 2 lần số người đang có trở lên): Thị trấn"
        " Đồng Lúa, huyện Đồng Lúa (có 4, cần thêm 31).\n"
    ) in paper.plain
    assert "cần máy trước khi thêm người (1): Xã Bến Mơ, thành phố Sông Mơ.\n" in paper.plain
    assert (
        "Không có máy quét (1): Xã Bến Mơ, thành phố Sông Mơ.\nMất internet (1): Xã A Xa, huyện Núi Xa.\n"
        in paper.plain
    )
    assert (
        "- Phường 1, thành phố Sông Mơ: khả năng kịp 12 % -> 86 % nếu thêm 1 cán bộ CNTT, 2 đoàn viên thanh niên từ"
        " phường 2 (đã xong); 1 đoàn viên thanh niên từ thị trấn Đồng Lúa, huyện Đồng Lúa (giáp ranh, vẫn kịp 96 %)\n"
    ) in paper.plain
    assert "không phải lệnh điều động" in paper.plain
    assert "- Đoàn viên thanh niên: đã hứa 6, trong đó nơi đã báo cáo 4; có mặt 5; thiếu 1\n" in paper.plain
    assert (
        "- Bộ đội Biên phòng tỉnh tại xã A Xa, huyện Núi Xa, bộ đội biên phòng: thiếu 2 trong 2\n"
        "- Đoàn Thanh niên thành phố Sông Mơ, đoàn viên thanh niên: thiếu 1 trong 6\n"
    ) in paper.plain
    assert (
        "- Có thêm người (3 lượt): tốc độ 3 lần chốt sau bằng 1,30 lần trước đó. So được 2 lượt với đơn vị chậm như"
        " thế, cùng những ngày ấy, không được như vậy: 1,40 lần so với 1,15 lần. Còn ít, chưa kết luận được.\n"
    ) in paper.plain
    html = words(paper.html)
    assert "10 người trong 11 ngày" in html and "(có 4, cần thêm 31)" in html
    assert "từ thị trấn Đồng Lúa, huyện Đồng Lúa (giáp ranh, vẫn kịp 96 %): 1 đoàn viên thanh niên" in html


def test_a_district_reads_its_own(frozen: FrozenTables, told: Close) -> None:
    found = papers(frozen, told)
    town, rice = found[head(frozen, TOWN, told)], found[head(frozen, "092", told)]
    assert "- Xã Bến Mơ: cần thêm 7 người" in town.plain and "Lúa Vàng" not in town.plain
    assert "- Phường 1: khả năng kịp 12 % -> 86 %" in town.plain
    assert "- Phường 1, thành phố Sông Mơ: khả năng kịp 12 % -> 86 %" in rice.plain, "one of its units would give"
    assert "Bến Mơ" not in rice.plain and "HỖ TRỢ, NHẮC NHỞ CÓ TÁC DỤNG" not in town.plain


def test_before_the_day_of_judging_nobody_is_said_to_need_help(frozen: FrozenTables, golden_day: Close) -> None:
    frozen.conn.execute(text("update ladder.evening set verdict = 'too early'"))
    need(frozen, golden_day, WARD)
    move(frozen, golden_day, "09102")
    force(frozen, golden_day, 0, "Đoàn Thanh niên thành phố Sông Mơ", TOWN)
    plain = papers(frozen, golden_day)[DESK].plain
    assert "CẦN THÊM GÌ" not in plain and "ĐỀ XUẤT HỖ TRỢ" not in plain
    assert "LỰC LƯỢNG ĐÃ HỨA VÀ CÓ MẶT" in plain


def test_a_day_on_which_nothing_was_looked_for_has_no_such_block(frozen: FrozenTables, golden_day: Close) -> None:
    paper = papers(frozen, golden_day)[DESK]
    assert "CẦN THÊM GÌ" not in paper.plain and "LỰC LƯỢNG" not in paper.plain
    assert "Cần thêm gì" not in paper.html and "Lực lượng" not in paper.html


def test_a_unit_reads_in_a_line_what_it_would_need(frozen: FrozenTables, told: Close) -> None:
    need(frozen, told, "09301", more_people=9, mixed=True, computers_first=True, computers=3, no_scanner=True)
    found = papers(frozen, told)
    paper = found[head(frozen, "09301", told)]
    assert (
        "Để nhập xong hết ngày 15/03/2025: cần thêm 9 người trong 11 ngày (mỗi người nhập khoảng 9,5 trường hợp/ngày,"
        " tính cả địa bàn). Số này gấp 2 lần số người đang có: riêng thêm người khó kịp, đề nghị báo nguyên nhân. Cần"
        " máy tính trước: có 4 người, 3 máy. Không có máy quét.\n"
    ) in paper.plain
    assert "cần thêm 9 người trong 11 ngày" in words(paper.html)
    assert "cần thêm" not in found[head(frozen, "09203", told)].plain, "nothing can be told of it"


def test_whoever_is_above_a_unit_reads_it_too(frozen: FrozenTables, told: Close) -> None:
    need(frozen, told, "09301", more_people=2)
    contact = frozen.plan.contact("093", "head", told.day)
    frozen.insert(
        "ladder.step", close_key=told.key, registry_code="09301", level="district", told_unit=contact.unit_code,
        told_office=contact.office, told_address=contact.email, episode_key=told.key,
    )  # fmt: skip
    frozen.insert(
        "ladder.climb", close_key=told.key, registry_code="09301", episode_key=told.key, in_row=2, counted=2,
        outcome="told",
    )  # fmt: skip
    paper = papers(frozen, told)[contact.email]
    raised = next(line for line in paper.plain.splitlines() if "cảnh báo 2 lần chốt liên tiếp" in line)
    assert raised.endswith("Để nhập xong hết ngày 15/03/2025: cần thêm 2 người trong 11 ngày.")
