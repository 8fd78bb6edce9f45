"""Instants as the simulation counts them: whole seconds since the Unix epoch, in int64 arrays; and work clocks."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]

NEVER = 2**50
"""Later than any instant: what has not happened and will not."""
MINUTE, HOUR, DAY = 60, 3600, 86400


def seconds(instant: datetime) -> int:
    """Seconds since the epoch of an aware instant; a fraction is dropped.

    Raises:
        ValueError: the instant carries no offset.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} carries no offset from UTC")
    return int(instant.timestamp())


def moment(at: int) -> datetime:
    """The aware instant (UTC) of seconds since the epoch."""
    return datetime.fromtimestamp(int(at), UTC)


class WorkClock:
    """Counts work instead of time: how much is done by an instant, and when so much will be done.

    `rates` are hours of full work per hour, one for each hour from `start` on; all must be above 0, so that the clock
    can be read backwards. Instants before the first hour are read as the first.
    """

    def __init__(self, start: int, rates: NDArray[np.float64]) -> None:
        self._edges = start + HOUR * np.arange(len(rates) + 1, dtype=np.float64)
        self._done = np.concatenate(([0.0], np.cumsum(rates)))

    def done(self, at: Seconds | int) -> NDArray[np.float64]:
        """Work done by these instants, in hours of full work."""
        return np.interp(np.asarray(at, dtype=np.float64), self._edges, self._done)

    def when(self, work: NDArray[np.float64]) -> Seconds:
        """When so much work is done; NEVER where the clock ends before."""
        at = np.interp(work, self._done, self._edges)
        return np.where(work < self._done[-1], at.astype(np.int64), NEVER)

    def after(self, at: Seconds, work: NDArray[np.float64]) -> Seconds:
        """When so much more work is done, counted from `at`; at least a second later; NEVER stays NEVER."""
        later = np.maximum(self.when(self.done(at) + work), np.minimum(at + 1, NEVER))
        return np.where(at >= NEVER, NEVER, later)


def uniform(seed: int, keys: NDArray[np.int64], salt: int) -> NDArray[np.float64]:
    """Numbers in [0, 1) from seed, key and salt alone: what happens to one entry never moves another's luck.

    The mixer is SplitMix64 (Steele, Lea, Flood 2014).
    """
    mixed = (seed * 0x9E3779B97F4A7C15 + salt * 0xD1B54A32D192ED03) & 0xFFFFFFFFFFFFFFFF
    value = keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(mixed)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (value ^ (value >> np.uint64(31))).astype(np.float64) / 2.0**64
