"""Sums, bands and failure tables over some registries of a frozen day: the same for the province and a district."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import RowMapping

from include.campaign.report.frozen import FrozenDay
from include.campaign.report.models import (
    AreaDay,
    Band,
    FailureLine,
    Failures,
    RegistryDay,
    Requeues,
)
from include.campaign.report.total import Total

# What officials read (brief): not started, under 10, under 50, under 100, 100 percent. Best first.
LATE = "late"
"""Outcome of a registry that was read for a close by a later reading alone."""

BANDS = ("full", "under_100", "under_50", "under_10", "not_started")


def area_day(code: str, name: str, quota: int | None, registries: Sequence[RegistryDay]) -> AreaDay:
    """An area at a close: everything registered in it, against the area's own quota."""
    return AreaDay(
        code=code,
        name=name,
        quota=quota,
        entered=Total.of(registry.entered for registry in registries),
        received=Total.of(registry.received for registry in registries),
        entered_in_day=Total.of(registry.entered_in_day for registry in registries),
        received_in_day=Total.of(registry.received_in_day for registry in registries),
        behind=sum(registry.lag is not None for registry in registries),
    )


def band(done: int, quota: int) -> str:
    """Name of the band that `done` cases of a quota lie in."""
    if done >= quota:
        return "full"
    if done <= 0:
        return "not_started"
    if done * 10 < quota:
        return "under_10"
    return "under_50" if done * 2 < quota else "under_100"


def bands(registries: Sequence[RegistryDay]) -> tuple[Band, ...]:
    """How many registries lie in each band, by entered and by received; a registry without a quota lies in none."""
    entered = _count_bands(registries, lambda registry: registry.entered)
    received = _count_bands(registries, lambda registry: registry.received)
    return tuple(Band(name, _of(entered, name), _of(received, name)) for name in BANDS)


def _count_bands(registries: Sequence[RegistryDay], figure: Callable[[RegistryDay], int | None]) -> list[str]:
    return [
        band(done, registry.quota)
        for registry in registries
        if registry.quota is not None and (done := figure(registry)) is not None
    ]


def _of(found: list[str], name: str) -> int | None:
    return found.count(name) if found else None


def failures(day: FrozenDay, registries: Sequence[RegistryDay]) -> Failures:
    """Rejected and failed transfers of some registries by code, most of the units' own first."""
    codes = {registry.code for registry in registries}
    rows = [row for row in day.failures if row["registry_code"] in codes]
    late_from, late_until = day.states_late or (None, None)
    return Failures(
        ours=_by_code([row for row in rows if not row["on_receiver"]]),
        receivers=_by_code([row for row in rows if row["on_receiver"]]),
        queued=Total.of(registry.states.queued for registry in registries),
        awaiting=Total.of(registry.states.awaiting for registry in registries),
        open_defects=Total.of(registry.states.open_defects for registry in registries),
        late_from=late_from,
        late_until=late_until,
        undetermined=sum(registry.outcome == LATE for registry in registries),
    )


def _by_code(rows: Sequence[RowMapping]) -> tuple[FailureLine, ...]:
    sums: dict[tuple[str, str, str | None], tuple[int, int]] = {}
    for row in rows:
        kind = row["state"], row["error_code"], row["name"]
        own, earlier = sums.get(kind, (0, 0))
        sums[kind] = own + row["own"], earlier + row["earlier"]
    lines = [FailureLine(*kind, own, earlier) for kind, (own, earlier) in sums.items()]
    return tuple(sorted(lines, key=lambda line: (-line.own, -line.earlier, line.state, line.code)))


def requeues(day: FrozenDay, codes: Collection[str]) -> Requeues:
    """What became of the day's decisions to re-queue, for some registries."""
    found: dict[str, int] = {}
    for row in day.requeues:
        if row["registry_code"] in codes:
            found[row["state"]] = found.get(row["state"], 0) + row["entries"]
    return Requeues(
        requeued=found.get("requeued", 0),
        not_requeued=found.get("not_requeued", 0) + found.get("unreached", 0),
        not_permitted=found.get("not_permitted", 0),
        pending=found.get("decided", 0),
    )
