"""Evenings in the campaign database: who has a letter, at which level, and who hears that it is over."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import docx
import pytest
from sqlalchemy import text

from include.campaign.ladder.acts import Refusal, acknowledge, close_difficulty, enter_difficulty, lift, silence
from include.campaign.render import Paper
from include.campaign.render.attachment import Attachment
from tests.campaign.conftest import FrozenTables
from tests.campaign.ladder.nights import Nights

HOME, OTHER = "09101", "09202"
NOW = datetime(2025, 3, 5, 12, tzinfo=UTC)
STEPS = "select level, told_unit from ladder.step where close_key = :key order by registry_code, level"
SCANNER = "Máy quét hỏng, ông Lê Văn Tám (0912 345 678) đang sửa"


@pytest.fixture
def nights(frozen: FrozenTables, pages_alone: None) -> Nights:
    return Nights(frozen)


def steps(nights: Nights, day: int) -> list[tuple]:
    return nights.rows(STEPS, key=f"2025-03-{day:02}")


def test_up_the_ladder_to_the_draft_for_the_chair(frozen: FrozenTables) -> None:
    nights = Nights(frozen)
    told = {}
    for day in range(2, 9):
        told[day] = nights.evening(day, [HOME])
    levels = {day: steps(nights, day) for day in told}
    assert levels == {
        2: [],
        3: [("unit", HOME)],
        4: [("district", "091")],
        5: [("department", "09")],
        6: [],
        7: [("chair", "09")],
        8: [],
    }
    unit, district, desk = nights.address(HOME), nights.address("091"), nights.address("09", "desk")
    assert "chậm tiến độ" in told[3][unit].subject.lower()
    assert "Tối nay cũng báo" not in told[3][unit].plain
    assert (
        "Tối nay cũng báo UBND thành phố Sông Mơ. Lần chốt tới còn cảnh báo: chuyển Sở Tư pháp." in told[4][unit].plain
    )
    assert "Tối nay chuyển Sở Tư pháp. Sau 2 lần chốt nữa còn cảnh báo: dự thảo trình" in told[5][unit].plain
    assert "Đã nhắc: Ủy ban nhân dân phường 1, thành phố Sông Mơ (03/03/2025)" in told[6][unit].plain
    assert "Tối nay" not in told[6][unit].plain, "a level is told once"
    assert "ĐỀ NGHỊ CẤP HUYỆN CHỈ ĐẠO: 1 ĐƠN VỊ" in told[4][district].plain
    assert "Đã nhắc: Ủy ban nhân dân phường 1" in told[4][district].plain
    assert "CHUYỂN SỞ TƯ PHÁP XỬ LÝ: 1 ĐƠN VỊ" in told[5][desk].plain
    (file,) = drafts(told[7][desk])
    assert file.name == "du-thao-to-trinh-2025-03-07.docx"
    draft = docx.Document(io.BytesIO(file.content))
    cells = [cell.text for table in draft.tables for row in table.rows for cell in row.cells]
    said = "\n".join([*cells, *(paragraph.text for paragraph in draft.paragraphs)])
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Phường 1, thành phố Sông Mơ", "37/KH-UBND", "TỜ TRÌNH"):
        assert words in said
    assert "None" not in said
    assert "Hệ thống không tự gửi" in told[7][desk].plain
    assert not any(drafts(paper) for day in (3, 4, 5, 6, 8) for paper in told[day].values())


def drafts(paper: Paper) -> list[Attachment]:
    return [file for file in paper.files if file.about.startswith("proposal/")]


def test_back_on_the_roadmap_is_told_once_to_those_who_were_told(nights: Nights) -> None:
    nights.refused.add(nights.address("091"))
    nights.evening(3, [HOME])
    nights.evening(4, [HOME])
    over = nights.evening(5)
    unit, district = nights.address(HOME), nights.address("091")
    assert over[unit].subject.endswith("; hết cảnh báo chậm tiến độ")
    assert "2 lần chốt liên tiếp, từ 03/03/2025" in over[unit].plain
    assert "HẾT CẢNH BÁO" not in over[district].plain, "no letter reached it"
    later = nights.evening(6)
    assert "HẾT CẢNH BÁO" not in later[unit].plain
    assert nights.rows("select close_key, told_address from ladder.episode_end") == [("2025-03-05", unit)]


def test_what_no_letter_told_is_told_the_next_evening(nights: Nights) -> None:
    nights.evening(3, [HOME], posted=False)
    assert nights.address(HOME) in nights.evening(4, [HOME])
    assert steps(nights, 4) == [("unit", HOME)]
    nights.evening(5, posted=False)
    assert "HẾT CẢNH BÁO" in nights.evening(6)[nights.address(HOME)].plain


def test_an_evening_that_is_decided_again_before_it_is_told_gives_the_same(nights: Nights) -> None:
    nights.evening(3, [HOME, OTHER])
    nights.report(HOME, 4, SCANNER)
    nights.evening(4, [HOME], posted=False)
    tables = ("ladder.step", "ladder.climb", "ladder.episode_end", "ladder.evening", "ladder.difficulty", "ladder.flag")
    before = [nights.rows(f"select * from {table} order by 1, 2, 3") for table in tables]
    assert all(before)
    nights.step(nights.frozen.calendar.close("2025-03-04"))
    assert [nights.rows(f"select * from {table} order by 1, 2, 3") for table in tables] == before


def test_once_told_it_stays(nights: Nights) -> None:
    nights.evening(3, [HOME])
    nights.frozen.conn.execute(text("delete from ladder.flag"))
    nights.step(nights.frozen.calendar.close("2025-03-03"))
    assert steps(nights, 3) == [("unit", HOME)]


def test_an_acknowledgement_holds_the_next_level_for_a_day(nights: Nights) -> None:
    conn, plan = nights.frozen.conn, nights.frozen.plan
    nights.evening(3, [HOME])
    with pytest.raises(Refusal, match="not on the ladder"):
        acknowledge(conn, plan, OTHER, "UBND xã", "tổ dữ liệu", NOW)
    with pytest.raises(Refusal, match="holds from 2025-03-04 to 2025-03-04 at most"):
        acknowledge(conn, plan, HOME, "UBND phường 1", "tổ dữ liệu", NOW, until=date(2025, 3, 9))
    assert acknowledge(conn, plan, HOME, "UBND phường 1", "tổ dữ liệu", NOW) == (date(2025, 3, 4), date(2025, 3, 4))
    said = nights.evening(4, [HOME])[nights.address("09", "desk")].plain
    assert "Tối nay không nhắc đơn vị nào." in said and "1 đang tạm hoãn" in said
    assert "Đơn vị đã nhận trách nhiệm, Phường 1, thành phố Sông Mơ, đến hết 04/03/2025: UBND phường 1." in said
    assert "Đơn vị: đề nghị cấp huyện chỉ đạo 1." in nights.evening(5, [HOME])[nights.address("09", "desk")].plain
    assert (steps(nights, 4), steps(nights, 5)) == ([], [("district", "091")])
    assert nights.rows("select outcome from ladder.climb order by close_key") == [
        ("told",),
        ("acknowledged",),
        ("told",),
    ]


def test_a_silence_has_an_end_and_can_be_lifted(nights: Nights) -> None:
    conn, plan = nights.frozen.conn, nights.frozen.plan
    number = silence(conn, plan, None, date(2025, 3, 3), date(2025, 3, 5), "Bảo trì phần mềm", "Sở Tư pháp", NOW)
    nights.evening(3, [HOME])
    lift(conn, number, "Sở Tư pháp", NOW)
    nights.evening(4, [HOME])
    assert (steps(nights, 3), steps(nights, 4)) == ([], [("unit", HOME)])
    with pytest.raises(Refusal, match="no silence"):
        lift(conn, number, "Sở Tư pháp", NOW)
    with pytest.raises(Refusal, match="lies before"):
        silence(conn, plan, HOME, None, date(2025, 3, 1), "x", "y", NOW)


def test_a_reported_difficulty_is_told_and_its_owner_hears_of_the_flag(nights: Nights) -> None:
    desk, unit = nights.address("09", "desk"), nights.address("09101")
    nights.report(HOME, 3, "Thiếu máy tính")
    first = nights.evening(3, [HOME])
    assert "Máy tính (Cấp huyện): đang có 1, mới 1, quá hạn 0, đã tháo gỡ 0" in first[desk].plain
    assert steps(nights, 3) == [("unit", HOME)], "one day's remark explains nothing"
    nights.report(HOME, 4, "Thiếu máy tính, ông Lê Văn Tám (0912 345 678) đang hỏi mượn")
    second = nights.evening(4, [HOME])
    assert steps(nights, 4) == [("owner", "091")]
    assert nights.rows("select owner, explained_by is null from ladder.flag where close_key = '2025-03-04'") == [
        ("district", False)
    ]
    told = second[nights.address("091")].plain
    assert "ĐỀ NGHỊ THÁO GỠ KHÓ KHĂN: 1 ĐƠN VỊ" in told
    assert "ông [tên] ([số]) đang hỏi mượn" in told
    assert "KIẾN NGHỊ\n- Cấp huyện: Cấp huyện bố trí thêm máy tính" in second[desk].plain
    assert "Cảnh báo" not in second[unit].plain
    assert "- Máy tính, đã giao tháo gỡ, hạn" in second[unit].plain
    for day in (5, 6, 7):
        nights.report(HOME, day, "Thiếu máy tính")
        late = nights.evening(day, [HOME])
    assert "Quá hạn: 1" in late[desk].plain
    assert steps(nights, 7) == []
    close_difficulty(nights.frozen.conn, nights.frozen.plan, 1, "Đã cho mượn 2 máy", "Sở Tư pháp")
    nights.report(HOME, 8, None)
    cleared = nights.evening(8, [HOME])
    assert "Đã tháo gỡ: 1\n- Phường 1, thành phố Sông Mơ: Máy tính" in cleared[desk].plain
    assert "(Đã cho mượn 2 máy)" in cleared[desk].plain
    assert steps(nights, 8) == [("district", "091")], "the unit's own ladder goes on where it stood"
    assert "Lê Văn Tám" not in str(nights.rows("select said from ladder.difficulty"))


def test_a_line_down_with_fewer_cases_is_the_lines(nights: Nights) -> None:
    for day in (3, 4, 5):
        nights.evening(day, entered={HOME: 40})
    nights.report(HOME, 6, None, internet_ok=False)
    nights.evening(6, [HOME], entered={HOME: 3})
    assert nights.rows("select kind, confirmed from ladder.difficulty") == [("internet", True)]
    assert steps(nights, 6) == [("owner", "09")]
    assert nights.rows("select owner from ladder.flag") == [("line",)]


def test_two_reports_without_a_word_end_it(nights: Nights) -> None:
    nights.report(HOME, 3, SCANNER)
    nights.evening(3)
    nights.report(HOME, 4, None)
    nights.evening(4)
    nights.report(HOME, 5, "Không có")
    nights.evening(5)
    assert nights.rows("select opened_key, closed_key, closed_by from ladder.difficulty") == [
        ("2025-03-03", "2025-03-05", None)
    ]


def test_entered_by_hand_it_stays_until_a_person_closes_it(nights: Nights) -> None:
    conn, plan = nights.frozen.conn, nights.frozen.plan
    nights.evening(3, [HOME])
    number = enter_difficulty(conn, plan, HOME, "scanner", "Gọi điện báo: máy quét hỏng", "tổ dữ liệu")
    with pytest.raises(Refusal, match="already"):
        enter_difficulty(conn, plan, HOME, "scanner", "lần nữa", "tổ dữ liệu")
    nights.evening(4, [HOME])
    nights.evening(5, [HOME])
    assert nights.rows("select difficulty_id from ladder.difficulty where closed_key is null") == [(number,)]
    assert steps(nights, 4) == [("district", "091")], "a scanner does not explain entering"


def test_units_apart_are_not_told_above_the_district(nights: Nights) -> None:
    first = nights.evening(3, ["091"])[nights.address("091")].plain
    for day in range(4, 9):
        nights.evening(day, ["091"])
    assert nights.rows("select close_key, level, told_unit from ladder.step") == [("2025-03-03", "district", "091")]
    assert "SỔ DO CẤP HUYỆN ĐĂNG KÝ, THÀNH PHỐ SÔNG MƠ" in first
    assert "!! Cảnh báo: " in first
    assert "ĐỀ NGHỊ CẤP HUYỆN" not in first


def test_never_two_letters_to_an_address_in_an_evening(nights: Nights) -> None:
    for day in range(3, 8):
        nights.evening(day, [HOME, "09102", OTHER])
    assert nights.rows("select close_key, lower(address) from mail.message group by 1, 2 having count(*) > 1") == []


def withdraw(nights: Nights, code: str, *days: int) -> None:
    """What restating found of flags on these days, as `withdraw_flags` leaves it."""
    for day in days:
        nights.frozen.insert(
            "ladder.withdrawn",
            close_key=f"2025-03-{day:02}",
            registry_code=code,
            kind="behind",
            found_key=f"2025-03-{day:02}",
        )


def test_withdrawn_flags_count_in_no_row(nights: Nights) -> None:
    nights.evening(3, [HOME])
    nights.evening(4, [HOME])
    withdraw(nights, HOME, 3, 4)
    nights.evening(5, [HOME])
    assert steps(nights, 5) == [("unit", HOME)], "flagged for the first time"
    assert nights.rows("select episode_key, in_row from ladder.climb where close_key = '2025-03-05'") == [
        ("2025-03-05", 1)
    ]


def test_who_was_told_before_a_withdrawn_flag_hears_that_it_is_over(nights: Nights) -> None:
    """The flag of the 3rd stands, that of the 4th does not: the episode was over by then, and nobody had said so."""
    nights.evening(3, [HOME])
    nights.evening(4, [HOME])
    withdraw(nights, HOME, 4)
    over = nights.evening(5)
    assert "HẾT CẢNH BÁO" in over[nights.address(HOME)].plain
    assert nights.rows("select told_address from ladder.episode_end") == [(nights.address(HOME),)]


def test_a_common_cause_is_asked_of_the_department_and_told_to_nobody_else(nights: Nights) -> None:
    nights.evening(3)
    codes = [registry.code for registry in nights.frozen.plan.registries][:4]
    papers = nights.evening(4, codes)
    assert "4/12 ĐƠN VỊ CÙNG CHUYỂN SANG CHẬM TIẾN ĐỘ TỐI NAY" in papers[nights.address("09", "desk")].plain
    assert steps(nights, 4) == []
    for code in codes:
        told = papers[nights.address(code)].plain
        assert "Cảnh báo" not in told
        assert "Nhiều đơn vị cùng chậm, Sở đang tìm nguyên nhân chung." in told


def test_what_lies_with_the_ministry_or_a_line_is_nobodys_step(nights: Nights) -> None:
    for day in range(3, 8):
        nights.evening(day, [HOME, OTHER], owners={HOME: "ministry", OTHER: "line"})
    assert nights.rows("select * from ladder.step") == []
    assert nights.rows("select distinct outcome from ladder.climb") == [("not theirs",)]
