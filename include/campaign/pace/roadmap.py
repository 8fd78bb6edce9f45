"""Roadmaps: what each stage asks of a unit by an instant, in cases and in days (earned schedule)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

import numpy as np

from include.campaign.pace.judgement import Standing
from include.campaign.pace.season import BOOK_STAGES, STAGES, Flags, Floats, Season
from include.campaign.plan import Plan
from include.campaign.plan.fields import Stage
from include.campaign.plan.rules import Window

DAY = 86_400.0
"""Seconds."""
ABOUT_DAYS = 1.0
"""Stages that differ by no more in days behind are as far behind as each other."""


@dataclass(frozen=True)
class Roadmaps:
    """Every registry's windows, and the instants by which stages are to be complete.

    Attributes:
        province: GSO code of the province.
        zone: the campaign's zone.
        default: window per stage; a stage without one is not judged.
        own: (stage, registry code) → window where it is not the default.
        milestones: last instant of a stage by the plan's milestones; where none is given the end of its roadmap.
    """

    province: str
    zone: tzinfo
    default: Mapping[Stage, Window]
    own: Mapping[tuple[Stage, str], Window]
    milestones: Mapping[Stage, datetime]

    @classmethod
    def of(cls, plan: Plan) -> Roadmaps:
        """The plan's: rules.yaml, and roadmap.csv where a unit, or the nearest one around it, has rows."""
        own: dict[tuple[Stage, str], Window] = {}
        for registry in plan.registries if plan.roadmap else ():
            for stage in plan.rules.roadmap:
                found = plan.own_window(stage, registry.code)
                if found is not None:
                    own[stage, registry.code] = Window.model_validate({"from": found.start, "until": found.until})
        ends = {stage: window.until for stage, window in plan.rules.roadmap.items()}
        instants = {stage: [one.instant for one in plan.milestones if one.stage == stage] for stage in ends}
        milestones = {stage: min(given) if (given := instants[stage]) else end for stage, end in ends.items()}
        return cls(plan.province.code, plan.rules.campaign.timezone, plan.rules.roadmap, own, milestones)

    def windows(self, stage: Stage, codes: Sequence[str]) -> tuple[Floats, Floats]:
        """First and last instant of a stage for each registry, as seconds since the epoch."""
        window = self.default[stage]
        start = np.full(len(codes), window.start.timestamp())
        until = np.full(len(codes), window.until.timestamp())
        for place, code in enumerate(codes if self.own else ()):
            if (stage, code) in self.own:
                start[place] = self.own[stage, code].start.timestamp()
                until[place] = self.own[stage, code].until.timestamp()
        return start, until

    def days_left(self, stage: Stage, codes: Sequence[str], as_of: datetime) -> Floats:
        """Days until each registry's roadmap ends; at least one, so that what is overdue is asked for at once."""
        _, until = self.windows(stage, codes)
        return np.maximum((until - as_of.timestamp()) / DAY, 1.0)


def planned_share(start: Floats, until: Floats, instant: float) -> Floats:
    """Share of the whole, 0 to 1, that is asked for by an instant; it rises evenly."""
    return np.clip((instant - start) / (until - start), 0.0, 1.0)


def whole_of(season: Season, stage: Stage) -> Floats:
    """What a stage is a share of: the quota (cases) or the books that the registry shows. NaN: not known."""
    return season.units.books if stage in BOOK_STAGES else season.units.quota


def finished(season: Season, stage: Stage, share: float) -> Flags:
    """Registries with so much of the work of a stage done at the last close; no data, or no quota: not finished."""
    work = season.units.books if stage in BOOK_STAGES else season.units.work
    return season.done[stage][:, -1] >= share * work - 1e-9


def standings(season: Season, roadmaps: Roadmaps, finished_share: float) -> dict[Stage, Standing]:
    """Each stage of the roadmap against what is done (earned schedule: Lipke 2003, "Schedule is different").

    Planned cases are rounded up. Books count as done where all their cases are entered, whatever was recorded of them.
    """
    now = season.as_of.timestamp()
    entered = finished(season, "entered", finished_share)
    found: dict[Stage, Standing] = {}
    for stage in (stage for stage in STAGES if stage in roadmaps.default):
        start, until = roadmaps.windows(stage, season.units.codes)
        whole, done = whole_of(season, stage), season.done[stage][:, -1]
        if stage in BOOK_STAGES:
            done = np.where(entered, np.fmax(done, whole), done)
        complete = (done >= whole - 1e-9) | finished(season, stage, finished_share)
        length = (until - start) / DAY
        passed = np.maximum((now - start) / DAY, 0.0)
        share = np.clip(np.divide(done, whole, out=np.full_like(whole, np.nan), where=whole > 0), 0.0, 1.0)
        found[stage] = Standing(
            planned=np.ceil(whole * planned_share(start, until, now) - 1e-9),
            done=done,
            planned_days=np.where(complete, np.minimum(passed, length), passed),
            earned_days=np.where(complete, length, share * length),
        )
    return found


def short_of(standing: Standing, whole: Floats) -> Floats:
    """What is missing to the roadmap as a share of the whole; negative: ahead; NaN: not known."""
    return np.divide(standing.planned - standing.done, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def bottlenecks(season: Season, found: Mapping[Stage, Standing], tolerance: float) -> tuple[Stage | None, ...]:
    """Per registry the stage that is furthest behind in days, among those short by more than the tolerance.

    Of stages about equally far behind (to a day) it is the earliest: what comes after waits for it.
    """
    stages = tuple(found)
    if not stages:
        return (None,) * len(season.units.codes)
    behind = np.stack(
        [
            np.where(short_of(found[stage], whole_of(season, stage)) > tolerance, found[stage].days_behind, -np.inf)
            for stage in stages
        ]
    )
    most = behind.max(axis=0)
    worst = np.argmax(behind >= np.where(np.isfinite(most), most - ABOUT_DAYS, np.inf), axis=0)
    any_behind = most > 0
    return tuple(stages[place] if late else None for place, late in zip(worst, any_behind, strict=True))
