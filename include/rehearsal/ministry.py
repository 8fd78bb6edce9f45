"""The Ministry's software as senders meet it: up, slow, throttling or down, the same for the whole province."""

from __future__ import annotations

from copy import copy

import numpy as np
from numpy.typing import NDArray

from include.rehearsal.instants import DAY, HOUR, MINUTE, NEVER, Seconds

UP, SLOW, THROTTLING, DOWN = range(4)
_CELL = 10 * MINUTE


class Ministry:
    """Its condition in every ten minutes of the campaign, drawn from the seed.

    "Known to be slow or down for hours, night loads spike" (campaign brief): down three to five hours on the second
    day, so that a short rehearsal meets it too; two long nights; shorter outages at random; evenings throttled; slow
    after each outage.
    """

    def __init__(self, seed: int, start: int, end: int) -> None:
        rng = np.random.default_rng([seed, 0x4D01])
        self._start = start
        days = (end - start) // DAY
        cells = np.full((end - start) // _CELL + 1, UP, dtype=np.int8)
        for day in range(days):
            if rng.random() < 0.55:
                _paint(cells, day * DAY + 19.5 * HOUR, rng.uniform(2, 4) * HOUR, THROTTLING)
            if rng.random() < 0.35:
                _paint(cells, day * DAY + rng.uniform(8, 16) * HOUR, rng.uniform(0.5, 3) * HOUR, SLOW)
        outages = [(1, rng.uniform(13, 15), rng.uniform(3, 5))]
        long_days = rng.permutation(np.arange(4, max(days - 8, 6)))[:2]
        outages += [(int(day), rng.uniform(18, 22), rng.uniform(8, 13)) for day in long_days]
        outages += [(day, rng.uniform(7, 21), rng.uniform(1, 5)) for day in range(2, days) if rng.random() < 0.22]
        for day, hour, length in outages:
            _paint(cells, day * DAY + (hour + length) * HOUR, 2 * HOUR, SLOW)
        for day, hour, length in outages:
            _paint(cells, day * DAY + hour * HOUR, length * HOUR, DOWN)
        cells[-1] = UP
        self._cells = cells
        self._up_again = _next_not_down(cells)

    def condition(self, at: Seconds) -> NDArray[np.int8]:
        """UP, SLOW, THROTTLING or DOWN at these instants; UP before and after the campaign."""
        return self._cells[self._index(at)]

    def up_again(self, at: Seconds) -> Seconds:
        """The first instant from `at` on at which it is not down."""
        index = self._index(at)
        later = self._start + self._up_again[index] * _CELL
        return np.where(self._cells[index] == DOWN, later, at)

    def outages(self) -> list[tuple[int, int]]:
        """(from, until before) of every time in which it is down."""
        down = np.concatenate(([False], self._cells == DOWN, [False])).astype(np.int8)
        edges = self._start + np.flatnonzero(np.diff(down)) * _CELL
        return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]

    def without_outages(self) -> Ministry:
        """The same Ministry in a world in which it is never down: slow and throttling at the same times."""
        other = copy(self)
        other._cells = np.where(self._cells == DOWN, UP, self._cells).astype(np.int8)
        other._up_again = _next_not_down(other._cells)
        return other

    def _index(self, at: Seconds) -> NDArray[np.int64]:
        index = (np.minimum(at, NEVER) - self._start) // _CELL
        last = len(self._cells) - 1
        return np.where(index < 0, last, np.minimum(index, last))


def _paint(cells: NDArray[np.int8], offset: float, length: float, condition: int) -> None:
    cells[int(offset // _CELL) : int((offset + length) // _CELL)] = condition


def _next_not_down(cells: NDArray[np.int8]) -> NDArray[np.int64]:
    index = np.where(cells == DOWN, len(cells) - 1, np.arange(len(cells)))
    return np.minimum.accumulate(index[::-1])[::-1].astype(np.int64)
