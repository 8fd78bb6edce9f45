"""Did it help: a unit's pace before and after, beside units in a like position to which nothing was done.

Units are helped, or written to, because they were slow, and who was slow by chance is faster afterwards whatever is
done. So each is held against those that were about as slow on the same days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from include.campaign.cure.worth import median_known
from include.campaign.pace.season import Flags, Floats, Places
from include.campaign.plan.cure_rules import Cure

ActKind = Literal["reinforced", "escalated"]


@dataclass(frozen=True)
class Acts:
    """What was done, (registries, closes): True at the close of the day on which people came, or of the evening."""

    kind: ActKind
    done: Flags

    @property
    def own_day(self) -> int:
        """Closes between the last one before it and the first one after: people come in the middle of a day."""
        return 1 if self.kind == "reinforced" else 0


@dataclass(frozen=True)
class Effect:
    """What became of one unit after one act. Paces are cases a day.

    Attributes:
        kind: what was done.
        place: of the registry, and
        close: of the close, where it was done.
        before, after: its pace.
        ratio: after ÷ before, one case a day added to both so that a start from nothing has one too.
        alike: median ratio of the units in a like position; NaN: there were none.
        units: how many these are.
    """

    kind: ActKind
    place: int
    close: int
    before: float
    after: float
    ratio: float
    alike: float
    units: int


@dataclass(frozen=True)
class Summary:
    """All effects of a kind.

    Attributes:
        kind: what was done.
        units: how often, and
        ratio: the median ratio.
        compared: how often there were units in a like position;
        compared_ratio: the median ratio of these alone, to be held against
        alike: that of what those in a like position did meanwhile. Both NaN: there never were any.
    """

    kind: ActKind
    units: int
    ratio: float
    compared: int
    compared_ratio: float
    alike: float


def reinforced(people: Floats, rise: int) -> Acts:
    """Where so many people more were there than at the report before, whenever that was."""
    done = np.zeros(people.shape, dtype=np.bool_)
    before = np.full(len(people), np.nan)
    for close in range(people.shape[1]):
        now = people[:, close]
        done[:, close] = now - before >= rise  # unknown is no rise
        before = np.where(np.isnan(now), before, now)
    return Acts("reinforced", done)


def escalated(told: Flags) -> Acts:
    """Where somebody was told of a unit and nobody had been at the close before."""
    first = told.copy()
    first[:, 1:] &= ~told[:, :-1]
    return Acts("escalated", first)


def effects(acts: Acts, entered: Floats, work: Floats, days: Floats, rules: Cure) -> Iterator[Effect]:
    """What became of each act whose time after ends with the last close.

    A unit that finished meanwhile, or without figures at either end, is left out; so is it where others are compared.
    In a like position is who had done about the same share of its work by then, was about as fast, and had not been
    acted on yet. What came to it later does not matter: to leave out whoever was written to afterwards would leave
    those who recovered.

    Args:
        acts: what was done.
        entered: cases entered by each close, (registries, closes).
        work: cases that there are to do.
        days: each close's instant in days.
        rules: closes before and after (before, as many as there are), and who is in a like position.
    """
    window = rules.window_closes
    close = entered.shape[1] - 1 - window
    before_to = close - acts.own_day
    before_from = max(before_to - window, 0)
    if before_from >= before_to:
        return
    before = (entered[:, before_to] - entered[:, before_from]) / (days[before_to] - days[before_from])
    after = (entered[:, -1] - entered[:, close]) / (days[-1] - days[close])
    unfinished = entered[:, -1] < work
    counted = ~np.isnan(before) & ~np.isnan(after) & unfinished
    ratio = (np.maximum(after, 0) + 1) / (np.maximum(before, 0) + 1)
    untouched = counted & ~acts.done[:, before_from : close + 1].any(axis=1)
    stood = np.stack([before, entered[:, before_to]]) / np.maximum(work, 1)
    for place in np.flatnonzero(acts.done[:, close] & counted):
        others = _nearest(int(place), stood, untouched, rules)
        middle = float(median_known(ratio[others].reshape(1, -1))[0])
        yield Effect(
            acts.kind, int(place), close, float(before[place]), float(after[place]), float(ratio[place]), middle,
            len(others),
        )  # fmt: skip


def _nearest(place: int, stood: Floats, among: Flags, rules: Cure) -> Places:
    """Those that stood nearest, none much off in anything; the first in order of those as near.

    Args:
        place: of the unit to be compared.
        stood: shares of the work, done a day and done in all: (2, registries).
        among: who can be chosen.
        rules: how many, and how far off at most.
    """
    own = stood[:, place, None]
    far = np.abs(stood - own)
    places = np.flatnonzero(among & (far <= rules.alike_within * own + 1e-9).all(axis=0))
    distance = (far[:, places] / np.maximum(own, 1e-9)).sum(axis=0)
    return places[np.argsort(distance, kind="stable")[: rules.alike]]


def summarise(kind: ActKind, ratios: Sequence[float], alike: Sequence[float]) -> Summary | None:
    """All acts of a kind; None where none could be followed.

    Args:
        kind: what was done.
        ratios: each unit's.
        alike: that of its likes; NaN: it had none.
    """
    if not ratios:
        return None
    pairs = [(ratio, like) for ratio, like in zip(ratios, alike, strict=True) if not np.isnan(like)]
    own, likes = np.median(pairs, axis=0) if pairs else (np.nan, np.nan)
    return Summary(kind, len(ratios), float(np.median(ratios)), len(pairs), float(own), float(likes))
