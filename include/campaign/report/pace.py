"""What papers say of pace: where units stand against the roadmap, when they will be done, how sure that is, and flags.

How it is said is the templates'; `figures` of a flag are what its rule looked at, by name.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Close
from include.campaign.pace.judgement import FlagKind, FlagOwner
from include.campaign.pace.season import STAGES
from include.campaign.plan.fields import Stage
from include.campaign.warehouse import fetch

if TYPE_CHECKING:
    from include.campaign.report.frozen import FrozenDay
    from include.campaign.report.models import RegistryDay

TOO_EARLY = "too early"
"""The ladder's verdict before the plan's day of judging."""

KINDS: tuple[FlagKind, ...] = FlagKind.__args__  # type: ignore[attr-defined]
"""Kinds of flags in the order in which they are told."""


@dataclass(frozen=True)
class Lag:
    """How far a registry is behind the roadmap of its quota, in the stage that holds it up."""

    stage: Stage
    quota: int
    done: int
    due: int
    needed_per_day: int
    pace_per_day: int | None
    streak: int
    newly: bool
    days_behind: float | None = None

    @property
    def short(self) -> int:
        """Cases missing to be on the roadmap at the close."""
        return max(self.due - self.done, 0)


@dataclass(frozen=True)
class FlagLine:
    """One flag of a registry."""

    registry_code: str
    name: str
    full_name: str
    area_code: str
    kind: FlagKind
    stage: Stage | None
    owner: FlagOwner
    streak: int
    newly: bool
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Finish:
    """When a unit will be done with a stage.

    Attributes:
        remaining: cases still to be done; 0: it is done.
        likely: day by which half of the simulated courses are done, and
        late: by which 85 % are; None: beyond what is simulated.
        chance: share of the courses that make the milestone.
        naive: day of a straight line from the start; None: it never ends.
        needed_per_day: cases a day that would make the milestone, rounded up; pace_per_day: as measured, rounded down.
        days_used: closed days of its own that this rests on; shrunk: too few, so its area's pace is mixed in.
    """

    remaining: int
    likely: date | None
    late: date | None
    chance: float | None
    naive: date | None
    needed_per_day: int | None
    pace_per_day: int | None
    days_used: int
    shrunk: bool

    @property
    def done(self) -> bool:
        """Nothing is left to be done."""
        return self.remaining <= 0


@dataclass(frozen=True)
class StageLine:
    """A stage against its roadmap: books or cases, and days behind (negative: ahead); None: not known."""

    stage: Stage
    planned: int | None
    done: int | None
    days_behind: float | None


@dataclass(frozen=True)
class RegistryPace:
    """What was found of a registry.

    Attributes:
        judged: it has figures and a quota.
        apart: its quota is not its own, or there is none.
        bottleneck: the stage that holds it up; None: it is behind in none.
        stages: in their order.
        flags: in the order of `KINDS`; none before the plan's day of judging.
        reviewed, refused, answered, open_defects: cases.
    """

    judged: bool
    apart: bool
    bottleneck: Stage | None
    stages: tuple[StageLine, ...]
    entry: Finish | None
    transfer: Finish | None
    flags: tuple[FlagLine, ...]
    reviewed: int | None
    refused: int | None
    answered: int | None
    open_defects: int | None

    def days_behind(self, stage: Stage) -> float | None:
        """Days behind the roadmap of a stage; None: not known."""
        return next((line.days_behind for line in self.stages if line.stage == stage), None)


@dataclass(frozen=True)
class AreaPace:
    """The province, or a unit just below it, with everything registered in it."""

    code: str
    name: str
    entry: Finish | None
    transfer: Finish | None


@dataclass(frozen=True)
class FlagGroup:
    """Flags of one kind: those that have stood longest first; `newly` of them new, `ended` names of those let go."""

    kind: FlagKind
    lines: tuple[FlagLine, ...]
    newly: int
    ended: tuple[str, ...]

    @property
    def by_owner(self) -> tuple[tuple[FlagOwner, int], ...]:
        """Owners and how many flags each has, most first."""
        return tuple(Counter(line.owner for line in self.lines).most_common())


@dataclass(frozen=True)
class PaceBlock:
    """Pace of the province, or of an area, and of what lies in it.

    Attributes:
        entry_by, transfer_by: last days on which entering and transferring are in time.
        whole: the unit itself.
        areas: of the province, the units below it; of an area none.
        groups: flags by kind, kinds without any left out.
        bottlenecks: stages that hold registries up, with how many each, in the order of the stages.
        flags_told: flags are told; before the plan's day of judging they are not.
    """

    entry_by: date
    transfer_by: date
    whole: AreaPace
    areas: tuple[AreaPace, ...]
    groups: tuple[FlagGroup, ...]
    bottlenecks: tuple[tuple[Stage, int], ...]
    flags_told: bool


@dataclass(frozen=True)
class PaceRows:
    """What was frozen of pace for a close, by registry or unit."""

    forecasts: Mapping[tuple[str, str, str], RowMapping]
    standings: Mapping[str, Sequence[RowMapping]]
    judged: Mapping[str, RowMapping]
    flags: tuple[RowMapping, ...]
    ended: tuple[RowMapping, ...]


def read_pace(conn: Connection, close: Close) -> PaceRows:
    """What was frozen of pace for a close; empty where it was not judged."""
    standings = defaultdict(list)
    for row in fetch(conn, "pace/select_standings", close_key=close.key):
        standings[row["registry_code"]].append(row)
    return PaceRows(
        forecasts={
            (row["scope"], row["unit_code"], row["stage"]): row
            for row in fetch(conn, "pace/select_forecasts", close_key=close.key)
        },
        standings=standings,
        judged={row["registry_code"]: row for row in fetch(conn, "pace/select_judged", close_key=close.key)},
        flags=tuple(fetch(conn, "pace/select_report_flags", close_key=close.key)),
        ended=tuple(fetch(conn, "pace/select_ended_flags", close_key=close.key)),
    )


def registry_pace(rows: PaceRows, code: str, as_of: datetime, *, flagged: bool) -> RegistryPace | None:
    """What was found of a registry at a close; None: the close was not judged.

    Args:
        rows: of the close.
        code: the registry.
        as_of: of the close, in the campaign's zone.
        flagged: whether flags are told at this close.
    """
    row = rows.judged.get(code)
    if row is None:
        return None
    flags = [flag_line(flag) for flag in rows.flags if flag["registry_code"] == code] if flagged else []
    return RegistryPace(
        judged=row["judged"],
        apart=row["apart"],
        bottleneck=row["bottleneck"],
        stages=tuple(sorted(map(_stage_line, rows.standings.get(code, ())), key=lambda line: STAGES.index(line.stage))),
        entry=finish(rows.forecasts.get(("registry", code, "entered")), as_of),
        transfer=finish(rows.forecasts.get(("registry", code, "received")), as_of),
        flags=tuple(sorted(flags, key=lambda line: KINDS.index(line.kind))),
        reviewed=row["reviewed"],
        refused=row["refused"],
        answered=row["answered"],
        open_defects=row["open_defects"],
    )


def pace_block(
    day: FrozenDay, whole: RowMapping, registries: Sequence[RegistryDay], below: Sequence[RowMapping] = ()
) -> PaceBlock | None:
    """Pace of a unit and of what lies in it; None: the close was not judged.

    Args:
        day: the frozen day.
        whole: the unit's row of `FrozenDay.areas`.
        registries: what is registered in it.
        below: rows of the units just below it; only the province has any.
    """
    paces = [registry.pace for registry in registries if registry.pace is not None]
    if not paces or not {"entered", "received"} <= day.milestones.keys():
        return None
    codes = {registry.code for registry in registries}
    flags_told = day.evening is not None and day.evening["verdict"] != TOO_EARLY
    ended = [row for row in day.pace.ended if flags_told and row["registry_code"] in codes]
    as_of = day.head.as_of
    return PaceBlock(
        entry_by=_last_day(day.milestones["entered"]),
        transfer_by=_last_day(day.milestones["received"]),
        whole=_area_pace(day.pace, whole, as_of, "province" if below else "area"),
        areas=tuple(_area_pace(day.pace, row, as_of, "area") for row in below),
        groups=flag_groups((line for pace in paces for line in pace.flags), ended),
        bottlenecks=bottlenecks(paces) if flags_told else (),
        flags_told=flags_told,
    )


def _area_pace(rows: PaceRows, row: RowMapping, as_of: datetime, scope: str) -> AreaPace:
    return AreaPace(
        code=row["code"],
        name=row["full_name"],
        entry=finish(rows.forecasts.get((scope, row["code"], "entered")), as_of),
        transfer=finish(rows.forecasts.get((scope, row["code"], "received")), as_of),
    )


def flag_groups(flags: Iterable[FlagLine], ended: Iterable[RowMapping]) -> tuple[FlagGroup, ...]:
    """Flags by kind, in the order of `KINDS`; a kind that nobody has nor was let go of is left out."""
    standing: dict[str, list[FlagLine]] = defaultdict(list)
    for line in flags:
        standing[line.kind].append(line)
    let_go: dict[str, list[str]] = defaultdict(list)
    for row in ended:
        let_go[row["kind"]].append(row["full_name"])
    return tuple(
        FlagGroup(
            kind=kind,
            lines=tuple(sorted(standing[kind], key=lambda line: (-line.streak, line.registry_code))),
            newly=sum(line.newly for line in standing[kind]),
            ended=tuple(let_go[kind]),
        )
        for kind in KINDS
        if standing[kind] or let_go[kind]
    )


def bottlenecks(paces: Iterable[RegistryPace]) -> tuple[tuple[Stage, int], ...]:
    """Stages that hold registries up, with how many each, in the order of the stages."""
    found = Counter(pace.bottleneck for pace in paces if pace.bottleneck is not None)
    return tuple((stage, found[stage]) for stage in STAGES if found[stage])


def finish(row: RowMapping | None, as_of: datetime) -> Finish | None:
    """When a unit will be done, in days of people; None: nothing can be told."""
    if row is None or row["remaining"] is None:
        return None
    return Finish(
        remaining=max(math.ceil(row["remaining"]), 0),
        likely=_day_after(as_of, row["p50_days"]),
        late=_day_after(as_of, row["p85_days"]),
        chance=row["chance"],
        naive=_day_after(as_of, row["naive_days"]),
        # What is asked for is rounded up and what is done is rounded down: the two never meet by rounding.
        needed_per_day=_rounded(row["needed_per_day"], math.ceil),
        pace_per_day=_rounded(row["pace_per_day"], math.floor),
        days_used=row["days_used"] or 0,
        shrunk=row["shrunk"],
    )


def flag_line(row: RowMapping) -> FlagLine:
    """One flag, from a row of `pace/select_report_flags`."""
    return FlagLine(
        registry_code=row["registry_code"],
        name=row["short_name"],
        full_name=row["full_name"],
        area_code=row["area_code"],
        kind=row["kind"],
        stage=row["stage"],
        owner=row["owner"],
        streak=row["streak"],
        newly=row["newly"],
        figures=row["figures"],
    )


def _stage_line(row: RowMapping) -> StageLine:
    known = row["planned_days"] is not None and row["earned_days"] is not None
    return StageLine(
        stage=row["stage"],
        planned=_rounded(row["planned"], math.ceil),
        done=_rounded(row["done"], math.floor),
        days_behind=row["planned_days"] - row["earned_days"] if known else None,
    )


def _rounded(value: float | None, way: Any) -> int | None:
    return None if value is None or not math.isfinite(value) else int(way(value))


def _day_after(as_of: datetime, days: float | None) -> date | None:
    """The day in which so many days after an instant end; what ends at midnight is of the day before."""
    if days is None or not math.isfinite(days) or days > 3650:
        return None
    return _last_day(as_of + timedelta(days=days))


def _last_day(instant: datetime) -> date:
    return (instant - timedelta(microseconds=1)).date()
