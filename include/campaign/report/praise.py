"""Whom a paper names with praise (biểu dương): who gained most on the roadmap, who was first to have everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Calendar, Close
from include.campaign.plan.fields import Stage
from include.campaign.warehouse import fetch

if TYPE_CHECKING:
    from include.campaign.report.frozen import FrozenDay
    from include.campaign.report.models import RegistryDay

OVER = 3
"""Closes over which a gain is told: a single day's is often chance, or a day's post."""

LEAST = 0.5
"""Days of the roadmap below which a gain is not told."""

DOUBTFUL = ("too_good", "going_backwards", "report_mismatch", "error_rate")
"""Flags with which nobody is praised before somebody has looked."""


@dataclass(frozen=True)
class Improved:
    """A registry that gained on its roadmap.

    Attributes:
        name: of the registry.
        gained: days of the roadmap.
        then, now: days behind at the close that it is compared with and at this one; negative: ahead.
    """

    name: str
    gained: float
    then: float
    now: float


@dataclass(frozen=True)
class Finished:
    """A registry that has all of its quota; `day` is that of the first close that found it so; `newly`: tonight's."""

    name: str
    day: date
    newly: bool


@dataclass(frozen=True)
class Praise:
    """Who is named with praise.

    Attributes:
        stage: what gains are of: entering, once that is over receiving.
        since: day of the close that they are compared with; None: there is none yet.
        improved: those that gained most first.
        entered, received: those that have everything, the first to have it first.
    """

    stage: Stage
    since: date | None
    improved: tuple[Improved, ...]
    entered: tuple[Finished, ...]
    received: tuple[Finished, ...]


@dataclass(frozen=True)
class PraiseRows:
    """What was frozen of earlier closes that praise is told from.

    Attributes:
        since: the close that gains are compared with; None: there is none.
        standings: of that close, of `pace/select_standings`.
        finished: of `select_report_finished`, by registry.
        closes: all closes, by key.
    """

    since: Close | None
    standings: tuple[RowMapping, ...]
    finished: Mapping[str, RowMapping]
    closes: Mapping[str, Close]


def read_praise(conn: Connection, calendar: Calendar, close: Close, baseline: str) -> PraiseRows:
    """What praise is told from.

    Args:
        conn: campaign database.
        calendar: the campaign's days.
        close: the close that is reported.
        baseline: in force at it.
    """
    earlier = [one for one in calendar.with_tail() if one.as_of < close.as_of]
    since = earlier[-OVER] if len(earlier) >= OVER else None
    standings = fetch(conn, "pace/select_standings", close_key=since.key) if since else ()
    finished = fetch(conn, "select_report_finished", close_key=close.key, baseline=baseline)
    return PraiseRows(
        since=since,
        standings=tuple(standings),
        finished={row["registry_code"]: row for row in finished},
        closes={one.key: one for one in calendar.with_tail()},
    )


def praise(day: FrozenDay) -> Praise:
    """Who is named with praise at a close."""
    entry_over = "entered" in day.milestones and day.head.as_of >= day.milestones["entered"]
    stage: Stage = "received" if entry_over else "entered"
    improved = sorted(_improved(day, stage), key=lambda one: (-one.gained, one.name))
    return Praise(
        stage=stage,
        since=day.praise.since.day if day.praise.since and improved else None,
        improved=tuple(improved),
        entered=_finished(day, "entered_key", [one for one in day.registries if _whole(one.entered, one)]),
        received=_finished(day, "received_key", [one for one in day.registries if _whole(one.received, one)]),
    )


def _improved(day: FrozenDay, stage: Stage) -> Iterator[Improved]:
    then = {row["registry_code"]: row for row in day.praise.standings if row["stage"] == stage}
    for one in day.registries:
        before = _days_behind(then.get(one.code))
        now = one.pace.days_behind(stage) if one.pace is not None else None
        if before is None or now is None or one.pace is None or one.pace.apart:
            continue
        doubtful = any(flag.kind in DOUBTFUL for flag in one.pace.flags)
        if not doubtful and before - now >= LEAST:
            yield Improved(one.full_name, before - now, before, now)


def _days_behind(row: RowMapping | None) -> float | None:
    if row is None or row["planned_days"] is None or row["earned_days"] is None:
        return None
    return float(row["planned_days"] - row["earned_days"])


def _whole(done: int | None, registry: RegistryDay) -> bool:
    return done is not None and bool(registry.quota) and done >= (registry.quota or 0)


def _finished(day: FrozenDay, key: str, registries: Sequence[RegistryDay]) -> tuple[Finished, ...]:
    found = []
    for one in registries:
        row = day.praise.finished.get(one.code)
        first = row[key] if row is not None and row[key] is not None else day.head.close_key
        found.append((first, Finished(one.full_name, day.praise.closes[first].day, first == day.head.close_key)))
    return tuple(one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].name)))
