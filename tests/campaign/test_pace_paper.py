"""What papers say of pace: forecasts in days and words, flags with their reasons, who is apart, ranks."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.render import Paper, render
from include.campaign.report import Letter, ProvinceReport, write_letters
from include.campaign.report.pace import KINDS, FlagLine
from include.campaign.report.pace_block import Apart, FlagGroup, Held, PaceBlock
from include.campaign.report.ranks import Rank, Unfinished
from tests.campaign.conftest import FrozenTables
from tests.campaign.test_render import DESK, read

pytestmark = pytest.mark.usefixtures("pages_alone")

MILESTONES = {"will_miss_entry": "2025-03-16T00:00:00+07:00", "will_miss_transfer": "2025-03-21T00:00:00+07:00"}
SPEED = {"needed_per_day": 19.2, "pace_per_day": 4.9}
FIGURES: dict[str, dict[str, Any]] = {
    "not_started": {"quota": 215, "work": 215, "books": 3, "days": 4.75},
    "stalled": {"quota": 215, "work": 215, "done": 40, "moved": 0, "closes": 2},
    "behind": {"quota": 215, "work": 215, "whole": 215, "done": 10, "due": 67.2, "days_behind": 4.06, **SPEED},
    "will_miss_entry": {"quota": 215, "work": 180.5, "remaining": 170.4, "chance": 0.004, "shrunk": 1, **SPEED},
    "will_miss_transfer": {"quota": 215, "work": 215, "remaining": 205, "chance": 0.12, "shrunk": 0, **SPEED},
    "going_backwards": {"quota": 215, "lost": 12, "done": 28, "before": 40},
    "silent": {"quota": 215, "closes": 3, "last_key": "2025-03-02", "last_done": 9},
    "report_mismatch": {"days": 2, "closes_ago": 1},
    "error_rate": {"refused": 12, "answered": 60, "rate": 0.2, "centre": 0.031, "limit": 0.118, "sigmas": 4.2},
    "too_good": {"cases": 90, "times": 6.25, "people": 3, "per_person": 30.04, "usual_per_person": 7.5},
}
REASONS = {
    "not_started": "chưa làm gì ở khâu nào từ đầu đợt (4 ngày)",
    "stalled": "nhập được 40 rồi dừng: 2 lần chốt gần đây thêm 0",
    "will_miss_entry": "khả năng kịp hết ngày 15/03/2025: dưới 1 %; còn 171, cần 20/ngày, đang làm 4/ngày; "
    "sổ chỉ có 180 trong chỉ tiêu 215 (ít ngày có số liệu, tính thêm theo địa bàn)",
    "will_miss_transfer": "khả năng kịp hết ngày 20/03/2025: 12 %; còn 205, cần 20/ngày, đang làm 4/ngày",
    "going_backwards": "số đã nhập giảm 12 so với lần chốt trước",
    "report_mismatch": "2 ngày liền báo cáo cao hơn số đo (1 lần chốt trước; từ đó không thấy nữa)",
    "error_rate": "bị trả lại 20,0 % (12/60), cả tỉnh 3,1 %; cùng quy mô thường không quá 11,8 %",
    "too_good": "trong ngày nhập 90, gấp 6,2 lần mức thường của tỉnh; 30,0 trường hợp/người, thường 7,5",
}
"""Of flags whose reasons are listed; who is behind or silent is told in places of their own."""


def flag(frozen: FrozenTables, close: Close, code: str, kind: str, streak: int = 1, **columns: Any) -> None:
    figures = {**FIGURES[kind], **({"milestone": MILESTONES[kind]} if kind in MILESTONES else {})}
    stage = {"will_miss_transfer": "received", "error_rate": "received", "not_started": None, "silent": None}
    frozen.insert(
        "ladder.flag",
        close_key=close.key,
        registry_code=code,
        kind=kind,
        stage=stage.get(kind, "entered"),
        streak=streak,
        newly=streak == 1,
        figures=json.dumps(figures),
        **columns,
    )


def forecast(frozen: FrozenTables, close: Close, unit: str, scope: str = "registry", **columns: Any) -> None:
    defaults = {
        "remaining": 100, "pace_per_day": 9.7, "needed_per_day": 9.2, "p50_days": 9.5, "p85_days": 11.0, "chance": 0.62,
        "days_used": 5, "shrunk": False, "naive_days": math.inf,
    }  # fmt: skip
    for stage in ("entered", "received"):
        frozen.insert(
            "pace.forecast", close_key=close.key, unit_code=unit, scope=scope, stage=stage, **(defaults | columns)
        )


def judged(frozen: FrozenTables, close: Close, code: str, **columns: Any) -> None:
    defaults = {"known": True, "judged": True, "apart": False, "bottleneck": None}
    frozen.insert("pace.judged", close_key=close.key, registry_code=code, **(defaults | columns))


@pytest.fixture
def day(frozen: FrozenTables, golden_day: Close) -> Close:
    """The golden day, judged: forecasts of all units, one registry apart."""
    forecast(frozen, golden_day, "09", "province", p50_days=10.0, pace_per_day=200.4, needed_per_day=150.1, chance=0.3)
    for area in ("091", "092", "093"):
        forecast(frozen, golden_day, area, "area", shrunk=area == "092")
    for registry in frozen.plan.registries:
        apart = frozen.plan.quota("plan37", registry.code, "registry") is None
        judged(frozen, golden_day, registry.code, apart=apart, judged=not apart)
        if not apart:
            forecast(frozen, golden_day, registry.code)
    return golden_day


def letters(frozen: FrozenTables, close: Close) -> dict[str, Letter]:
    return {letter.address: letter for letter in write_letters(frozen.conn, frozen.plan, frozen.calendar, close)}


def pace_of(frozen: FrozenTables, close: Close) -> PaceBlock:
    block = letters(frozen, close)[DESK].blocks[0]
    assert isinstance(block, ProvinceReport) and block.pace is not None
    return block.pace


def desk(frozen: FrozenTables, close: Close) -> Paper:
    return render(letters(frozen, close)[DESK])


class TestForecasts:
    """When it will be done."""

    def test_days_are_those_in_which_it_ends(self, frozen: FrozenTables, day: Close) -> None:
        pace = pace_of(frozen, day)
        assert (pace.entry_by, pace.transfer_by) == (date(2025, 3, 15), date(2025, 3, 20))
        entry = pace.whole.entry
        assert entry is not None
        # 18:00 of the 5th and ten days; the plain line never ends.
        assert (entry.likely, entry.late, entry.naive) == (date(2025, 3, 15), date(2025, 3, 16), None)
        assert (entry.needed_per_day, entry.pace_per_day, entry.kept_back) == (151, 200, True)

    def test_midnight_is_of_the_day_that_ends(self, frozen: FrozenTables, day: Close) -> None:
        frozen.conn.execute(text("update pace.forecast set p50_days = 10.25 where scope = 'province'"))
        entry = pace_of(frozen, day).whole.entry
        assert entry is not None and entry.likely == date(2025, 3, 15)

    @pytest.mark.parametrize("days", ["'Infinity'", "61"])
    def test_what_is_too_far_off_has_no_day(self, frozen: FrozenTables, day: Close, days: str) -> None:
        frozen.conn.execute(text(f"update pace.forecast set p85_days = {days} where scope = 'province'"))
        entry = pace_of(frozen, day).whole.entry
        assert entry is not None and entry.late is None
        assert "muộn nhất chưa rõ" in desk(frozen, day).plain

    def test_the_departments_paper(self, frozen: FrozenTables, day: Close) -> None:
        paper = desk(frozen, day)
        for words in (read(paper.html), paper.plain):
            assert (
                "Nhập xong: khoảng 15/03, muộn nhất 16/03 (với 85 % khả năng). Khả năng kịp hết ngày 15/03: 30 %. "
                "Còn 100 trường hợp; cần 151/ngày, đang làm 200/ngày. "
                "Tốc độ chung đủ, nhưng các đơn vị chậm không kịp. Nếu kéo thẳng từ đầu đợt: chưa rõ." in words
            )
        assert "Huyện Đồng Lúa 15/03 16/03 (*) 62 % 15/03 16/03 (*) 62 %" in read(paper.html).replace("\u00a0", " ")
        assert "- Huyện Núi Xa: nhập xong 15/03, muộn nhất 16/03, khả năng kịp 62 %; Bộ nhận xong 15/03" in paper.plain

    def test_what_is_finished_is_told_as_such(self, frozen: FrozenTables, day: Close) -> None:
        frozen.conn.execute(text("update pace.forecast set p50_days = 0, p85_days = 0, chance = 1, remaining = 3"))
        paper = desk(frozen, day)
        assert "Nhập xong: đã xong." in paper.plain
        assert "nhập xong xong; Bộ nhận xong xong" in paper.plain

    def test_a_close_that_was_not_judged_says_nothing(self, frozen: FrozenTables, golden_day: Close) -> None:
        block = letters(frozen, golden_day)[DESK].blocks[0]
        assert isinstance(block, ProvinceReport) and block.pace is None
        assert "DỰ BÁO" not in desk(frozen, golden_day).plain

    def test_a_districts_head_has_its_own(self, frozen: FrozenTables, day: Close) -> None:
        paper = render(letters(frozen, day)["ubnd.donglua@thidiem.example"])
        for words in (read(paper.html), paper.plain):
            said = words.replace(" ,", ",")
            assert "Với tốc độ này nhập xong ngày 15/03, kịp hạn 15/03; cần 10/ngày, đang làm 9 (tạm tính:" in said
            assert words.casefold().count("nhập xong khoảng 15/03, kịp 15/03: 62 %") == 3, "its registries with a quota"
            assert "Dự báo đúng đến đâu" not in words

    def test_how_far_it_was_right_stands_beside_it(self, frozen: FrozenTables, day: Close) -> None:
        for ahead, intervals, held in ((0, 30, 23), (1, 20, 17), (3, 10, 6)):
            frozen.insert(
                "pace.backtest", close_key=day.key, ahead=ahead, intervals=intervals, held=held,
                error_middle=12.34, error_naive=20.06,
            )  # fmt: skip
        frozen.insert("pace.chance_score", close_key=day.key, stage="entered", chances=9, brier=0.104, brier_naive=0.25)
        backtest = pace_of(frozen, day).backtest
        assert backtest is not None
        assert (backtest.whole, backtest.ahead[-1]) == (Held(0, 30, 23), Held(3, 10, 6))
        paper = desk(frozen, day)
        for words in (read(paper.html), paper.plain):
            assert (
                "Trong 30 khoảng đã đến ngày, 76,6 % đúng (trước 1 lần chốt: 85,0 %; trước 3 lần chốt: 60,0 %). "
                "Sai lệch bình quân 12,3 trường hợp mỗi đơn vị; nếu chỉ kéo thẳng từ đầu đợt: 20,1. "
                "Khả năng kịp hạn nhập đã báo: điểm Brier 0,10 (0 là đúng hết); kéo thẳng: 0,25." in words
            )


class TestFlags:
    """Which flags stand, why, and whose they are."""

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if kind in REASONS])
    def test_every_kind_has_its_reason_in_words(self, frozen: FrozenTables, day: Close, kind: str) -> None:
        flag(frozen, day, "09203", kind, streak=2)
        paper = desk(frozen, day)
        for words in (read(paper.html), paper.plain):
            assert f"Xã Lúa Vàng, huyện Đồng Lúa: {REASONS[kind]}." in words.replace(" :", ":")

    def test_every_kind_is_listed_or_told_elsewhere(self) -> None:
        assert set(KINDS) == {*REASONS, "behind", "silent"} == set(FIGURES)

    def test_past_the_milestone_it_is_overdue(self, frozen: FrozenTables) -> None:
        close = frozen.close("2025-03-16")
        frozen.registry(close, "09203", (40, 30))
        frozen.insert("ladder.evening", close_key=close.key, judged=1, flagged=1, newly=1, verdict="stepped")
        judged(frozen, close, "09203")
        flag(frozen, close, "09203", "will_miss_entry")
        assert "(mới): quá hạn 15/03/2025: còn 171, đang làm 4/ngày" in desk(frozen, close).plain

    def test_what_the_ministry_has_is_not_the_units_delay(self, frozen: FrozenTables, day: Close) -> None:
        frozen.conn.execute(text("update ladder.flag set owner = 'ministry' where registry_code = '09203'"))
        flag(frozen, day, "09203", "will_miss_transfer", owner="ministry")
        report = letters(frozen, day)[DESK].blocks[0]
        assert isinstance(report, ProvinceReport) and report.pace is not None
        assert [one.code for one in report.laggards.registries] == ["09301", "09303"]
        behind = next(group for group in report.pace.groups if group.kind == "behind")
        assert behind.others == (("ministry", 1),)
        assert "đơn vị đã gửi hết, đang chờ Bộ tiếp nhận" in desk(frozen, day).plain

    def test_who_cannot_enter_in_time_is_told_once(self, frozen: FrozenTables, day: Close) -> None:
        for code, kinds in (("09203", ("will_miss_entry", "will_miss_transfer")), ("09202", ("will_miss_transfer",))):
            for kind in kinds:
                flag(frozen, day, code, kind)
        group = pace_of(frozen, day).groups[-1]
        assert (group.kind, len(group.lines), group.elsewhere) == ("will_miss_transfer", 2, 1)
        assert [line.registry_code for line in group.reasons] == ["09202"]

    def test_who_came_off_the_list(self, frozen: FrozenTables, day: Close) -> None:
        yesterday = frozen.calendar.close("2025-03-04")
        for code, known in (("09201", True), ("09202", False), ("09203", True), ("09301", True)):
            judged(frozen, yesterday, code, known=known)
            flag(frozen, yesterday, code, "stalled")
        flag(frozen, day, "09203", "stalled", streak=2)
        unread = "update pace.judged set known = false where registry_code = '09301' and close_key = '2025-03-05'"
        frozen.conn.execute(text(unread))
        stalled = next(group for group in pace_of(frozen, day).groups if group.kind == "stalled")
        assert [line.registry_code for line in stalled.lines] == ["09203"]
        # 09202 was not known then: its flag was of an earlier day; 09301 is not known now.
        assert stalled.ended == ("Thị trấn Đồng Lúa, huyện Đồng Lúa",)
        assert "Ra khỏi danh sách đang dừng: Thị trấn Đồng Lúa, huyện Đồng Lúa." in desk(frozen, day).plain

    def test_bottlenecks_are_counted_by_stage(self, frozen: FrozenTables, day: Close) -> None:
        frozen.conn.execute(text("update pace.judged set bottleneck = 'received' where registry_code like '0910%'"))
        frozen.conn.execute(text("update pace.judged set bottleneck = 'scanned' where registry_code = '09203'"))
        assert pace_of(frozen, day).bottlenecks == (("scanned", 1), ("received", 3))

    def test_nobody_is_flagged_aloud_before_the_plans_day(self, frozen: FrozenTables, day: Close) -> None:
        frozen.conn.execute(text("update ladder.evening set verdict = 'too early'"))
        flag(frozen, day, "09203", "stalled")
        pace = pace_of(frozen, day)
        assert (pace.groups, pace.bottlenecks) == ((), ())
        assert pace.whole.entry is not None

    def test_a_milestone_that_a_flag_is_not_about(self) -> None:
        line = FlagLine("1", "a", "a", "1", "stalled", "entered", "unit", 1, True, {})
        assert line.by is None
        assert replace(line, figures={"milestone": MILESTONES["will_miss_entry"]}).by == date(2025, 3, 15)


class TestLastDays:
    """Once entering should be over."""

    @pytest.fixture
    def late_day(self, frozen: FrozenTables) -> Close:
        close = frozen.close("2025-03-16")
        for code, entered, reviewed, received in (("09101", 846, 800, 700), ("09102", 564, 560, 400), ("092", 5, 5, 5)):
            frozen.registry(close, code, (entered, received))
            frozen.conn.execute(
                text("update closing.progress set reviewed = :r where registry_code = :c"), {"r": reviewed, "c": code}
            )
            judged(frozen, close, code, apart=code == "092", judged=code != "092")
            frozen.insert(
                "pace.tally", close_key=close.key, baseline="plan37", registry_code=code, refused=3, answered=600,
                open_defects=2,
            )  # fmt: skip
        forecast(frozen, close, "09101", p50_days=0)
        forecast(frozen, close, "09102", remaining=11.2)
        frozen.insert("ladder.evening", close_key=close.key, judged=2, flagged=0, newly=0, verdict="stepped")
        return close

    def test_ranks_go_by_what_comes_after_it(self, frozen: FrozenTables, late_day: Close) -> None:
        pace = pace_of(frozen, late_day)
        assert pace.entry_over
        assert [(rank.place, rank.code) for rank in pace.ranks] == [(1, "09102"), (2, "09101")]
        words = read(desk(frozen, late_day).html)
        assert "1. Phường 2, thành phố Sông Mơ 99,2 % 2 0,5 % 70,9 %" in words

    def test_who_is_not_through_stays_listed(self, frozen: FrozenTables, late_day: Close) -> None:
        paper = desk(frozen, late_day)
        assert "- Phường 2, thành phố Sông Mơ: còn 12" in paper.plain
        assert "Chưa nhập xong: 1 đơn vị Phường 2, thành phố Sông Mơ (còn 12)." in read(paper.html)

    def test_who_has_no_quota_is_apart(self, frozen: FrozenTables, late_day: Close) -> None:
        assert [one.name for one in pace_of(frozen, late_day).apart] == ["Huyện Đồng Lúa"]
        assert "Huyện Đồng Lúa: nhập 5, Bộ nhận 5" in read(desk(frozen, late_day).html)

    def test_before_that_nobody_is_ranked(self, frozen: FrozenTables, day: Close) -> None:
        pace = pace_of(frozen, day)
        assert (pace.entry_over, pace.ranks, pace.unfinished) == (False, (), ())


def test_the_largest_letter_stays_under_100_kb(frozen: FrozenTables, day: Close) -> None:
    """150 communes directly under the province, all of them flagged with every kind, when entering is over."""
    letter = letters(frozen, day)[DESK]
    block, *others = letter.blocks
    assert isinstance(block, ProvinceReport) and block.pace is not None
    late = block.laggards.registries[0]
    names = [f"Xã Đường Phượng Hoàng Thứ {number}, huyện Hướng Hóa" for number in range(150)]
    lines = {
        kind: tuple(
            FlagLine(name, name, name, name, kind, "entered", "unit", 3, False, FIGURES[kind] | {"milestone": None})
            for name in names
        )
        for kind in KINDS
    }
    for kind, milestone in MILESTONES.items():
        lines[kind] = tuple(replace(line, figures=line.figures | {"milestone": milestone}) for line in lines[kind])
    grown = replace(
        block,
        laggards=replace(
            block.laggards,
            registries=tuple(replace(late, code=name, area_code=name, full_name=name, name=name) for name in names),
        ),
        pace=replace(
            block.pace,
            areas=tuple(replace(block.pace.areas[0], code=name, name=name) for name in names),
            groups=tuple(FlagGroup(kind, lines[kind], lines[kind], 9, tuple(names)) for kind in KINDS),
            apart=tuple(Apart(name, None, 1234, 1234) for name in names),
            entry_over=True,
            ranks=tuple(Rank(n + 1, name, name, 900, 800, 7, 6, 500, 400) for n, name in enumerate(names)),
            unfinished=tuple(Unfinished(name, 1234) for name in names),
        ),
    )
    paper = render(replace(letter, blocks=(grown, *others)))
    assert len(paper.html.encode()) < 100_000
    told = [kind for kind in KINDS if kind not in ("behind", "silent")]
    for words in (read(paper.html), paper.plain):
        assert words.count("145 đơn vị khác: xem bảng tính kèm theo") == len(told)
        assert "… 135 đơn vị ở giữa …" in words
        assert names[-1] in words
