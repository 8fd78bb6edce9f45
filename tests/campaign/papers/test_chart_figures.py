"""What charts show is said in words, and no figure throws one off its sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from include.campaign.days import Close
from include.campaign.render.attachment import Picture
from include.campaign.render.charts import EmptyChart, canvas, charts
from include.campaign.render.charts.burnup import burn_up, small_burn_ups
from include.campaign.render.charts.difficulties import difficulties
from include.campaign.render.charts.duplicates import burn_down
from include.campaign.render.charts.failures import failures
from include.campaign.render.charts.heat import heat_grid
from include.campaign.render.charts.ranking import ranking
from include.campaign.render.charts.reinforcement import reinforcement
from include.campaign.render.charts.stages import stage_funnel
from include.campaign.report import ProvinceReport, write_letters
from include.campaign.report.burnup import Standing
from include.campaign.report.difficulties import KindCount
from include.campaign.report.funnel import StageSum
from include.campaign.report.models import FailureLine
from tests.campaign.conftest import FrozenTables
from tests.campaign.papers.charts_made import (
    START,
    WORDING,
    area,
    counted,
    course,
    failed,
    help_for,
    ink,
    pixels,
    registry,
    reported,
)


@pytest.fixture(scope="module")
def coarse() -> Iterator[None]:
    """Sheets of a quarter of the dots each way: all is laid out and drawn as ever, in a sixteenth of the time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(canvas, "SCALE", canvas.SCALE / 4)
        yield


@pytest.fixture(scope="module")
def plain_dots() -> Iterator[None]:
    """Sheets with a dot for each CSS pixel."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(canvas, "SCALE", 1)
        yield


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
    @given(
        st.integers(1, 10**7),
        st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1, max_size=21),
    )
    @example(10**7, [(10**7, 0)] * 21)
    def test_any_course_stays_in_its_field(self, plain_dots: None, quota: int, found: list[tuple[int, int]]) -> None:
        closes = tuple(
            Standing(START + timedelta(days=day), planned, done, 0) for day, (planned, done) in enumerate(found)
        )
        picture = burn_up(course(quota=quota, closes=closes), WORDING)
        edges = ink(picture)[:, [0, -1]]
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

    def test_a_country_is_drawn_by_areas(self, coarse: None) -> None:
        many = [registry(str(n), f"Xã {n}", 10, 4) for n in range(10_000)]
        areas = [area(f"Huyện {n}", code=str(n)) for n in range(696)]
        picture = heat_grid(areas, many, WORDING, received=False)
        assert ink(picture).shape[0] < 5000 / 4


class TestOthers:
    def test_a_ranking_names_both_shares_in_order(self) -> None:
        alt = ranking([area("Huyện Lúa"), area("Huyện Xa", 100, 3, 1)], WORDING).alt
        assert "1. Huyện Lúa: nhận 12,0 % · nhập 42,0 %; 2. Huyện Xa: nhận 1,0 % · nhập 3,0 %" in alt

    @settings(deadline=None, max_examples=25)
    @given(
        st.lists(
            st.tuples(st.text(max_size=30), *(st.none() | st.integers(0, 10**7) for _ in range(3))),
            min_size=1,
            max_size=4,
        )
    )
    @example([("Huyện $x_1$", 100, None, 10**7), ("", 0, 0, None), ("<b>", None, 5, 5)] * 10)
    def test_any_areas_are_ranked(
        self, coarse: None, found: list[tuple[str, int | None, int | None, int | None]]
    ) -> None:
        ranking([area(*one) for one in found], WORDING)

    def test_ten_thousand_names_make_a_short_picture(self, coarse: None) -> None:
        names = [f"Xã {n}" for n in range(10_000)]
        pictures = [
            ranking([area(name) for name in names], WORDING),
            small_burn_ups([course(name=name, code=name) for name in names], WORDING),
            reinforcement([help_for(name) for name in names], WORDING),
            failures(failed(*(FailureLine("rejected", name, name, 5, 0) for name in names)), WORDING),
            difficulties(reported(*(KindCount(name, "unit", 5, 1, 2, 0) for name in names)), WORDING),
        ]
        assert all(ink(picture).shape[0] < 2500 / 4 for picture in pictures)
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
    def pictures(self, coarse: None, frozen: FrozenTables, golden_day: Close) -> dict[str, Picture]:
        for code, entered in (("09101", 400), ("09102", 564), ("09203", 10)):
            frozen.insert("pace.standing", close_key=golden_day.key, registry_code=code, stage="entered",
                          planned=200, done=entered)  # fmt: skip
        frozen.insert("pace.interval", close_key=golden_day.key, for_key="2025-03-08", ahead=3, unit_code="09",
                      scope="province", low=1000, middle=1100, high=1200)  # fmt: skip
        letters = write_letters(frozen.conn, frozen.plan, frozen.calendar, golden_day)
        assert isinstance(letters[0].blocks[0], ProvinceReport)
        found = [picture for letter in letters for picture in charts(letter.blocks, WORDING)]
        return {picture.cid: picture for picture in found}

    def test_each_tells_its_figures(self, pictures: dict[str, Picture]) -> None:
        for cid, said in (
            ("burnup", "Tỉnh Thí Điểm: đã nhập so với lộ trình. Đến 05/03 vượt lộ trình 374 trường hợp."),
            ("burnup", "Dự báo đến 08/03: 1.000 – 1.200"),
            ("burnup-091", "Đã nhập 964"),
            ("ranking", "1. Thành phố Sông Mơ: nhận 52,8 % · nhập 63,5 %; 2. Huyện Đồng Lúa: nhận 16,7 %"),
            ("heat", "Chưa có số liệu: 1; Đạt 100 %: 1"),
            ("stages", "Nhập: 974/"),
            ("failures", "Đợt này: 13 trường hợp. Giai đoạn trước: 2.100"),
        ):
            assert said in pictures[cid].alt
        # Each district has its own.
        assert {cid for cid in pictures if cid.startswith("burnup-")} == {"burnup-091", "burnup-092"}
