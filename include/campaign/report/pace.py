"""What papers say of pace: where units stand against the roadmap, when they will be done, how sure that is, and flags.

How it is said is the templates'; `figures` of a flag are what its rule looked at, by name.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    pass

KINDS: tuple[FlagKind, ...] = FlagKind.__args__  # type: ignore[attr-defined]
"""Kinds of flags in the order in which they are told."""

FARTHEST = 60
"""Days from the close beyond which no day is named: what goes on so slowly will not go on so."""

EVEN = 0.5
"""Chance of a milestone below which it is rather missed."""


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

    @property
    def by(self) -> date | None:
        """The last day that is in time for the milestone that the flag is about; None: it is about none."""
        milestone = self.figures.get("milestone")
        return last_day_before(datetime.fromisoformat(milestone)) if milestone else None


@dataclass(frozen=True)
class Finish:
    """When a unit will be done with a stage.

    Attributes:
        finished: so much of the work is done as the plan asks for.
        remaining: cases still to be done.
        likely: day by which half of the simulated courses are done, and
        late: by which 85 % are; None: too far off to be named.
        chance: share of the courses that make the milestone.
        naive: day of a straight line from the start; None: it never ends.
        needed_per_day: cases a day that would make the milestone, rounded up; pace_per_day: as measured, rounded down.
        days_used: closed days of its own that this rests on; shrunk: too few, so its area's pace is mixed in.
    """

    finished: bool
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
    def kept_back(self) -> bool:
        """Fast enough as a whole, and late all the same: some of its units are not."""
        if self.chance is None or self.pace_per_day is None or self.needed_per_day is None:
            return False
        return self.chance < EVEN and self.pace_per_day >= self.needed_per_day


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
class PaceRows:
    """What was frozen of pace for a close, by registry or unit."""

    forecasts: Mapping[tuple[str, str, str], RowMapping]
    standings: Mapping[str, Sequence[RowMapping]]
    judged: Mapping[str, RowMapping]
    flags: tuple[RowMapping, ...]
    ended: tuple[RowMapping, ...]
    backtests: tuple[RowMapping, ...]
    chance_scores: tuple[RowMapping, ...]


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
        backtests=tuple(fetch(conn, "pace/select_backtests", close_key=close.key)),
        chance_scores=tuple(fetch(conn, "pace/select_chance_scores", close_key=close.key)),
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


def finish(row: RowMapping | None, as_of: datetime) -> Finish | None:
    """When a unit will be done, in days of people; None: nothing can be told."""
    if row is None or row["remaining"] is None:
        return None
    return Finish(
        finished=row["p50_days"] == 0,
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
    """The day in which so many days after an instant end; None: so far off that no day should be named."""
    if days is None or days > FARTHEST:
        return None
    return last_day_before(as_of + timedelta(days=days))


def last_day_before(instant: datetime) -> date:
    """The last day before an instant that ends a period; an end at midnight is of the day before."""
    return (instant - timedelta(microseconds=1)).date()
