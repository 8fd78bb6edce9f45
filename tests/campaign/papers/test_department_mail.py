"""The Department's mail: a first page that stands alone, charts in their places, and a size that mail readers bear."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import lxml.html
import pytest
from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.render import Paper, render
from include.campaign.render.charts import EmptyChart
from include.campaign.report import Letter, ProvinceReport, write_letters
from include.campaign.report.first_page import Decision
from include.campaign.report.praise import Finished
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.reading import seen
from tests.campaign.test_pace_paper import FIGURES

LIMIT = 100_000
"""Gmail cuts what is over 102 KB."""


def letter_of(frozen: FrozenTables, close: Close) -> Letter:
    return write_letters(frozen.conn, frozen.plan, frozen.calendar, close)[0]


def report_of(letter: Letter) -> ProvinceReport:
    report = letter.blocks[0]
    assert isinstance(report, ProvinceReport)
    return report


def with_report(letter: Letter, **changes: Any) -> Letter:
    return replace(letter, blocks=(replace(report_of(letter), **changes), *letter.blocks[1:]))


def with_page(letter: Letter, **changes: Any) -> Letter:
    return with_report(letter, first_page=replace(report_of(letter).first_page, **changes))


class TestFiguresOfYesterday:
    """Five figures, and what they were at the close before."""

    @pytest.fixture
    def before(self, frozen: FrozenTables, golden_day: Close) -> Close:
        """The day before with three behind: one of them is not any more, one could not be read tonight."""
        close = frozen.calendar.close("2025-03-04")
        frozen.registry(close, "09101", (360, 270), rejected=5, failed=2)
        frozen.registry(close, "09103", (95, 18))
        frozen.insert("ladder.evening", close_key=close.key, judged=8, flagged=3, newly=0, verdict="stepped")
        for code in ("09103", "09202", "09301"):
            frozen.flag(close, code, quota=214, done=0, due=50, needed_per_day=18, streak=2, newly=False)
        return golden_day

    def test_they_stand_side_by_side(self, frozen: FrozenTables, before: Close) -> None:
        paper = render(letter_of(frozen, before))
        page = seen(paper.html)
        for said in (
            "Năm con số 05/03 04/03",
            "42,1 % chỉ tiêu · trong ngày +81 cộng 11/12 đơn vị có số liệu 1.264 503",
            "35,5 % chỉ tiêu · trong ngày +70 1.065 328",
            "1 đơn vị chưa đọc được 11/12 3/3",
            "2 đơn vị mới chậm tối nay 3 3",
            "Hồ sơ bị trả lại, gửi lỗi cộng 11/12 đơn vị có số liệu 13 7",
        ):
            assert said in page
        for said in (
            "Đã nhập: 1.264 (42,1 %), trong ngày +81 (cộng 11/12 đơn vị có số liệu); 04/03: 503\n",
            "Đơn vị chậm so với lộ trình: 3 (2 đơn vị mới); 04/03: 3\n",
            "Hồ sơ bị trả lại, gửi lỗi: 13 (cộng 11/12 đơn vị có số liệu); 04/03: 7\n",
        ):
            assert said in paper.plain

    def test_the_list_of_those_behind_adds_up(self, frozen: FrozenTables, before: Close) -> None:
        letter = letter_of(frozen, before)
        page, report = report_of(letter).first_page, report_of(letter)
        assert [one.code for one in page.came_on] == ["09203", "09303"]
        assert page.came_off == ("Xã Bến Mơ, thành phố Sông Mơ",)
        assert page.lost_sight == ("Xã Hòa Lúa, huyện Đồng Lúa",)
        assert page.before is not None and page.before.behind is not None
        assert page.before.behind + 2 - 1 - 1 == len(report.laggards.registries)
        said = seen(render(letter).html)
        assert "Ra khỏi danh sách: 1. Xã Bến Mơ, thành phố Sông Mơ." in said
        assert "Hôm nay chưa đọc được, không xét: 1. Xã Hòa Lúa, huyện Đồng Lúa." in said

    def test_a_held_close_is_no_yesterday(self, frozen: FrozenTables, before: Close) -> None:
        frozen.conn.execute(text("update closing.close set state = 'held' where close_key = '2025-03-04'"))
        assert report_of(letter_of(frozen, before)).first_page.before is None

    def test_where_nobody_was_judged_flags_say_who_is_new(self, frozen: FrozenTables, golden_day: Close) -> None:
        page = report_of(letter_of(frozen, golden_day)).first_page
        assert page.before is not None and page.before.behind is None
        assert [one.code for one in page.came_on] == ["09203", "09303"]
        assert page.came_off == page.lost_sight == ()

    def test_the_first_evening_has_none(self, frozen: FrozenTables) -> None:
        close = frozen.close("2025-03-01")
        frozen.registry(close, "09101", (4, 0))
        page = seen(render(letter_of(frozen, close)).html)
        assert "Năm con số" not in page
        assert "Đơn vị chậm so với lộ trình chưa xét" in page


class TestDecisions:
    """What waits for the Department."""

    def test_each_is_asked_for_in_words(self, frozen: FrozenTables, golden_day: Close) -> None:
        names = tuple(f"Xã <b>{number}</b>" for number in range(5))
        said = {
            "chair": "Xem xét, trình Chủ tịch tỉnh 5 đơn vị",
            "meet": "Làm việc trực tiếp với 5 đơn vị",
            "reinforce": "Quyết định tăng cường 12 người cho 5 đơn vị",
            "difficulties": "Tháo gỡ khó khăn thuộc Sở cho 5 đơn vị",
            "overdue": "Đôn đốc bên được giao tháo gỡ khó khăn đã quá hạn của 5 đơn vị",
            "duplicates": "Xác nhận 1.234 hồ sơ trùng",
            "unknown_codes": "Thống nhất cách xử lý 1.234 trường hợp mang mã lỗi chưa có trong kế hoạch: ",
            "stopped": "Xem từng trường hợp đã hết số lần gửi lại: 1.234.",
            "over_reports": "Chấn chỉnh 5 đơn vị báo cáo cao hơn số đo",
        }
        entries = ("duplicates", "unknown_codes", "stopped")
        found = tuple(
            Decision(kind, 1234 if kind in entries else 5, 12 if kind == "reinforce" else None, names)  # type: ignore[arg-type]
            for kind in said
        )
        paper = render(with_page(letter_of(frozen, golden_day), decisions=found))
        page = seen(paper.html)
        for words in said.values():
            assert words in page
            assert words in paper.plain
        assert page.count("Xã <b>0</b>; Xã <b>1</b>; Xã <b>2</b>; và 2 đơn vị khác") == 6

    def test_they_come_from_what_was_frozen(self, frozen: FrozenTables, golden_day: Close) -> None:
        frozen.conn.execute(text("update ladder.step set level = 'chair' where registry_code = '09301'"))
        frozen.conn.execute(text("update ladder.step set level = 'department' where registry_code = '09303'"))
        difficulty = {"opened_on": golden_day.day - timedelta(days=4), "opened_key": "2025-03-04", "confirmed": True,
                      "last_told_on": golden_day.day, "due_day": golden_day.day - timedelta(days=1)}  # fmt: skip
        frozen.insert("ladder.difficulty", registry_code="09101", kind="scanner", owner="department", **difficulty)
        frozen.insert("ladder.difficulty", registry_code="09102", kind="power", owner="line", **difficulty)
        frozen.insert("ladder.difficulty", registry_code="09103", kind="damaged", owner="unit", **difficulty)
        page = report_of(letter_of(frozen, golden_day)).first_page
        assert [(one.kind, one.names) for one in page.decisions] == [
            ("chair", ("Phường 1, huyện Núi Xa",)),
            ("meet", ("Xã Khe Xa, huyện Núi Xa",)),
            ("difficulties", ("Phường 1, thành phố Sông Mơ",)),
            ("overdue", ("Phường 2, thành phố Sông Mơ",)),
            ("unknown_codes", ("NEW_CODE_9",)),
        ]

    def test_nothing_to_decide_is_not_told(self, frozen: FrozenTables, golden_day: Close) -> None:
        frozen.conn.execute(text("delete from closing.code_count where error_code = 'NEW_CODE_9'"))
        letter = letter_of(frozen, golden_day)
        assert report_of(letter).first_page.decisions == ()
        assert "Cần quyết định hôm nay" not in seen(render(letter).html)


class TestPraise:
    """Most improved and first to finish."""

    def standing(self, frozen: FrozenTables, key: str, code: str, behind: float) -> None:
        frozen.insert("pace.standing", close_key=key, registry_code=code, stage="entered", planned=100, done=50,
                      planned_days=5.0, earned_days=5.0 - behind)  # fmt: skip

    def test_who_gained_most_in_three_closes(self, frozen: FrozenTables, golden_day: Close) -> None:
        frozen.close("2025-03-02")
        for code, then, now in (("09101", 3.0, 0.5), ("09103", 1.0, 0.8), ("09201", 2.0, -1.0), ("09203", 4.0, 0.0)):
            self.standing(frozen, "2025-03-02", code, then)
            self.standing(frozen, golden_day.key, code, now)
        for code in ("09101", "09103", "09201", "09203"):
            frozen.insert("pace.judged", close_key=golden_day.key, registry_code=code, known=True, judged=True,
                          apart=False)  # fmt: skip
        frozen.insert("ladder.flag", close_key=golden_day.key, registry_code="09203", kind="too_good", stage="entered",
                      streak=1, newly=True, figures=json.dumps(FIGURES["too_good"]))  # fmt: skip
        letter = letter_of(frozen, golden_day)
        praise = report_of(letter).first_page.praise
        assert (praise.stage, praise.since) == ("entered", date(2025, 3, 2))
        # Too fast is looked at before it is praised, and a fifth of a day is no gain.
        assert [(one.name, one.gained) for one in praise.improved] == [
            ("Thị trấn Đồng Lúa, huyện Đồng Lúa", 3.0),
            ("Phường 1, thành phố Sông Mơ", 2.5),
        ]
        page = seen(render(letter).html)
        assert "rút ngắn 3,0 ngày (chậm 2,0 ngày → vượt 1,0 ngày)" in page

    def test_who_was_first_to_have_everything(self, frozen: FrozenTables, golden_day: Close) -> None:
        quota = frozen.plan.quota("plan37", "09102", "registry")
        assert quota is not None and quota.cases == 564
        early = frozen.close("2025-03-03")
        frozen.registry(early, "09102", (564, 300))
        praise = report_of(letter_of(frozen, golden_day)).first_page.praise
        assert praise.entered == (Finished("Phường 2, thành phố Sông Mơ", date(2025, 3, 3), newly=False),)
        assert praise.received == (Finished("Phường 2, thành phố Sông Mơ", date(2025, 3, 5), newly=True),)
        page = seen(render(letter_of(frozen, golden_day)).html)
        assert "Bộ đã tiếp nhận đủ: 1 đơn vị, tối nay thêm 1; sớm nhất: Phường 2, thành phố Sông Mơ (05/03)." in page

    def test_praise_stands_as_high_as_blame_and_before_it(self, frozen: FrozenTables, golden_day: Close) -> None:
        root = lxml.html.fromstring(render(letter_of(frozen, golden_day)).html)
        heads = [head.text_content().strip() for head in root.iter("h2")]
        assert heads.index("Biểu dương") + 1 == heads.index("Cần đôn đốc") < heads.index("Biểu đồ")


class TestCharts:
    """Pictures in the mail."""

    def test_each_picture_has_its_place_and_words(self, frozen: FrozenTables, golden_day: Close) -> None:
        paper = render(letter_of(frozen, golden_day))
        images = lxml.html.fromstring(paper.html).xpath("//img")
        assert [image.get("src") for image in images] == [f"cid:{picture.cid}" for picture in paper.pictures]
        assert {"ranking", "heat", "failures"} <= {picture.cid for picture in paper.pictures}
        for image, picture in zip(images, paper.pictures, strict=True):
            assert image.get("alt") == picture.alt
            assert int(image.get("width")) == picture.width <= 640
            assert f"- {picture.alt}\n" in paper.plain

    def test_a_chart_with_nothing_to_draw_holds_the_paper(self, frozen: FrozenTables, golden_day: Close) -> None:
        with pytest.raises(EmptyChart):
            render(with_report(letter_of(frozen, golden_day), areas=()))

    def test_equal_letters_are_equal_papers(self, frozen: FrozenTables, golden_day: Close) -> None:
        first, again = (render(letter_of(frozen, golden_day)) for _ in range(2))
        assert first == again


class TestSize:
    """A letter that mail readers show whole."""

    def test_the_worst_evening_stays_under_100_kb(self, stormy_paper: Paper) -> None:
        paper = stormy_paper
        assert len(paper.html.encode()) < LIMIT
        assert len(paper.plain) < 50_000
        assert sum(len(picture.content) for picture in paper.pictures) < 600_000

    def test_what_is_cut_says_where_the_rest_is(self, stormy_paper: Paper) -> None:
        for words in (seen(stormy_paper.html), stormy_paper.plain):
            assert "… và 119 đơn vị khác: xem bảng tính kèm theo." in words
            assert len(re.findall("xem bảng tính kèm theo", words)) >= 10

    def test_page_and_text_print_the_same_figures(self, stormy_paper: Paper) -> None:
        alts = " ".join(picture.alt for picture in stormy_paper.pictures)

        def figures(words: str) -> set[str]:
            return set(re.findall(r"\d+(?:[.,]\d+)*", words))

        assert figures(seen(stormy_paper.html) + alts) == figures(stormy_paper.plain)

    def test_the_stormy_page_is_text(self, stormy: Letter, pages_alone: None) -> None:
        named = with_page(stormy, came_off=("<script>alert(1)</script>",))
        root = lxml.html.fromstring(render(named).html)
        assert root.find(".//script") is None
