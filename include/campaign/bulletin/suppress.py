"""Small counts left out of a table so that nobody can work them out from its sums.

Counts hang together in lines: a sum and the parts that add up to it. A count is part of at most one line and the sum of
at most one, so lines make a tree, on which the least and the most that a reader can conclude of each count are found by
narrowing every line in turn until nothing changes. A count that is left out and could be only one number is protected
by leaving out others too (secondary suppression), the smallest first.

A reader is taken to know how this works: that "fewer than so many" is at least 1, and that what is left out for the
sake of another is no small count itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Mark(Enum):
    """What is printed in place of a count that is left out."""

    SMALL = "small"
    """From 1 to less than the plan's smallest count."""
    WITHHELD = "withheld"
    """It, together with the sums, would give a small count away."""


@dataclass(frozen=True)
class Line:
    """Places of a sum and of the parts that add up to it; `public`: everybody knows the sum, whatever is printed."""

    total: int
    parts: tuple[int, ...]
    public: bool = False


def suppress(counts: Sequence[int | None], lines: Sequence[Line], least: int) -> tuple[int | Mark | None, ...]:
    """What may be printed of each count: itself, a mark, or None where there is no data.

    Nought is printed: that nothing is there says nothing of anybody. Where nothing else helps a whole line is withheld.

    Args:
        counts: the counts; None: no data, and part of no sum.
        lines: how they hang together; a line whose parts do not add up to its sum is none (a reader would be misled).
        least: the smallest count that may be told, 3 or more.

    Raises:
        ValueError: a count is part of two lines or the sum of two.
    """
    table = _Table(counts, lines, least)
    while (found := table.given_away()) is not None:
        table.protect(found)
    return tuple(table.shown)


class _Table:
    def __init__(self, counts: Sequence[int | None], lines: Sequence[Line], least: int) -> None:
        for places in ([line.total for line in lines], [part for line in lines for part in line.parts]):
            if len(set(places)) < len(places):
                raise ValueError("a count is part of two lines or the sum of two")
        self._counts = counts
        self._least = least
        self._lines = [known for line in lines if (known := self._known(line)) is not None]
        public = {line.total for line in self._lines if line.public}
        self.shown: list[int | Mark | None] = [
            Mark.SMALL if count is not None and 0 < count < least and place not in public else count
            for place, count in enumerate(counts)
        ]
        self._emptied: set[int] = set()
        """Withheld with its whole line: it may be anything."""

    def _known(self, line: Line) -> Line | None:
        parts = tuple(part for part in line.parts if self._counts[part] is not None)
        adds_up = sum(self._counts[part] or 0 for part in parts) == self._counts[line.total]
        return Line(line.total, parts, line.public) if parts and adds_up else None

    def given_away(self) -> int | None:
        """A count that is left out and can be only one number; None: there is none."""
        low, high = self._bounds()
        hidden = (place for place, shown in enumerate(self.shown) if isinstance(shown, Mark))
        return next((place for place in hidden if low[place] == high[place]), None)

    def _bounds(self) -> tuple[list[float], list[float]]:
        """The least and the most that a reader can conclude of each count."""
        first = [self._told(place) for place in range(len(self.shown))]
        low, high = [bounds[0] for bounds in first], [bounds[1] for bounds in first]
        before = None
        while before != (low, high):
            before = (low.copy(), high.copy())
            for line in self._lines:
                _narrow(line, low, high)
        return low, high

    def _told(self, place: int) -> tuple[float, float]:
        shown = self.shown[place]
        if shown is Mark.SMALL:
            return 1, self._least - 1
        if shown is Mark.WITHHELD:
            return 0 if place in self._emptied else self._least, math.inf
        return (shown, shown) if isinstance(shown, int) else (0, 0)

    def protect(self, place: int) -> None:
        """Leave out one count more next to a place, or, where there is none to choose, all of its lines."""
        around = [line for line in self._lines if place == line.total or place in line.parts]
        parts = {part for line in around for part in line.parts if part != place}
        totals = {line.total for line in around if line.total != place and not line.public}
        for candidates in (parts, totals):
            chosen = min(filter(self._can_go, candidates), key=lambda one: (self._counts[one], one), default=None)
            if chosen is not None:
                self.shown[chosen] = Mark.WITHHELD
                return
        for one in {place} | parts | totals:
            self.shown[one] = Mark.WITHHELD
            self._emptied.add(one)

    def _can_go(self, place: int) -> bool:
        shown = self.shown[place]
        return isinstance(shown, int) and shown >= self._least


def _narrow(line: Line, low: list[float], high: list[float]) -> None:
    """Bring the bounds of a line's sum and parts into agreement, in place."""
    least, most = sum(low[part] for part in line.parts), sum(high[part] for part in line.parts)
    low[line.total], high[line.total] = max(low[line.total], least), min(high[line.total], most)
    for part in line.parts:
        # Without an end the others' sum is summed anew: infinity less infinity is no number.
        others_low = least - low[part]
        others_high = sum(high[other] for other in line.parts if other != part)
        low[part] = max(low[part], low[line.total] - others_high)
        high[part] = min(high[part], high[line.total] - others_low)
        least = others_low + low[part]
