"""Papers of a hand-made day: exact figures in HTML and text, everything escaped, and nothing wider than a phone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.render import Paper, render
from include.campaign.render import formats as f
from include.campaign.report import Letter, ProvinceReport, Total, write_letters
from tests.campaign.conftest import FrozenTables

pytestmark = pytest.mark.usefixtures("pages_alone")

DESK = "sotuphap@thidiem.example"
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def letters(frozen: FrozenTables, close: Close) -> dict[str, Letter]:
    return {letter.address: letter for letter in write_letters(frozen.conn, frozen.plan, frozen.calendar, close)}


def papers(frozen: FrozenTables, close: Close) -> dict[str, Paper]:
    return {address: render(letter) for address, letter in letters(frozen, close).items()}


def read(html: str) -> str:
    """What a person reads of a page: words with single blanks between them."""
    body = lxml.html.fromstring(html).find("body")
    assert body is not None
    return " ".join(" ".join(body.itertext()).split())


@pytest.fixture
def desk(frozen: FrozenTables, golden_day: Close) -> Paper:
    return papers(frozen, golden_day)[DESK]


@pytest.mark.parametrize(
    "said",
    [
        "Đã nhập 42,1 % chỉ tiêu · trong ngày +81 cộng 11/12 đơn vị có số liệu 1.264",
        "Bộ Tư pháp đã tiếp nhận 35,5 % chỉ tiêu · trong ngày +70 1.065",
        "Chỉ tiêu: 3.000 trường hợp (Kế hoạch mẫu: 3.000 trường hợp).",
        "Đơn vị đọc được số liệu 1 đơn vị chưa đọc được 11/12",
        "Đơn vị chậm so với lộ trình 2 đơn vị mới chậm tối nay 3",
        "Thành phố Sông Mơ chỉ tiêu 1.692 1.076 63,5 % 894 52,8 % nhập +57 nhận +53",
        "Huyện Đồng Lúa chỉ tiêu 923 · số liệu 3/4 đơn vị · 1 đơn vị chậm 160 17,3 % 155 16,7 % nhập +21 nhận +15",
        "Đạt 100 % 1 1",
        "Chưa bắt đầu 1 2",
        "Phường 1, huyện Núi Xa lần thứ 3 liên tiếp · chỉ tiêu 214 · khâu nhập 0 / 68 21 / chưa có số liệu",
        "Xã Lúa Vàng, huyện Đồng Lúa mới · chỉ tiêu 215 · khâu nhập 10 / 68 20 / 1",
        "Xã Hòa Lúa, huyện Đồng Lúa : không kết nối được từ 05/03/2025. "
        "Số gần nhất (18:00 ngày 04/03/2025): đã nhập 48, Bộ đã tiếp nhận 40.",
        "Đang chờ gửi: 1.030 ; đã gửi, chờ Bộ trả lời: 20 ; có lỗi dữ liệu cần sửa: 3",
        "ngày tháng không hợp lệ bị trả lại · BAD_DATE 6 0",
        "lỗi chưa có tên trong kế hoạch bị trả lại · NEW_CODE_9 3 0",
        "trùng hồ sơ đã tiếp nhận bị trả lại · DUP_RECORD 0 2.100",
        "Tự động đưa lại vào hàng chờ gửi: 2 /4 trường hợp",
        "So với: Kế hoạch mẫu: 3.000 trường hợp (nguồn: Kế hoạch mẫu; ngày 26/02/2025).",
        "Phạm vi: đọc được 11/12 đơn vị đăng ký hộ tịch; đã đọc số tiếp nhận của Bộ Tư pháp.",
        "Chốt lúc 18:00 ngày 05/03/2025. Lần chạy: 2025-03-05-1.",
    ],
)
def test_the_departments_page(desk: Paper, said: str) -> None:
    assert said in read(desk.html)


@pytest.mark.parametrize(
    "said",
    [
        "Đã nhập: 1.264 (42,1 %), trong ngày +81 (cộng 11/12 đơn vị có số liệu); 04/03: 48\n",
        "Bộ Tư pháp đã tiếp nhận: 1.065 (35,5 %), trong ngày +70; 04/03: 40\n",
        "Đơn vị đọc được số liệu: 11/12; 04/03: 1/1\n",
        "- Huyện Núi Xa (chỉ tiêu 385; 2 đơn vị chậm): đã nhập 28 (7,2 %); Bộ Tư pháp đã tiếp nhận 16 (4,1 %); "
        "trong ngày: nhập +3, nhận +2\n",
        "- Đạt 100 %: 1; 1\n",
        "- Xã Lúa Vàng, huyện Đồng Lúa (mới; chỉ tiêu 215): đã nhập 10, phải đạt 68; cần 20/ngày, đang làm 1/ngày\n",
        "- trùng hồ sơ đã tiếp nhận (bị trả lại, DUP_RECORD): đợt này 0, giai đoạn trước 2.100\n",
        "Chốt lúc 18:00 ngày 05/03/2025. Lần chạy: 2025-03-05-1.\n",
    ],
)
def test_the_departments_plain_text(desk: Paper, said: str) -> None:
    assert said in desk.plain
    assert "<" not in desk.plain


def test_page_and_text_print_the_same_figures(frozen: FrozenTables, golden_day: Close) -> None:
    def figures(words: str) -> set[str]:
        return set(re.findall(r"\d+(?:[.,]\d+)*", words))

    for paper in papers(frozen, golden_day).values():
        assert figures(read(paper.html)) == figures(paper.plain)


def test_a_district_page(frozen: FrozenTables, golden_day: Close) -> None:
    paper = papers(frozen, golden_day)["ubnd.donglua@thidiem.example"]
    page = read(paper.html)
    assert paper.subject == "Tiến độ số hóa hộ tịch ngày 05/03/2025: huyện Đồng Lúa"
    assert "Kính gửi: Ủy ban nhân dân huyện Đồng Lúa" in page
    assert (
        "Xã Hòa Lúa chỉ tiêu 323 chưa có số liệu 55 17,0 % (*) nhập: chưa có số liệu nhận +5 "
        "↑ Chưa đọc được: không kết nối được từ 05/03/2025." in page
    )
    assert "UBND huyện Đồng Lúa không giao chỉ tiêu 0 0 nhập 0 nhận 0" in page


def test_an_escalation_is_short(frozen: FrozenTables, golden_day: Close) -> None:
    paper = papers(frozen, golden_day)["ubnd.luavang.donglua@thidiem.example"]
    assert paper.subject == "Chậm tiến độ số hóa hộ tịch ngày 05/03/2025: xã Lúa Vàng, huyện Đồng Lúa"
    page = read(paper.html)
    assert "Chỉ tiêu 215 trường hợp. Đã nhập 10 (4,6 %), hôm nay +1; Bộ Tư pháp đã tiếp nhận 0 (0,0 %)." in page
    assert "Cảnh báo : thiếu 58 trường hợp so với lộ trình." in page
    assert "Theo lộ trình phải nhập 68 trường hợp, đơn vị đạt 10/215; để xong ngày 15/03/2025 cần 20/ngày" in page
    before_footer = page.partition("So với:")[0]
    assert len(before_footer.split()) < 250


def test_two_roles_in_one_paper(frozen: FrozenTables, golden_day: Close) -> None:
    paper = papers(frozen, golden_day)["ubnd.nuixa@thidiem.example"]
    assert paper.subject == "Tiến độ số hóa hộ tịch ngày 05/03/2025: huyện Núi Xa (và 1 nội dung khác)"
    page = read(paper.html)
    assert page.index("Từng đơn vị") < page.index("Xã Khe Xa, huyện Núi Xa Đơn vị đang khuyết")
    assert "Đơn vị đang khuyết người đứng đầu; kính chuyển để chỉ đạo." in page
    assert page.count("Kính gửi:") == 1


@pytest.mark.parametrize("name", ["<b>Lúa</b>", "<script>alert(1)</script>", 'A & "B" \' <', "{{ head }}", "a\nb"])
def test_names_are_text(frozen: FrozenTables, golden_day: Close, name: str) -> None:
    frozen.conn.execute(text("update plan.unit set name = :n, full_name = :n where code = '09203'"), {"n": name})
    frozen.conn.execute(
        text("update closing.code_count set error_code = :n where error_code = 'NEW_CODE_9'"), {"n": name}
    )
    for paper in papers(frozen, golden_day).values():
        root = lxml.html.fromstring(paper.html)
        assert root.find(".//script") is None
        assert all(bold.text != "Lúa" for bold in root.iter("b"))
        assert "\n" not in paper.subject
    page = read(papers(frozen, golden_day)[DESK].html)
    assert " ".join(name.split()) in page
    assert f"bị trả lại · {' '.join(name.split())} 3 0" in page


def test_a_held_day_shows_no_figures(frozen: FrozenTables, golden_day: Close) -> None:
    frozen.conn.execute(text("update closing.close set state = 'held', held_why = '<i>lệch</i>'"))
    paper = papers(frozen, golden_day)[DESK]
    assert paper.kind == "held"
    assert paper.subject == "Chưa chốt được số liệu hộ tịch ngày 05/03/2025: tỉnh Thí Điểm"
    page = read(paper.html)
    assert "Lý do: <i>lệch</i>." in page
    assert "1.264" not in page + paper.plain


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("the ledger: 1 receipts are held, 2 are counted", "của Bộ: 1 lượt tiếp nhận được ghi, 2 được đếm"),
        ("registry 09101: 7 entries are held, 8 are counted", "đơn vị 09101: 7 trường hợp được ghi, 8 được đếm"),
        ("registry 09101: 7 received are held, 8 are counted", "7 trường hợp Bộ đã tiếp nhận được ghi, 8 được đếm"),
        ("registry 09101: 1 open breaks x are held, 2 are counted", "1 sai lệch đang mở x được ghi, 2 được đếm"),
    ],
)
def test_where_sums_do_not_close_is_said_in_vietnamese(
    frozen: FrozenTables, golden_day: Close, why: str, said: str
) -> None:
    frozen.conn.execute(text("update closing.close set state = 'held', held_why = :why"), {"why": why})
    paper = papers(frozen, golden_day)[DESK]
    assert said in read(paper.html)
    assert said in paper.plain


def test_a_common_cause_replaces_the_wave(frozen: FrozenTables, golden_day: Close) -> None:
    frozen.conn.execute(text("update ladder.evening set verdict = 'common cause', newly = 5"))
    paper = papers(frozen, golden_day)[DESK]
    page = read(paper.html)
    assert "5/8 đơn vị cùng chuyển sang chậm tiến độ tối nay." in page
    assert "Huyện Núi Xa (2): Phường 1, Xã Khe Xa." in page
    assert "/ 68" not in page
    assert "5/8 ĐƠN VỊ CÙNG CHUYỂN SANG CHẬM TIẾN ĐỘ TỐI NAY" in paper.plain


def test_no_data_is_written_out(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-05", ledger_reading_id=None)
    frozen.registry(close, "09101", (None, None), (None, None), outcome="refused")
    written = papers(frozen, close)
    assert "chưa đọc được số tiếp nhận của Bộ Tư pháp" in read(written.pop("ubnd.phuong1.songmo@thidiem.example").html)
    assert "Sổ tiếp nhận của Bộ Tư pháp: CHƯA ĐỌC ĐƯỢC." in read(written.pop("todulieu.sotuphap@thidiem.example").html)
    for paper in written.values():
        page = read(paper.html)
        assert "Chưa đọc được số tiếp nhận của Bộ Tư pháp." in page
        assert "Bộ Tư pháp đã tiếp nhận chưa có số liệu" in page
        assert "Đang chờ gửi: chưa có số liệu" in page
        assert not re.search(r"Đã nhập (0|\d)", page)
        assert "Đã nhập: chưa có số liệu" in paper.plain
    assert "Chưa đọc được lần nào." in read(papers(frozen, close)[DESK].html)


def test_late_state_figures_carry_their_hour(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-05")
    frozen.registry(close, "09101", (1, 1), state_read_at=close.as_of + timedelta(hours=15))
    paper = papers(frozen, close)[DESK]
    for words in (read(paper.html), paper.plain):
        assert "Theo số liệu lúc 09:00 ngày 06/03/2025 (đọc muộn)." in words


def test_the_final_close_says_so(frozen: FrozenTables) -> None:
    close = frozen.close("final")
    frozen.registry(close, "09101", (846, 846))
    paper = papers(frozen, close)[DESK]
    assert paper.subject == "Báo cáo số hóa hộ tịch cuối đợt: tỉnh Thí Điểm"
    for words in (read(paper.html), paper.plain):
        assert "số liệu đến 24:00 ngày 20/03/2025" in words
        assert "từ lần chốt trước" in words
        assert "ngày thứ" not in words
        assert "trong ngày" not in words.lower()


@pytest.mark.parametrize(("key", "overdue"), [("2025-03-15", False), ("2025-03-16", True), ("final", True)])
def test_after_the_roadmaps_end_nothing_is_asked_in_time(frozen: FrozenTables, key: str, overdue: bool) -> None:
    close = frozen.close(key)
    frozen.registry(close, "09203", (155, 100))
    frozen.flag(close, "09203", quota=215, done=155, due=215, needed_per_day=60, pace_per_day=8)
    frozen.insert("ladder.evening", close_key=close.key, judged=8, flagged=1, newly=0, verdict="stepped")
    office = {"told_unit": "09203", "told_office": "UBND xã Lúa Vàng", "told_address": "luavang@thidiem.example"}
    frozen.insert("ladder.step", close_key=close.key, registry_code="09203", level="unit", **office)
    paper = papers(frozen, close)["luavang@thidiem.example"]
    for words in (read(paper.html), paper.plain):
        assert ("đơn vị đạt 155/215; đã quá hạn 15/03/2025." in words) == overdue
        assert ("để xong ngày 15/03/2025 cần 60/ngày, đang làm 8/ngày." in words) != overdue


def test_restatements_say_what_changed(frozen: FrozenTables) -> None:
    frozen.registry(frozen.close("2025-03-04"), "09101", (1, 1))
    close = frozen.close("2025-03-05")
    frozen.registry(close, "09101", (1, 1))
    for figure, old, new, why in (("entered", 500, 488, "source changed"), ("received", None, 9, "late data")):
        frozen.insert(
            "closing.restatement",
            close_key="2025-03-04",
            registry_code="09101",
            register="KS",
            phase=2,
            figure=figure,
            old=old,
            new=new,
            why=why,
            restated_at=close.as_of,
            run_id="x",
        )
    paper = papers(frozen, close)[DESK]
    for words in (read(paper.html), paper.plain):
        assert "Ngày 04/03/2025, phường 1, thành phố Sông Mơ: đã nhập 500 " in words
        assert " 488 (dữ liệu gốc thay đổi; phát hiện lúc 18:00 ngày 05/03/2025)." in words
        assert "Ngày 04/03/2025: bổ sung số liệu đến muộn của 1 đơn vị (Phường 1, thành phố Sông Mơ)." in words
        assert "Số đang chờ, bị trả lại và có lỗi của ngày đó: không xác định." in words


def test_the_state_of_a_day_that_was_read_late_is_undetermined(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-05")
    frozen.registry(close, "09101", (10, 5))
    frozen.conn.execute(
        text("update closing.registry_close set outcome = 'late', reading_id = 2, state_read_at = null")
    )
    frozen.conn.execute(
        text("update closing.figure set queued = null, awaiting = null, rejected = null, open_defects = null")
    )
    paper = papers(frozen, close)[DESK]
    for words in (read(paper.html), paper.plain):
        assert "Đang chờ gửi: không xác định" in words
        assert "Không xác định: 1 đơn vị đọc muộn" in words


def test_in_the_tail_nobody_is_judged(frozen: FrozenTables) -> None:
    close = frozen.close("2025-03-22")
    frozen.registry(close, "09101", (10, 5))
    all_papers = papers(frozen, close)
    paper = all_papers[DESK]
    assert paper.subject.startswith("Báo cáo số hóa hộ tịch sau chiến dịch, ngày 22/03/2025")
    for words in (read(paper.html), paper.plain):
        assert "ngày thứ 2 sau chiến dịch" in words
        assert "Đợt đã kết thúc: không xét chậm tiến độ." in words
    assert not any("hậm so với lộ trình" in paper.plain for address, paper in all_papers.items() if address != DESK)


def test_rendering_again_gives_the_same_bytes(frozen: FrozenTables, golden_day: Close) -> None:
    assert papers(frozen, golden_day) == papers(frozen, golden_day)


def test_pages_need_nothing_from_elsewhere(frozen: FrozenTables, golden_day: Close) -> None:
    for paper in papers(frozen, golden_day).values():
        root = lxml.html.fromstring(paper.html)
        assert not root.xpath("//link | //script | //@href | //@class | //style")
        assert {source.partition(":")[0] for source in root.xpath("//@src")} <= {"cid"}
        assert root.xpath("//p[@style]")


def test_the_largest_letter_stays_under_100_kb(frozen: FrozenTables, golden_day: Close) -> None:
    """Gmail cuts a message at 102 KB: 150 communes directly under the province, all behind, half of them unread."""
    letter = letters(frozen, golden_day)[DESK]
    (block,) = letter.blocks
    assert isinstance(block, ProvinceReport)
    area, late, unread = block.areas[0], block.laggards.registries[0], block.unread[0]
    names = [f"Xã Đường Phượng Hoàng Thứ {number}, huyện Hướng Hóa" for number in range(150)]
    grown = replace(
        block,
        areas=tuple(replace(area, code=name, name=name, behind=3, entered=Total(1, 1, 2)) for name in names),
        laggards=replace(
            block.laggards,
            registries=tuple(replace(late, code=name, area_code=name, full_name=name, name=name) for name in names),
        ),
        unread=tuple(replace(unread, code=name, full_name=name) for name in names[:75]),
        registries=tuple(replace(late, code=f"{name} 1", area_code=name, full_name=name, name=name) for name in names),
    )
    paper = render(replace(letter, blocks=(grown,)))
    assert len(paper.html.encode()) < 100_000
    for words in (read(paper.html), paper.plain):
        assert "… 135 địa bàn ở giữa: xem bảng tính kèm theo …" in words
        assert "… và 140 đơn vị khác: xem bảng tính kèm theo." in words
        assert names[-1] in words


class TestFormats:
    def test_numbers(self) -> None:
        assert (f.number(0), f.number(13279), f.number(-1234), f.number(None)) == (
            "0",
            "13.279",
            "-1.234",
            "chưa có số liệu",
        )
        assert (f.added(1234), f.added(0), f.added(-5), f.added(None)) == ("+1.234", "0", "-5", "chưa có số liệu")

    @pytest.mark.parametrize(
        ("done", "quota", "said"),
        [
            (1, 8, "12,5 %"),
            (9999, 10000, "99,9 %"),
            (10000, 10000, "100 %"),
            (10500, 10000, "105,0 %"),
            (1, 10000, "dưới 0,1 %"),
            (0, 10000, "0,0 %"),
            (None, 10000, "chưa có số liệu"),
            (5, None, "không giao chỉ tiêu"),
            (5, 0, "chỉ tiêu bằng 0"),
        ],
    )
    def test_shares(self, done: int | None, quota: int | None, said: str) -> None:
        assert f.percent(done, quota) == said

    @given(st.integers(0, 10**7), st.integers(1, 10**7))
    def test_only_what_is_whole_is_full(self, done: int, quota: int) -> None:
        assert (f.percent(done, quota) == "100 %") <= (done >= quota)
        assert (f.width(done, quota) == 100) == (done >= quota)
        assert (f.width(done, quota) == 0) == (done == 0)

    def test_dates_and_moments(self) -> None:
        assert f.day(date(2025, 3, 5)) == "05/03/2025"
        assert f.moment(datetime(2025, 3, 5, 18, tzinfo=LOCAL)) == "18:00 ngày 05/03/2025"
        assert f.moment(datetime(2025, 3, 21, tzinfo=LOCAL)) == "24:00 ngày 20/03/2025"
        assert f.WRITINGS["vi"].last_day(datetime(2025, 3, 16, tzinfo=LOCAL)) == "15/03/2025"
        assert f.WRITINGS["vi"].last_day(datetime(2025, 3, 16, 17, tzinfo=LOCAL)) == "16/03/2025"

    def test_text_on_one_line(self) -> None:
        assert f.line("a\r\n  b\tc") == "a b c"
        assert f.inside("Phường 1, thành phố A") == "phường 1, thành phố A"
