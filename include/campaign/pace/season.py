"""What pace is judged on: every registry's figures at all closes up to the one judged, as arrays.

Axis 0 is the registry, axis 1 the close, oldest first; the last column is the close that is judged. NaN is "no data",
never zero. Figures are those of closed days (`closing.progress`, `closing.figure`, `closing.class_count`), so judging a
past day again sees what was known of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from include.campaign.plan.fields import Stage

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

BOOK_STAGES: tuple[Stage, ...] = ("collected", "classified", "scanned")
CASE_STAGES: tuple[Stage, ...] = ("entered", "attached", "reviewed", "received")
STAGES: tuple[Stage, ...] = (*BOOK_STAGES, *CASE_STAGES)
TO_CORRECT = 2
"""Closes that a unit has to correct what was refused before it counts as its delay."""


@dataclass(frozen=True)
class Units:
    """The registries judged, in the plan's order.

    Attributes:
        codes: GSO codes.
        area: place in `area_codes` of the unit just below the province that each is counted in.
        area_codes: GSO codes of these units.
        quota: cases under the baseline in force; NaN: none given.
        own_quota: a quota was given to this very unit; False: computed from another's ("tạm tính") or none.
        books: register books that the baseline counts, as the registry shows them.
        holdings: cases that these books hold by their closing totals, books never closed estimated; NaN: not known.
    """

    codes: tuple[str, ...]
    area: Places
    area_codes: tuple[str, ...]
    quota: Floats
    own_quota: Flags
    books: Floats
    holdings: Floats

    @property
    def work(self) -> Floats:
        """Cases that there are to do: the quota, or what the books hold where that is less. NaN: no quota."""
        return np.fmin(self.quota, np.where(np.isnan(self.quota), np.nan, self.holdings))


@dataclass(frozen=True)
class Season:
    """All closes of the campaign up to the one judged.

    Attributes:
        units: the registries.
        keys: close keys, oldest first.
        instants: their `as_of`, aware.
        start: the campaign's first instant.
        done: per stage, books or cases done by each close since the beginning (cumulative), (registries, closes).
        under_way: cases that the unit has handed over and that wait for others: queued, sent, failed, accepted without
            a receipt, refused for what it cannot correct (the desk looks at them). Never a unit's delay.
        refused: cases that stand rejected for something that the unit can correct, and
        answered: cases that the Ministry has answered so far, received ones included.
        over_reported: days in a row that the registry's report said more than was measured, this close's included.
        people: people present, by the registry's own report of the day.
        opening: per stage, what was done before the campaign's first instant; a stage that is left out opened with
            nothing (cases), or with what its first close shows (books).
        dropped: cases that the close before had counted as entered, attached, reviewed or received and that were gone
            at this one (the most of any stage); None: read off `done`, where restated figures hide it.
    """

    units: Units
    keys: tuple[str, ...]
    instants: tuple[datetime, ...]
    start: datetime
    done: Mapping[Stage, Floats]
    under_way: Floats
    refused: Floats
    answered: Floats
    over_reported: Floats
    people: Floats
    opening: Mapping[Stage, Floats] = field(default_factory=dict)
    dropped: Floats | None = None

    @property
    def handed(self) -> Floats:
        """Cases that the unit has done its part of: received, or under way to be.

        What was refused in the last `TO_CORRECT` closes it has had no time to correct: that is no delay of its own yet,
        least of all where answers came late and all at once.
        """
        known = np.nan_to_num(newest_known(self.refused))
        before = np.pad(known, ((0, 0), (TO_CORRECT, 0)))[:, :-TO_CORRECT]
        lately = np.maximum(self.refused - before, 0.0)
        return self.done["received"] + self.under_way + lately

    @property
    def as_of(self) -> datetime:
        """Instant of the close that is judged."""
        return self.instants[-1]

    def until(self, closes: int) -> Season:
        """The season as it stood at the close of that number, counted from 1."""
        kept = slice(0, closes)
        return Season(
            units=self.units,
            keys=self.keys[kept],
            instants=self.instants[kept],
            start=self.start,
            done={stage: figures[:, kept] for stage, figures in self.done.items()},
            under_way=self.under_way[:, kept],
            refused=self.refused[:, kept],
            answered=self.answered[:, kept],
            over_reported=self.over_reported[:, kept],
            people=self.people[:, kept],
            opening=self.opening,
            dropped=None if self.dropped is None else self.dropped[:, kept],
        )


def newest_known(figures: Floats) -> Floats:
    """Each figure, or where it is not known the newest known one before it; NaN: there is none."""
    known = np.isfinite(figures)
    place = np.maximum.accumulate(np.where(known, np.arange(figures.shape[1]), 0), axis=1)
    return figures[np.arange(len(figures))[:, None], place]
