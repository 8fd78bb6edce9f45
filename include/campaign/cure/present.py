"""Who and what is there: people by kind, computers, scanners and internet, by the registries' own daily reports.

NaN is "not reported", never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from include.campaign.pace.season import Flags, Floats
from include.campaign.plan.fields import ForceKind

KINDS: tuple[ForceKind, ...] = get_args(ForceKind)
"""Kinds of people, in the order of the last axis of `Presence.people`."""


@dataclass(frozen=True)
class Presence:
    """All reports up to a close. Axis 0 is the registry, axis 1 the close whose day the report is of, oldest first.

    Attributes:
        people: (registries, closes, kinds).
        computers, scanners: how many.
        internet: 1 is working, 0 is not.
    """

    people: Floats
    computers: Floats
    scanners: Floats
    internet: Floats

    @property
    def total(self) -> Floats:
        """People of all kinds that were told, (registries, closes)."""
        known = ~np.isnan(self.people)
        return np.where(known.any(axis=2), np.where(known, self.people, 0.0).sum(axis=2), np.nan)


@dataclass(frozen=True)
class Now:
    """What counts as there at the close, an element per registry.

    Attributes:
        by_kind: people, (registries, kinds).
        people: of all kinds.
        computers, scanners: how many.
        offline: the last reports in a row say that the internet does not work.
    """

    by_kind: Floats
    people: Floats
    computers: Floats
    scanners: Floats
    offline: Flags


def there_now(presence: Presence, fresh_closes: int, equipment_days: int) -> Now:
    """What the newest reports say.

    Args:
        presence: the reports.
        fresh_closes: a report counts for so many closes, its own included; after that nothing is known.
        equipment_days: the internet does not work when so many reports in a row say so. A single day is often noise.
    """
    by_kind = newest(presence.people, fresh_closes)
    known = ~np.isnan(by_kind)
    return Now(
        by_kind=by_kind,
        people=np.where(known.any(axis=1), np.where(known, by_kind, 0.0).sum(axis=1), np.nan),
        computers=newest(presence.computers, fresh_closes),
        scanners=newest(presence.scanners, fresh_closes),
        offline=_days_offline(presence.internet, fresh_closes) >= equipment_days,
    )


def newest(figures: Floats, fresh_closes: int) -> Floats:
    """The newest known figure along axis 1 among the last closes; NaN where there is none."""
    found = np.full(figures.shape[:1] + figures.shape[2:], np.nan)
    for column in range(max(figures.shape[1] - fresh_closes, 0), figures.shape[1]):
        now = figures[:, column]
        found = np.where(np.isnan(now), found, now)
    return found


def _days_offline(internet: Floats, fresh_closes: int) -> Floats:
    """Reports in a row, the newest last, without internet; 0 where the newest is not fresh."""
    row = np.zeros(len(internet))
    for column in range(internet.shape[1]):
        now = internet[:, column]
        row = np.where(np.isnan(now), row, np.where(now == 0, row + 1, 0))
    return np.where(np.isnan(newest(internet, fresh_closes)), 0, row)
