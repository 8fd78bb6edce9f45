"""The report of a milestone: who made it, who did not and by how much, and what is on its way to the Ministry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import ClassVar

from sqlalchemy import Connection

from include.campaign.days import Calendar, Close
from include.campaign.milestones import told_by
from include.campaign.plan import Plan
from include.campaign.plan.fields import Stage
from include.campaign.plan.models import Milestone
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.models import ReportHead
from include.campaign.report.total import Total
from include.campaign.warehouse import fetch, fetch_one

OWNERS = {
    "E10": "unit",
    "E9": "waiting",
    "E8": "waiting",
    "E7-remote": "ministry",
    "E6-correctable": "unit",
    "E6-duplicate": "department",
    "E6-other": "department",
    "E6-unknown": "department",
    "E7-other": "department",
    "E7-unknown": "department",
    "E5": "department",
    "E4": "department",
    "E3": "department",
}
"""Classes of entries that are entered and not received, in the order in which they are told, and whose the next step is
(terms.yaml, next_step)."""


@dataclass(frozen=True)
class Reached:
    """A registry, or a unit just below the province, at a milestone.

    Attributes:
        quota: None: none is given.
        done: as of the milestone's instant; None: no data.
        known_done, known_as_of: what was known last, where nothing is of the milestone.
    """

    code: str
    name: str
    area_code: str
    quota: int | None
    done: int | None
    known_done: int | None = None
    known_as_of: datetime | None = None

    @property
    def short(self) -> int | None:
        """Cases short of the quota; 0: made; None: not to be told."""
        return None if self.done is None or self.quota is None else max(self.quota - self.done, 0)


@dataclass(frozen=True)
class ReachedArea:
    """The province, or a unit just below it, at a milestone: its sum, and of how many registries how many made it."""

    name: str
    quota: int | None
    done: Total
    made: int
    judged: int


@dataclass(frozen=True)
class InFlight:
    """Entries of one class (a term) that are entered and not received, and whose they are."""

    name: str
    owner: str
    own: int
    earlier: int


@dataclass(frozen=True)
class Flight:
    """What is on its way to the Ministry at a close, by class; `covered` of `expected` registries are in it.

    `duplicates`: of the duplicates, those that nobody has decided yet, of the campaign's own books and of earlier ones.
    """

    lines: tuple[InFlight, ...]
    covered: int
    expected: int
    duplicates: tuple[int, int] | None

    @property
    def own(self) -> int:
        """All of the campaign's own books."""
        return sum(line.own for line in self.lines)


@dataclass(frozen=True)
class MilestoneReport:
    """To the Department's desk, once per milestone.

    Attributes:
        milestone_id, title, stage, instant: the milestone, in the campaign's zone.
        head: of the close that tells of it.
        province: all registries.
        areas: units just below it, in the plan's order.
        registries: by code.
        flight: what is under way at the close; None: the ledger was not read for it.
    """

    kind: ClassVar[str] = "milestone"

    milestone_id: str
    title: str
    stage: Stage
    instant: datetime
    head: ReportHead
    province: ReachedArea
    areas: tuple[ReachedArea, ...]
    registries: tuple[Reached, ...]
    flight: Flight | None

    @property
    def made(self) -> tuple[Reached, ...]:
        """Registries that made it."""
        return tuple(one for one in self.registries if one.short == 0)

    @property
    def missed(self) -> tuple[Reached, ...]:
        """Registries that did not, the largest share of their quota missing first."""
        found = [one for one in self.registries if one.short]
        return tuple(sorted(found, key=lambda one: (-Fraction(one.short or 0, one.quota or 1), one.code)))

    @property
    def unknown(self) -> tuple[Reached, ...]:
        """Registries with a quota of which nothing is known: they have not missed it."""
        return tuple(one for one in self.registries if one.quota is not None and one.done is None)

    @property
    def without_quota(self) -> tuple[Reached, ...]:
        """Registries that were to do nothing by then."""
        return tuple(one for one in self.registries if one.quota is None)


def milestone_reports(
    conn: Connection, plan: Plan, calendar: Calendar, close: Close, day: FrozenDay
) -> tuple[MilestoneReport, ...]:
    """Reports of the milestones that a close tells of, in the plan's order.

    Args:
        conn: campaign database.
        plan: the milestones.
        calendar: the campaign's days.
        close: the close.
        day: what was frozen for it.
    """
    noted = told_by(conn)
    told = [one for one in plan.milestones if noted.get(one.id, ("", 0))[0] == close.key]
    return tuple(_report(conn, one, day) for one in told)


def read_flight(conn: Connection, day: FrozenDay) -> Flight | None:
    """What is on its way to the Ministry at a close; None: the ledger was not read for it, so no class is known."""
    key = day.head.close_key
    classed = fetch_one(conn, "milestone/count_classed", close_key=key)
    if classed is None or not classed["covered"]:
        return None
    found = fetch(conn, "milestone/select_in_flight", close_key=key, baseline=day.baseline)
    place = {name: at for at, name in enumerate(OWNERS)}
    lines = [
        InFlight(row["class"], OWNERS.get(row["class"], "department"), row["own"], row["earlier"])
        for row in sorted(found, key=lambda row: (place.get(row["class"], len(place)), row["class"]))
    ]
    left = {phase: [row["remaining"] for row in day.duplicates.rows if row["phase"] == phase] for phase in (2, 1)}
    duplicates = (sum(left[2]), sum(left[1])) if any(left.values()) else None
    return Flight(tuple(lines), classed["covered"], classed["expected"], duplicates)


def _report(conn: Connection, milestone: Milestone, day: FrozenDay) -> MilestoneReport:
    zone = day.head.as_of.tzinfo
    rows = fetch(conn, "milestone/select_standings", milestone_id=milestone.id, baseline=day.baseline)
    registries = tuple(
        Reached(
            code=row["registry_code"],
            name=row["full_name"],
            area_code=row["area_code"],
            quota=row["quota"],
            done=row["done"],
            known_done=row["known_done"],
            known_as_of=row["known_as_of"].astimezone(zone) if row["known_as_of"] else None,
        )
        for row in rows
    )
    province, *below = day.areas
    return MilestoneReport(
        milestone_id=milestone.id,
        title=milestone.title,
        stage=milestone.stage,
        instant=milestone.instant.astimezone(zone),
        head=day.head,
        province=_area(province["full_name"], province["quota"], registries),
        areas=tuple(
            _area(row["full_name"], row["quota"], [one for one in registries if one.area_code == row["code"]])
            for row in below
        ),
        registries=registries,
        flight=read_flight(conn, day),
    )


def _area(name: str, quota: int | None, registries: Sequence[Reached]) -> ReachedArea:
    judged = _known(registries)
    return ReachedArea(
        name=name,
        quota=quota,
        done=Total.of(one.done for one in registries),
        made=sum(one.short == 0 for one in judged),
        judged=len(judged),
    )


def _known(registries: Iterable[Reached]) -> list[Reached]:
    return [one for one in registries if one.short is not None]
