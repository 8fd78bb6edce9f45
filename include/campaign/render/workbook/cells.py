"""What stands in cells of the workbook: a value in the form that Excel reckons with, or words where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from include.campaign.render import formats
from include.campaign.render.figures import NOT_GIVEN
from include.campaign.report.figures import NamedFigure


@dataclass(frozen=True)
class Share:
    """A part of a whole, told in tenths of a percent, rounded down, as in all papers."""

    done: int | None
    of: int | None

    @property
    def value(self) -> float | str:
        """0.421; words where it cannot be a number: `formats.percent` says which."""
        words = formats.percent(self.done, self.of)
        if self.done is None or not self.of or words.startswith("dưới"):
            return words
        return self.done * 1000 // self.of / 1000


@dataclass(frozen=True)
class Chance:
    """A chance in percent, rounded down; nothing that is simulated is certain."""

    chance: float | None

    @property
    def value(self) -> float | str:
        """0.35; "dưới 1 %", "trên 99 %"."""
        words = formats.chance(self.chance)
        whole = words.removesuffix(" %")
        return int(whole) / 100 if whole.isdecimal() else words


Cell = int | float | str | date | datetime | Share | Chance | None
Row = dict[str, Cell]


def figure_cell(figure: NamedFigure) -> Cell:
    """A named figure."""
    if figure.name.endswith("_share"):
        return Share(figure.value, figure.of)
    if figure.name == "quota" and figure.value is None:
        return NOT_GIVEN
    return figure.value
