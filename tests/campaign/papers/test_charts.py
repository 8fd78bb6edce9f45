"""Charts: nothing in a name is a command, equal days make equal bytes, and colour alone says nothing."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.render.charts.canvas import SCALE, SMALL, WIDTH, Canvas, fitted, measured, plain
from include.campaign.render.charts.palette import BANDS
from tests.campaign.papers.charts_made import KINDS, digest, every, ink, pixels

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
        said = "from tests.campaign.papers.charts_made import digest; print(digest())"
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
