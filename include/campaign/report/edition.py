"""Which edition of a close's report the figures allow: the final one, or one that says what is still unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # both are made of what stands here
    from include.campaign.report.models import RegistryDay

Edition = Literal["final", "provisional"]
"""Of a close's report: "provisional" (báo cáo tạm thời) while more is unknown than the plan tolerates."""


def edition_of(registries: Iterable[RegistryDay], tolerated: int, *, ledger_read: bool) -> Edition:
    """The edition that a closed day's figures make.

    Registries that the data team has acknowledged, and those that no connection leads to, are known to be missing:
    they do not make a report provisional, as they do not turn the gate red.

    Args:
        registries: of the close.
        tolerated: the plan's `close.gap_registries`.
        ledger_read: the Ministry's ledger was read for the close.
    """
    return "final" if ledger_read and len(missing_unexpectedly(registries)) <= tolerated else "provisional"


def missing_unexpectedly(registries: Iterable[RegistryDay]) -> tuple[RegistryDay, ...]:
    """Registries without a reading for the close whose silence nobody has acknowledged."""
    return tuple(
        registry
        for registry in registries
        if registry.configured and not registry.read and registry.health.acknowledged_until is None
    )
