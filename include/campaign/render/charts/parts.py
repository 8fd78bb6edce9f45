"""What several charts share: their heads, legends and ways to say a share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from include.campaign.render.charts.canvas import SMALL, TEXT, WIDTH, Canvas, measured, plain
from include.campaign.render.charts.palette import FAINT, INK, NO_DATA_HATCH, QUIET
from include.campaign.render.formats import WRITINGS, Writing

Terms = Mapping[str, Mapping[str, str]]
"""Words of a language (terms.yaml), by section and name."""


@dataclass(frozen=True)
class Wording(Writing):
    """A reader's language: how it writes numbers and days, and its words."""

    terms: Terms

    @classmethod
    def of(cls, language: str, terms: Terms) -> Self:
        """The wording of a language with its terms."""
        return cls(**vars(WRITINGS[language]), terms=terms)


TITLE = 14.0
LINE = 17.0
"""Height of a line of text."""

EDGE = 4.0
"""Left free at both sides, so that no letter touches the edge."""


class Head:
    """Title and the sentence under it; its height is known before the sheet is cut."""

    def __init__(self, title: str, said: str) -> None:
        self._title = list(wrapped(title, WIDTH - 2 * EDGE, TITLE, bold=True))
        self._said = list(wrapped(said, WIDTH - 2 * EDGE, TEXT)) if said else []
        self.height = 6 + 19 * len(self._title) + LINE * len(self._said) + 8

    def draw(self, canvas: Canvas) -> None:
        """Write it at the top of a sheet."""
        y = 6 + 9.0
        for line in self._title:
            canvas.text(EDGE, y, line, size=TITLE, bold=True)
            y += 19
        for line in self._said:
            canvas.text(EDGE, y, line, colour=QUIET)
            y += LINE


def wrapped(words: str, room: float, size: float, *, bold: bool = False) -> Iterator[str]:
    """Words on lines that need at most `room` pixels; a single longer word has a line of its own."""
    line = ""
    for word in plain(words).split():
        longer = f"{line} {word}" if line else word
        if line and measured(longer, size, bold=bold) > room:
            yield line
            longer = word
        line = longer
    yield line


def named(wording: Wording, name: str, /, **values: object) -> str:
    """A sentence of the charts with its values in place."""
    return wording.terms["charts"][name].format(**values)


def no_data(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """The mark of what is not known: hatched, and never a colour of the scale."""
    canvas.box(x, y, width, height, fill="#ffffff", edge=FAINT, hatch=NO_DATA_HATCH, hatch_colour="#aab4bf")


def share(done: float | None, whole: float | None) -> float:
    """Done of a whole, 0 to 1, for lengths."""
    return 0.0 if not done or not whole else min(max(done / whole, 0.0), 1.0)


def points(done: int | None, whole: int | None, writing: Writing) -> str:
    """A share for a narrow cell: whole percents rounded down, "<1 %" for a start."""
    if done is None or not whole:
        return "–"
    if 0 < done * 100 < whole:
        return f"<1{writing.per_cent}"
    return f"{done * 100 // whole}{writing.per_cent}"


def two_columns(canvas: Canvas, y: float, left: str, right: str, *, bold: bool = True) -> None:
    """A row's words: its name, cut where it meets the value, which is whole."""
    value = plain(right)
    room = canvas.width - 2 * EDGE - measured(value, SMALL) - 8
    canvas.text(EDGE, y, left, bold=bold, room=max(room, 40))
    canvas.text(canvas.width - EDGE, y, value, size=SMALL, colour=INK, align="right")


def most(items: Sequence[object], head: int, tail: int) -> tuple[int, int]:
    """How many to show of a ranking from its head and from its tail; all where there are few."""
    return (len(items), 0) if len(items) <= head + tail else (head, tail)
