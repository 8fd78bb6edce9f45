"""A sheet that charts are drawn on, in CSS pixels from the upper left corner, and the PNG that it becomes.

Everything is drawn by hand, not by a plotting library's habits: a chart has to be read on a phone, next to words of the
same size. Text is text: nothing in a name is taken for a formula, a new line or a command.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from PIL import Image

from include.campaign.render.attachment import Picture
from include.campaign.render.charts.palette import INK, PAPER

WIDTH = 400
"""CSS pixels: on a phone of 360 it is shown at four fifths, and 12 px still reads."""

SCALE = 2
"""Pixels of the PNG to a CSS pixel, for phones and print."""

COLOURS = 64
"""Of the PNG: enough for soft edges, and a quarter of the bytes."""

TEXT = 12.0
SMALL = 11.0
"""Sizes of letters in CSS pixels; nothing is smaller."""

_POINTS = 72.0
_MISSING = "\N{REPLACEMENT CHARACTER}"

Point = tuple[float, float]
Align = Literal["left", "center", "right"]


class EmptyChart(Exception):
    """There is nothing to draw where a chart was due: its paper is held."""


class Canvas:
    """One chart under way. Places and sizes are CSS pixels; y grows downwards."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        self.width, self.height = float(width), float(round(height))
        # At 72 dots an inch a point is a pixel; the scale makes the dots finer.
        self._figure = Figure(figsize=(self.width / _POINTS, self.height / _POINTS), dpi=_POINTS * SCALE)
        self._figure.patch.set_facecolor(PAPER)
        self._canvas = FigureCanvasAgg(self._figure)
        axes = self._figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, self.width)
        axes.set_ylim(self.height, 0)
        self._axes = axes

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = TEXT,
        bold: bool = False,
        colour: str = INK,
        align: Align = "left",
        room: float | None = None,
    ) -> None:
        """Words whose middle is at height y; cut with "…" where they need more than `room` pixels."""
        shown = plain(words)
        if room is not None:
            shown = fitted(shown, room, size, bold=bold)
        self._axes.add_artist(
            Text(
                x,
                y,
                shown,
                color=colour,
                fontproperties=_font(size, bold),
                horizontalalignment=align,
                verticalalignment="center_baseline",
                parse_math=False,
                clip_on=False,
            )
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str | None = None,
        edge: str | None = None,
        hatch: str = "",
        hatch_colour: str | None = None,
        line: float = 1.0,
    ) -> None:
        """A rectangle; `hatch` in `hatch_colour` tells it apart without colour."""
        fill = fill or "none"
        if hatch:
            # The hatch is drawn in the colour of an edge of its own; the box's edge comes over it.
            marks = Rectangle((x, y), width, height, linewidth=0, hatch=hatch)
            marks.set_facecolor(fill)
            marks.set_edgecolor(hatch_colour or INK)
            self._axes.add_patch(marks)
            fill = "none"
        self._axes.add_patch(
            Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge or "none", linewidth=line if edge else 0)
        )

    def area(self, points: Sequence[Point], *, fill: str, hatch: str = "", hatch_colour: str = INK) -> None:
        """A filled shape."""
        self._axes.add_patch(
            Polygon(list(points), closed=True, facecolor=fill, edgecolor=hatch_colour, hatch=hatch, linewidth=0)
        )

    def line(
        self,
        points: Sequence[Point],
        *,
        colour: str = INK,
        width: float = 1.0,
        dashes: tuple[float, ...] | None = None,
        marker: str = "",
        marker_size: float = 5.0,
        hollow: bool = False,
    ) -> None:
        """A line through points; `dashes` and `marker` tell it apart without colour."""
        drawn = Line2D(
            [x for x, _ in points],
            [y for _, y in points],
            color=colour,
            linewidth=width,
            marker=marker,
            markersize=marker_size,
            markerfacecolor=PAPER if hollow else colour,
            markeredgewidth=1.4,
            solid_capstyle="butt",
            solid_joinstyle="round",
            clip_on=False,
        )
        if dashes:
            drawn.set_dashes(dashes)
        self._axes.add_line(drawn)

    def picture(self, cid: str, alt: str) -> Picture:
        """The chart as a PNG of few colours; equal charts make equal bytes."""
        with mpl.rc_context({"hatch.linewidth": 0.7}):
            self._canvas.draw()
        width, height = self._canvas.get_width_height()
        image = Image.frombuffer("RGBA", (width, height), bytes(self._canvas.buffer_rgba()), "raw", "RGBA", 0, 1)
        few = image.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        out = io.BytesIO()
        few.save(out, "PNG", compress_level=6)  # as small as `optimize` within 3 %, in a seventh of the time
        return Picture(cid, out.getvalue(), plain(alt), round(self.width))


def plain(words: str) -> str:
    """Text as it can be drawn: on one line, and a mark for what the font has no letter for."""
    letters = _letters()
    return "".join(letter if ord(letter) in letters else _MISSING for letter in " ".join(words.split()))


def fitted(words: str, room: float, size: float, *, bold: bool = False) -> str:
    """Words that need at most `room` pixels: cut, with "…" at their end."""
    if measured(words, size, bold=bold) <= room:
        return words
    low, high = 0, len(words)
    while low < high:  # the longest beginning that has room
        middle = (low + high + 1) // 2
        if measured(words[:middle].rstrip() + "…", size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    return words[:low].rstrip() + "…" if low else "…"


def measured(words: str, size: float, *, bold: bool = False) -> float:
    """Width of words in pixels."""
    widths = _widths(bold)
    return sum(widths[letter] if letter in widths else _learn(widths, letter, bold) for letter in words) * size


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(fname=_file(bold), size=size)


@cache
def _file(bold: bool) -> Path:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / name


@cache
def _face(bold: bool) -> FT2Font:
    face = FT2Font(str(_file(bold)))
    face.set_size(100, 72)
    return face


@cache
def _letters() -> frozenset[int]:
    """What both faces have: the bold one has fewer."""
    return frozenset(_face(False).get_charmap()) & frozenset(_face(True).get_charmap())


@cache
def _widths(bold: bool) -> dict[str, float]:
    """Width of each letter at size 1, learnt as they are met."""
    return {}


def _learn(widths: dict[str, float], letter: str, bold: bool) -> float:
    glyph = _face(bold).load_char(ord(letter))
    widths[letter] = glyph.linearHoriAdvance / 65536 / 100
    return widths[letter]
