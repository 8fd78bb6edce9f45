"""Charts: what they show is said in words, nothing in a name is a command, and equal days make equal bytes."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from include.campaign.days import Close
from include.campaign.render.attachment import Picture
from include.campaign.render.charts import EmptyChart, Wording, charts
from include.campaign.render.charts.burnup import burn_up, small_burn_ups
from include.campaign.render.charts.canvas import SCALE, SMALL, WIDTH, Canvas, fitted, measured, plain
from include.campaign.render.charts.difficulties import difficulties
from include.campaign.render.charts.duplicates import burn_down
from include.campaign.render.charts.failures import failures
from include.campaign.render.charts.heat import heat_grid
from include.campaign.render.charts.palette import BANDS
from include.campaign.render.charts.ranking import ranking
from include.campaign.render.charts.reinforcement import reinforcement
from include.campaign.render.charts.stages import stage_funnel
from include.campaign.render.paper import terms
from include.campaign.report import AreaDay, ProvinceReport, RegistryDay, Total, write_letters
from include.campaign.report.burnup import BurnUp, Foretold, Standing
from include.campaign.report.difficulties import DifficultiesBlock, KindCount
from include.campaign.report.duplicates import DuplicateCounts, DuplicateLine, DuplicatesLeft
from include.campaign.report.funnel import StageSum
from include.campaign.report.models import FailureLine, Failures, Health, StateFigures
from include.campaign.report.reinforcement import Help, HelpMove
from tests.campaign.conftest import FrozenTables

WORDING = Wording.of("vi", terms("vi"))
START = datetime(2025, 3, 1, tzinfo=timezone(timedelta(hours=7)))
END, DUE = START + timedelta(days=20), START + timedelta(days=15)
ODD = (
    "<b>Lúa</b>",
    "$x_1$",
    "a_b^{c}",
    "{head}",
    "a\nb",
    "\\frac{1}{2}",
    "%s %d",
    "Ằ" * 60,
    "\u0000\u202e",
    "漢字",
    "",
)
CASES = st.none() | st.integers(0, 10**7)
NO_STATES = StateFigures(None, None, None, None, None)


def course(done: int = 1264, planned: int = 1500, quota: int = 3000, **of: Any) -> BurnUp:
    closes = tuple(
        Standing(START + timedelta(days=day - 1, hours=18), planned * day / 5, done * day / 5, 0) for day in range(1, 6)
    )
    fan = (Foretold(START + timedelta(days=7, hours=18), 1500.2, 1700, 1900.4),)
    return replace(BurnUp("09", "Tỉnh Thí Điểm", quota, closes, fan, START, DUE, END), **of)


def area(name: str = "Huyện Lúa", quota: int | None = 100, entered: int | None = 42, received: int | None = 12,
         code: str = "091") -> AreaDay:  # fmt: skip
    sums = (Total(value, int(value is not None), 1) for value in (entered, received, 5, 3))
    return AreaDay(code, name, quota, *sums, behind=1)


def registry(code: str, name: str, quota: int | None, entered: int | None, received: int | None = 0) -> RegistryDay:
    return RegistryDay(
        code=code, name=name, full_name=name, area_code="091", outcome="ok", read=entered is not None,
        state_read_at=None, received_from_last_mirror=False, quota=quota, entered=entered, received=received,
        entered_in_day=0, received_in_day=0, states=NO_STATES, lag=None, pace=None, need=None, last_known=None,
        unread_since=None, health=Health(),
    )  # fmt: skip


def help_for(name: str, giver: str = "Xã Cho") -> Help:
    move = HelpMove(giver, "092", (("police", 3),), neighbouring=True, giver_chance=1.0)
    return Help(name, name, "091", 0.12, 0.81, (move,))


def counted(name: str, remaining: int = 90, course_: tuple[DuplicatesLeft, ...] | None = None) -> DuplicateCounts:
    closes = tuple(DuplicatesLeft(START + timedelta(days=day), 100 - day * 5, day * 5) for day in range(3))
    line = DuplicateLine(name, 100, remaining, 3, 0, 10, 0, 0, 5, 0)
    return DuplicateCounts(closes if course_ is None else course_, line, (line,), 0, 0, 0, 5, 3, 0)


def failed(*lines: FailureLine, receivers: tuple[FailureLine, ...] = ()) -> Failures:
    none = Total(None, 0, 1)
    return Failures(lines, receivers, none, none, none, None, None, 0)


def reported(*counts: KindCount) -> DifficultiesBlock:
    return DifficultiesBlock(counts=counts, standing=(), new=(), overdue=(), cleared=(), requests=())


def every(name: str) -> dict[str, Callable[[], Picture]]:
    """Every chart of something that is called `name`."""
    line = FailureLine("rejected", "X", name, 5, 7)
    return {
        "burnup": lambda: burn_up(course(name=name), WORDING),
        "burnups": lambda: small_burn_ups([course(name=name, code=str(n)) for n in range(3)], WORDING),
        "ranking": lambda: ranking([area(name), area(name, None)], WORDING),
        "heat": lambda: heat_grid(
            [area(name)], [registry("1", name, 10, 4), registry("2", name, 10, None)], WORDING, received=False
        ),
        "stages": lambda: stage_funnel([StageSum("scanned", 5, 8, 10, 1, 1)], WORDING),
        "failures": lambda: failures(failed(line, receivers=(line,)), WORDING),
        "duplicates": lambda: burn_down(counted(name), WORDING),
        "reinforcement": lambda: reinforcement([help_for(name, name)], WORDING),
        "difficulties": lambda: difficulties(reported(KindCount(name, "line", 5, 1, 2, 0)), WORDING),
    }


KINDS = tuple(every("x"))


def pixels(picture: Picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.content)).convert("RGB")).astype(int)


def ink(picture: Picture) -> np.ndarray:
    """Where a picture is not its paper."""
    return (pixels(picture) != 255).any(axis=2)


class TestEveryChart:
    @pytest.mark.parametrize("kind", KINDS)
    def test_it_is_drawn_small_and_sharp(self, kind: str) -> None:
        picture = every("Xã Đường Phượng Hoàng")[kind]()
        height, width = ink(picture).shape
        assert (picture.width, width) == (WIDTH, WIDTH * SCALE)
        assert picture.cid == kind
        # More than the head and the legend: something lies in the middle too.
        assert ink(picture)[int(height * 0.35) : int(height * 0.8)].mean() > 0.01
        assert len(np.unique(pixels(picture).reshape(-1, 3), axis=0)) <= 64
        assert len(picture.content) < 40_000

    @pytest.mark.parametrize("kind", KINDS)
    def test_equal_charts_are_equal_bytes_without_a_trace_of_when(self, kind: str) -> None:
        draw = every("Huyện Đồng Lúa")[kind]
        assert draw() == draw()
        assert chunks(draw().content) == ["IHDR", "PLTE", "IDAT", "IEND"]

    def test_another_process_draws_the_same(self) -> None:
        said = "from tests.campaign.papers.test_charts import *; print(digest())"
        root = Path(__file__).parents[3]
        told = subprocess.run([sys.executable, "-c", said], cwd=root, capture_output=True, text=True, check=True)
        assert told.stdout.strip() == digest()

    @pytest.mark.parametrize("name", ODD)
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_name_is_text(self, kind: str, name: str) -> None:
        picture = every(name)[kind]()
        if kind not in ("stages", "duplicates", "heat"):  # these name no unit in words
            assert plain(name).casefold() in picture.alt.casefold()

    def test_no_letter_is_too_small_for_a_phone(self) -> None:
        shown_at = (360 - 28) / WIDTH
        assert SMALL * shown_at >= 9


def digest() -> str:
    return hashlib.sha256(b"".join(draw().content for draw in every("Huyện Lúa").values())).hexdigest()


def chunks(png: bytes) -> list[str]:
    found, at = [], 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        found.append(png[at + 4 : at + 8].decode())
        at += 12 + length
    return list(dict.fromkeys(found))


class TestCanvas:
    @pytest.mark.parametrize("words", ["$x_1^2$", "a $\\alpha$ b", "__init__", "50 % $ 60 %", "<b>Đ</b>"])
    def test_a_formula_is_written_out(self, words: str) -> None:
        canvas = Canvas(40)
        canvas.text(10, 20, words)
        columns = np.flatnonzero(ink(canvas.picture("x", "x")).any(axis=0)) / SCALE
        assert columns[-1] - columns[0] == pytest.approx(measured(words, 12), abs=4)

    @given(st.text(max_size=80), st.integers(10, 200))
    def test_what_is_cut_has_room(self, words: str, room: int) -> None:
        shown = fitted(plain(words), room, 12)
        assert measured(shown, 12) <= max(room, measured("…", 12))
        assert shown == plain(words) or shown.endswith("…")

    def test_letters_of_vietnamese_are_drawn(self) -> None:
        every_letter = "ĂÂĐÊÔƠƯăâđêôơư" + "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
        assert plain(every_letter) == every_letter
        assert plain("漢") == "\N{REPLACEMENT CHARACTER}"


class TestColours:
    def test_figures_in_cells_can_be_read(self) -> None:
        for fill, letters in BANDS.values():
            assert contrast(fill, letters) >= 4.5

    def test_bands_differ_without_colour(self) -> None:
        lights = [luminance(fill) for fill, _ in BANDS.values()]
        assert all(more - less > 0.05 for more, less in pairwise(lights))


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class TestBurnUp:
    def test_the_main_figures_are_told(self) -> None:
        alt = burn_up(course(), WORDING).alt
        assert "Đến 05/03 thiếu 236 trường hợp so với lộ trình." in alt
        assert "Đã nhập 1.264 (42,1 %)" in alt
        assert "Lộ trình đến nay 1.500 (50,0 %), cả đợt 3.000" in alt
        assert "Dự báo đến 08/03: 1.500 – 1.901 (khả năng 80 %)" in alt

    @pytest.mark.parametrize(("done", "said"), [(1600, "vượt lộ trình 100 trường hợp"), (1500, "đúng lộ trình")])
    def test_ahead_is_told_as_such(self, done: int, said: str) -> None:
        assert said in burn_up(course(done), WORDING).alt

    def test_what_was_not_read_is_told(self) -> None:
        (*before, last) = course().closes
        one = burn_up(course(closes=(*before, replace(last, carried=2))), WORDING)
        assert "Gồm số gần nhất của 2 đơn vị hôm nay chưa có số liệu." in one.alt

    def test_the_first_evening_has_a_point(self) -> None:
        first = course(closes=course().closes[:1], foretold=())
        shown = burn_up(first, WORDING)
        nothing = burn_up(replace(first, closes=(replace(first.closes[0], done=0.0),)), WORDING)
        assert (pixels(shown) != pixels(nothing)).any()
        assert "Dự báo" not in shown.alt

    def test_no_close_is_empty(self) -> None:
        with pytest.raises(EmptyChart):
            burn_up(course(closes=()), WORDING)
        with pytest.raises(EmptyChart):
            small_burn_ups([course(closes=())], WORDING)

    def test_the_farthest_behind_come_first(self) -> None:
        courses = [course(1500, code="1", name="Đúng"), course(100, code="2", name="Chậm")]
        assert "Chậm: thiếu 1.400 trường hợp; Đúng: đúng lộ trình" in small_burn_ups(courses, WORDING).alt

    @settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(1, 10**7), st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1))
    def test_any_course_stays_in_its_field(self, quota: int, found: list[tuple[int, int]]) -> None:
        closes = tuple(
            Standing(START + timedelta(days=day), planned, done, 0) for day, (planned, done) in enumerate(found[:21])
        )
        picture = burn_up(course(quota=quota, closes=closes), WORDING)
        edges = ink(picture)[:, [0, 1, -2, -1]]
        assert not edges.any(), "nothing reaches the edge of the sheet"


class TestHeat:
    def test_cells_are_counted_by_band(self) -> None:
        cells = [(100, 100), (100, 60), (100, 20), (100, 5), (100, 0), (100, None), (None, 7)]
        registries = [registry(str(n), f"Xã {n}", *cell) for n, cell in enumerate(cells)]
        alt = heat_grid([area()], registries, WORDING, received=False).alt
        assert "6 đơn vị có chỉ tiêu" in alt
        for said in ("Chưa có số liệu: 1", "Đạt 100 %: 1", "Từ 50 % đến dưới 100 %: 1", "Từ 10 % đến dưới 50 %: 1",
                     "Dưới 10 %: 1", "Chưa bắt đầu: 1"):  # fmt: skip
            assert said in alt

    def test_no_data_is_hatched_not_white(self) -> None:
        def cell(entered: int | None) -> np.ndarray:
            return pixels(heat_grid([area()], [registry("1", "Xã A", 10, entered)], WORDING, received=False))

        assert (cell(None) != cell(0)).any()

    def test_a_day_without_any_figure_is_drawn(self) -> None:
        """That all are silent is what the picture says."""
        picture = heat_grid([area()], [registry("1", "Xã A", 10, None, None)], WORDING, received=True)
        assert "Chưa có số liệu: 1" in picture.alt

    def test_nothing_to_reach_is_empty(self) -> None:
        with pytest.raises(EmptyChart):
            heat_grid([area(quota=0)], [registry("1", "Xã A", None, 4)], WORDING, received=False)

    def test_a_registry_of_no_known_area_has_a_cell(self) -> None:
        alt = heat_grid([area(code="099")], [registry("1", "Xã A", 10, 4)], WORDING, received=False).alt
        assert "1 đơn vị có chỉ tiêu" in alt

    def test_a_country_is_drawn_by_areas(self) -> None:
        many = [registry(str(n), f"Xã {n}", 10, 4) for n in range(10_000)]
        areas = [area(f"Huyện {n}", code=str(n)) for n in range(696)]
        picture = heat_grid(areas, many, WORDING, received=False)
        assert ink(picture).shape[0] < 5000


class TestOthers:
    def test_a_ranking_names_both_shares_in_order(self) -> None:
        alt = ranking([area("Huyện Lúa"), area("Huyện Xa", 100, 3, 1)], WORDING).alt
        assert "1. Huyện Lúa: nhận 12,0 % · nhập 42,0 %; 2. Huyện Xa: nhận 1,0 % · nhập 3,0 %" in alt

    @settings(deadline=None, max_examples=25)
    @given(
        st.lists(st.tuples(st.text(max_size=30), *(st.none() | st.integers(0, 10**7) for _ in range(3))), min_size=1)
    )
    def test_any_areas_are_ranked(self, found: list[tuple[str, int | None, int | None, int | None]]) -> None:
        ranking([area(*one) for one in found], WORDING)

    def test_ten_thousand_names_make_a_short_picture(self) -> None:
        names = [f"Xã {n}" for n in range(10_000)]
        pictures = [
            ranking([area(name) for name in names], WORDING),
            small_burn_ups([course(name=name, code=name) for name in names], WORDING),
            reinforcement([help_for(name) for name in names], WORDING),
            failures(failed(*(FailureLine("rejected", name, name, 5, 0) for name in names)), WORDING),
            difficulties(reported(*(KindCount(name, "unit", 5, 1, 2, 0) for name in names)), WORDING),
        ]
        assert all(ink(picture).shape[0] < 2500 for picture in pictures)
        assert "10000. Xã 9999: nhận 12,0 %" in pictures[0].alt
        assert "Xã 5000" not in pictures[0].alt
        assert "Đề xuất thêm 30.000 người cho 10.000 đơn vị." in pictures[2].alt

    def test_stages_tell_books_and_cases(self) -> None:
        sums = [StageSum("scanned", 5, 8, 10, 1, 1), StageSum("entered", 42, None, 100, 1, 1),
                StageSum("received", None, None, None, 0, 1)]  # fmt: skip
        alt = stage_funnel(sums, WORDING).alt
        assert "Quét: 5/10 sổ (50,0 %); Nhập: 42/100 trường hợp (42,0 %)" in alt
        assert "Được Bộ Tư pháp tiếp nhận: chưa có số liệu" in alt

    def test_failures_tell_what_is_the_units_and_what_is_not(self) -> None:
        found = failed(FailureLine("rejected", "BAD_DATE", "ngày tháng không hợp lệ", 6, 0),
                       FailureLine("rejected", "", None, 0, 2100),
                       receivers=(FailureLine("failed", "REMOTE_TIMEOUT", None, 4, 0),))  # fmt: skip
        alt = failures(found, WORDING).alt
        assert "Đợt này: 10 trường hợp. Giai đoạn trước: 2.100" in alt
        assert "Ngày tháng không hợp lệ: 6; Không có mã lỗi: 0 · giai đoạn trước 2.100; Mã REMOTE_TIMEOUT: 4" in alt

    def test_the_burn_down_tells_the_pace(self) -> None:
        alt = burn_down(counted("Tỉnh"), WORDING).alt
        assert "Còn phải quyết định 90. Đã quyết định 10. Nhịp 3 lần chốt gần nhất là 5 mỗi lần" in alt
        assert "Không còn hồ sơ nào" in burn_down(counted("Tỉnh", remaining=0), WORDING).alt

    @pytest.mark.parametrize(
        "draw",
        [
            lambda: ranking([], WORDING),
            lambda: stage_funnel([], WORDING),
            lambda: failures(failed(), WORDING),
            lambda: burn_down(counted("x", course_=()), WORDING),
            lambda: reinforcement([], WORDING),
            lambda: difficulties(reported(KindCount("x", "unit", 0, 0, 0, 4)), WORDING),
        ],
    )
    def test_nothing_is_empty_never_blank(self, draw: Callable[[], Picture]) -> None:
        with pytest.raises(EmptyChart):
            draw()


class TestGoldenDay:
    """Figures of the hand-made day, as its pictures tell them."""

    @pytest.fixture
    def pictures(self, frozen: FrozenTables, golden_day: Close) -> dict[str, Picture]:
        for code, entered in (("09101", 400), ("09102", 564), ("09203", 10)):
            frozen.insert("pace.standing", close_key=golden_day.key, registry_code=code, stage="entered",
                          planned=200, done=entered)  # fmt: skip
        frozen.insert("pace.interval", close_key=golden_day.key, for_key="2025-03-08", ahead=3, unit_code="09",
                      scope="province", low=1000, middle=1100, high=1200)  # fmt: skip
        letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, golden_day)
        assert isinstance(letters[0].blocks[0], ProvinceReport)
        found = [picture for letter in letters for picture in charts(letter.blocks, WORDING)]
        return {picture.cid: picture for picture in found}

    @pytest.mark.parametrize(
        ("cid", "said"),
        [
            ("burnup", "Tỉnh Thí Điểm: đã nhập so với lộ trình. Đến 05/03 vượt lộ trình 374 trường hợp."),
            ("burnup", "Dự báo đến 08/03: 1.000 – 1.200"),
            ("burnup-091", "Đã nhập 964"),
            (
                "ranking",
                "1. Thành phố Sông Mơ: nhận 52,8 % · nhập 63,5 %; 2. Huyện Đồng Lúa: nhận 16,7 %",
            ),
            ("heat", "Chưa có số liệu: 1; Đạt 100 %: 1"),
            ("stages", "Nhập: 974/"),
            ("failures", "Đợt này: 13 trường hợp. Giai đoạn trước: 2.100"),
        ],
    )
    def test_a_figure(self, pictures: dict[str, Picture], cid: str, said: str) -> None:
        assert said in pictures[cid].alt

    def test_each_district_has_its_own(self, pictures: dict[str, Picture]) -> None:
        assert {cid for cid in pictures if cid.startswith("burnup-")} == {"burnup-091", "burnup-092"}
