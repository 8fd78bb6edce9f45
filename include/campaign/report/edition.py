"""Which edition of a close's report the figures allow, and what stands at the head of one that is not the usual one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # it is made of what stands here
    from include.campaign.report.models import RegistryDay

Edition = Literal["final", "provisional"]
"""Of a close's report: "provisional" (báo cáo tạm thời) while more is unknown than the plan tolerates."""

LEDGER = "ledger"
"""In place of a registry's name: the Ministry's ledger."""


@dataclass(frozen=True)
class Unknown:
    """A source without data for the close, why (a term of `outcomes`), and what was known of it last and as of when."""

    source: str
    outcome: str
    entered: int | None
    received: int | None
    as_of: datetime | None


@dataclass(frozen=True)
class Difference:
    """A figure of an area that a provisional edition gave otherwise; None is "no data"."""

    area: str
    figure: str
    was: int | None
    now: int | None


@dataclass(frozen=True)
class EditionNote:
    """Said at the head of a report that is provisional, that follows a provisional one, or whose sums do not close.

    Attributes:
        edition: of the report.
        unknown: sources without data, where that makes the report provisional.
        held_why: where the sums do not close; None: they do.
        follows: when the provisional edition that this one follows was made; None: it follows none.
        differences: from that one, the province's first.
    """

    edition: Edition
    unknown: tuple[Unknown, ...]
    held_why: str | None
    follows: datetime | None
    differences: tuple[Difference, ...]


def edition_of(registries: Iterable[RegistryDay], tolerated: int, *, ledger_read: bool, held: bool) -> Edition:
    """The edition that a closed day's figures make.

    Registries that the data team has acknowledged, and those that no connection leads to, are known to be missing:
    they do not make a report provisional, as they do not turn the gate red.

    Args:
        registries: of the close.
        tolerated: the plan's `close.gap_registries`.
        ledger_read: the Ministry's ledger was read for the close.
        held: the close's sums do not close.
    """
    complete = ledger_read and not held and len(missing_unexpectedly(registries)) <= tolerated
    return "final" if complete else "provisional"


def missing_unexpectedly(registries: Iterable[RegistryDay]) -> tuple[RegistryDay, ...]:
    """Registries without a reading for the close whose silence nobody has acknowledged."""
    return tuple(
        registry
        for registry in registries
        if registry.configured and not registry.read and registry.health.acknowledged_until is None
    )
