"""Once entering should be over, units are ranked by what comes after it; unfinished entry stays listed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from include.campaign.pace.fairness import ranking
from include.campaign.pace.season import Floats

if TYPE_CHECKING:
    from include.campaign.report.models import RegistryDay


@dataclass(frozen=True)
class Rank:
    """A registry's place, 1 the best; equal ones have the same.

    Attributes:
        reviewed, received: cases, of `quota`.
        open_defects: entries with any.
        refused: of `answered` cases, for what the unit can correct.
    """

    place: int
    code: str
    name: str
    quota: int
    reviewed: int | None
    open_defects: int | None
    refused: int | None
    answered: int | None
    received: int | None


@dataclass(frozen=True)
class Unfinished:
    """A registry that should have entered everything and has not; remaining: cases that its books still hold."""

    name: str
    remaining: int


def ranks(registries: Sequence[RegistryDay]) -> tuple[Rank, ...]:
    """Registries with a quota of their own, best first (docs/figures.md, "Pace"); those apart have no place."""
    own = [(one, one.pace) for one in registries if one.pace is not None and not one.pace.apart]
    found = ranking(
        [one.code for one, _ in own],
        _array([pace.reviewed for _, pace in own]),
        _array([pace.open_defects for _, pace in own]),
        _array([pace.refused for _, pace in own]),
        _array([pace.answered for _, pace in own]),
        _array([one.received for one, _ in own]),
        _array([one.quota for one, _ in own]),
    )
    lines = [
        Rank(
            place=int(place),
            code=one.code,
            name=one.full_name,
            quota=one.quota,
            reviewed=pace.reviewed,
            open_defects=pace.open_defects,
            refused=pace.refused,
            answered=pace.answered,
            received=one.received,
        )
        for (one, pace), place in zip(own, found.place, strict=True)
        if place and one.quota
    ]
    return tuple(sorted(lines, key=lambda line: (line.place, line.code)))


def unfinished(registries: Sequence[RegistryDay]) -> tuple[Unfinished, ...]:
    """Registries whose entry is not finished, most left first."""
    left = [
        Unfinished(one.full_name, one.pace.entry.remaining)
        for one in registries
        if one.pace is not None and one.pace.entry is not None and not one.pace.entry.finished
    ]
    return tuple(sorted(left, key=lambda one: (-one.remaining, one.name)))


def _array(values: Sequence[int | None]) -> Floats:
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)
