"""What a district's head reads first: figures with those before, the pace in words, who came and went, what to do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.render import render
from include.campaign.report import DistrictReport, Letter, Total, write_letters
from include.campaign.report.front import DistrictDuty
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.conftest import FullDays
from tests.campaign.papers.reading import seen

pytestmark = pytest.mark.usefixtures("pages_alone")

DISTRICT = "ubnd.donglua@thidiem.example"
MOST_KILOBYTES = 100


def letter_of(frozen: FrozenTables, close: Close, address: str = DISTRICT, plan: Plan | None = None) -> Letter:
    letters = write_letters(frozen.conn, plan or frozen.plan, frozen.calendar, close)
    return next(letter for letter in letters if letter.address == address)


def report_of(frozen: FrozenTables, close: Close, address: str = DISTRICT) -> DistrictReport:
    block = letter_of(frozen, close, address).blocks[0]
    assert isinstance(block, DistrictReport)
    return block


def test_figures_stand_beside_those_of_the_close_before(frozen: FrozenTables, golden_day: Close) -> None:
    front = report_of(frozen, golden_day).front
    assert (front.entered_before, front.received_before) == (Total(48, 1, 4), Total(40, 1, 4))
    paper = render(letter_of(frozen, golden_day))
    assert "17,3 % chỉ tiêu · trong ngày +21 · lần chốt trước 48 (1/4 đơn vị)" in seen(paper.html)
    assert "trong ngày +21, lần chốt trước 48 (1/4 đơn vị) (cộng 3/4 đơn vị có số liệu)" in paper.plain


def test_the_first_close_has_none_before(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-01")
    frozen.registry(close, "09201", (10, 5))
    assert report_of(frozen, close).front.entered_before == Total(None, 0, 1)
    assert "lần chốt trước" not in render(letter_of(frozen, close)).plain


def test_the_pace_is_held_against_what_the_district_promised(full_days: FullDays, province_plan: Plan) -> None:
    promised = {row.unit_code: row.promised_cases for row in province_plan.commitments}
    told = 0
    for letter in full_days("2025-03-09"):
        block = letter.blocks[0]
        if isinstance(block, DistrictReport):
            told += 1
            assert block.front.promised == promised.get(block.area.code)
            assert block.front.course is not None
            assert block.front.course.by == date(2025, 3, 15)
            for said in (seen(render(letter).html), render(letter).plain):
                assert "Với tốc độ này nhập xong ngày 19/03, muộn 4 ngày; cần 813/ngày, đang làm 480." in said
    assert told == 9, "Cồn Cỏ has no communes: its head is told of its own registry alone"


def test_what_to_do_names_units_with_their_share(frozen: FrozenTables, golden_day: Close) -> None:
    frozen.insert("closing.worklist_count", close_key=golden_day.key, registry_code="09201", error_code="BAD_DATE",
                  entries=7, new=7, done=0, oldest_since=golden_day.as_of)  # fmt: skip
    duties = report_of(frozen, golden_day).front.duties
    assert duties == (
        DistrictDuty("direct", None, (("Xã Lúa Vàng", 58),)),
        DistrictDuty("correct", 7, (("Thị trấn Đồng Lúa", 7),)),
        DistrictDuty("line", None, (("Xã Hòa Lúa", None),)),
    )
    for said in (seen(render(letter_of(frozen, golden_day)).html), render(letter_of(frozen, golden_day)).plain):
        assert "Đôn đốc sửa 7 trường hợp Bộ trả lại: Thị trấn Đồng Lúa (7)." in said
        assert "Kiểm tra điện, internet, máy chủ: Xã Hòa Lúa." in said


def test_who_came_on_and_off_the_list(frozen: FrozenTables, golden_day: Close) -> None:
    for code, outcome, episode in (("09203", "told", golden_day.key), ("09201", "ended", "2025-03-04")):
        frozen.insert("ladder.climb", close_key=golden_day.key, registry_code=code, episode_key=episode, in_row=1,
                      counted=1, outcome=outcome)  # fmt: skip
    front = report_of(frozen, golden_day).front
    assert (front.on_list, front.off_list) == (("Xã Lúa Vàng",), ("Thị trấn Đồng Lúa",))
    said = render(letter_of(frozen, golden_day)).plain
    assert "Mới vào danh sách cảnh báo: Xã Lúa Vàng.\nRa khỏi danh sách: Thị trấn Đồng Lúa.\n" in said


def test_the_best_stand_there_too(frozen: FrozenTables, golden_day: Close) -> None:
    front = report_of(frozen, golden_day, "ubnd.songmo@thidiem.example").front
    assert [one.code for one in front.best] == ["09102", "09101", "09103"]
    assert front.finished == ("Phường 2",)
    assert "Biểu dương đã xong: Phường 2." in seen(
        render(letter_of(frozen, golden_day, "ubnd.songmo@thidiem.example")).html
    )


def test_who_has_nothing_received_is_not_among_the_best(frozen: FrozenTables, golden_day: Close) -> None:
    front = report_of(frozen, golden_day, "ubnd.nuixa@thidiem.example").front
    assert [one.code for one in front.best] == ["09303", "09302"]
    assert front.finished == ()


@pytest.mark.parametrize("key", ["2025-03-20-final", "2025-03-22"])
def test_after_the_end_no_pace_is_told(full_days: FullDays, key: str) -> None:
    for letter in full_days(key):
        if isinstance(letter.blocks[0], DistrictReport):
            assert letter.blocks[0].front.course is None
            assert "ới tốc độ này" not in render(letter).plain


@pytest.mark.parametrize("key", ["2025-03-09", "2025-03-17"])
def test_no_letter_of_a_head_is_cut_by_a_mail_reader(full_days: FullDays, key: str) -> None:
    for letter in full_days(key):
        if letter.blocks[0].kind != "province":
            assert len(render(letter).html.encode()) < MOST_KILOBYTES * 1000, letter.office


def test_a_district_of_vacant_posts_fits_too(frozen: FrozenTables, golden_day: Close, province_plan: Plan) -> None:
    """Gmail cuts at 102 KB: all heads of a district's communes are vacant, and their mails are its head's."""
    contacts = tuple(
        one for one in frozen.plan.contacts if not one.unit_code.startswith("092") or one.unit_code == "092"
    )
    letter = letter_of(frozen, golden_day, plan=replace(frozen.plan, contacts=contacts))
    vacant = [block for block in letter.blocks if block.kind == "commune" and block.vacant]
    assert len(vacant) == 2, "the third is told where the ladder's step was frozen to"
    most = max(len(province_plan.children(unit.code)) for unit in province_plan.units_at("district"))
    alone = len(render(replace(letter, blocks=letter.blocks[:1])).html.encode())
    each = (len(render(replace(letter, blocks=(letter.blocks[0], *vacant))).html.encode()) - alone) / len(vacant)
    assert 60_000 + most * each < MOST_KILOBYTES * 1000


HOSTILE = ["<b>Lúa</b>", '"><script>alert(1)</script>', "a\nb"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_communes_are_text(frozen: FrozenTables, golden_day: Close, name: str) -> None:
    frozen.conn.execute(
        text("update plan.unit set name = :n, full_name = :n where code in ('09203', '092')"), {"n": name}
    )
    paper = render(letter_of(frozen, golden_day))
    assert "<script" not in paper.html and "<b>Lúa" not in paper.html
    assert "\n" not in paper.subject
    assert " ".join(name.split()) in re.sub(r"\s+", " ", seen(paper.html))
