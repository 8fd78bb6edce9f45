"""Who makes the entry days and who does not: as the world will go, and as it would go if no help came.

Help that is to come later is no merit of a unit's pace: whoever judges early cannot know of it. The world can leave it
out and play the same registry again, and so knows who would have missed the day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import psycopg

from include.campaign.plan import Plan
from include.rehearsal.build import Player
from include.rehearsal.instants import Seconds, seconds
from include.rehearsal.ministry import Ministry
from include.rehearsal.province import Leaf, Province

FINISHED_SHARE = 0.99
"""Of its work a registry has done so much when it is done: a few papers are always being looked for."""


@dataclass(frozen=True)
class Outcome:
    """What becomes of one registry's entry work by the milestone.

    Attributes:
        registry_code: whose it is.
        papers: papers of phase 2 that it has.
        work: of these, those that count: the quota, or all of them where they are fewer or there is none.
        entered: papers entered by the milestone, and
        entered_alone: if no help from outside came.
        enough: so many entered are as good as all.
    """

    registry_code: str
    papers: int
    work: int
    entered: int
    entered_alone: int
    enough: float

    @property
    def misses(self) -> bool:
        """It is not done by the milestone."""
        return self.entered < self.enough

    @property
    def misses_alone(self) -> bool:
        """It would not be done by the milestone if no help came."""
        return self.entered_alone < self.enough


def outcomes_of(plan: Plan, province: Province, ministry: Ministry, seed: int, scale: float) -> list[Outcome]:
    """What becomes of every registry's entry work by the milestone of the stage `entered`, in the province's order."""
    deadline = entry_deadline(plan)
    return [_outcome(plan, leaf, province, ministry, (seed, scale, deadline)) for leaf in province.leaves]


def without_help(province: Province) -> Province:
    """The same province in a world in which no help comes from outside."""
    return replace(province, temper=replace(province.temper, help_comes=False))


def record_outcomes(conn: psycopg.Connection, outcomes: Iterable[Outcome]) -> None:
    """Write them into the truth database; the caller commits."""
    with conn.cursor().copy("copy truth.entry_outcome from stdin") as copy:
        for one in outcomes:
            numbers = (one.papers, one.work, one.entered, one.entered_alone)
            copy.write_row((one.registry_code, *numbers, one.misses, one.misses_alone))


def entry_deadline(plan: Plan) -> int:
    """The first milestone of the stage `entered`, or where there is none the end of its roadmap."""
    instants = [milestone.instant for milestone in plan.milestones if milestone.stage == "entered"]
    return seconds(min(instants, default=plan.rules.roadmap["entered"].until))


def _outcome(plan: Plan, leaf: Leaf, province: Province, ministry: Ministry, drawn: tuple[int, float, int]) -> Outcome:
    seed, scale, deadline = drawn

    def played(where: Province) -> Seconds:
        return Player(leaf, where, ministry, seed, scale).entered()

    entered = played(province)
    alone = entered
    if leaf.border and province.temper.help_comes:
        alone = played(without_help(province))
    quota = plan.quota(plan.baseline_in_force(plan.rules.campaign.first_day).id, leaf.code, "registry")
    work = len(entered) if quota is None else min(len(entered), round(quota.cases * scale))
    return Outcome(
        leaf.code,
        len(entered),
        work,
        int((entered <= deadline).sum()),
        int((alone <= deadline).sum()),
        FINISHED_SHARE * work,
    )
