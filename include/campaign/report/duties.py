"""What the head of a unit is asked to do next, and what is not held against the unit: concrete, from frozen figures.

A duty is a kind and its figures; how it is said is the templates'.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from include.campaign.plan import Plan
from include.campaign.plan.fields import Stage
from include.campaign.report.commune import Duty, Excuse
from include.campaign.report.course import Course
from include.campaign.report.difficulties import difficulty_line
from include.campaign.report.escalations import LadderDay
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.models import RegistryDay
from include.campaign.report.self_reports import newest_due, without_newest
from include.campaign.report.stages import StageDay
from include.campaign.report.sums import failures, requeues
from include.campaign.report.worklists import Worklists, worklists

MOST_DUTIES = 3
LINE_FAULTS = ("unreachable", "hung")
"""Outcomes of a reading that say nothing against the unit: the line, or power, was gone."""


@dataclass(frozen=True)
class UnitDay:
    """What duties and excuses of one registry are looked for in."""

    day: FrozenDay
    ladder: LadderDay
    plan: Plan
    registry: RegistryDay
    stages: Collection[StageDay]
    unsent: int | None
    course: Course | None

    @property
    def entry_over(self) -> bool:
        """The time for entering is over: what comes after it is pressing."""
        return "entered" in self.day.milestones and self.day.head.as_of >= self.day.milestones["entered"]

    @property
    def worklist(self) -> Worklists | None:
        """What its officer has to correct."""
        return worklists(self.day, [self.registry])

    def done(self, stage: Stage) -> int | None:
        """Cases or books done in a stage."""
        return next((row.done for row in self.stages if row.stage == stage), None)


def duties(unit: UnitDay) -> tuple[Duty, ...]:
    """Up to three things to do, the most pressing first; none where nothing is left."""
    if not unit.registry.read:
        return tuple(_unread(unit))[:MOST_DUTIES]
    order = _AFTER_ENTRY if unit.entry_over else _BEFORE
    found = (duty for look in order for duty in look(unit))
    return tuple(duty for duty, _ in zip(found, range(MOST_DUTIES), strict=False))


def _unread(unit: UnitDay) -> Iterator[Duty]:
    if not unit.registry.configured:
        yield Duty("connection")
        return
    yield Duty("line" if unit.registry.outcome in LINE_FAULTS else "source")
    yield from _report(unit)
    yield from _correct(unit)


def _equipment(unit: UnitDay) -> Iterator[Duty]:
    need = unit.registry.need
    if need is None:
        return
    if need.offline:
        yield Duty("internet")
    if need.computers_first:
        yield Duty("computers", cases=need.people, more=need.computers)
    if need.no_scanner:
        yield Duty("scanner")


def _people(unit: UnitDay) -> Iterator[Duty]:
    need = unit.registry.need
    if need is None or not need.more_people or need.computers_first:
        return
    # So many that people alone are no cure: the reason is asked for instead.
    kind = "reason" if need.times_as_many else "people"
    yield Duty(kind, cases=need.more_people, more=need.more_computers or None, days=need.days)


def _correct(unit: UnitDay) -> Iterator[Duty]:
    lists = unit.worklist
    if lists is not None and lists.entries:
        yield Duty("correct", cases=lists.entries, name=lists.codes[0].name, more=lists.codes[0].entries)


def _stage(unit: UnitDay) -> Iterator[Duty]:
    """The stage that holds the unit up; what is left of entering is told by the pace."""
    pace = unit.registry.pace
    stage = pace.bottleneck if pace is not None and unit.registry.lag is not None else None
    row = next((one for one in unit.stages if one.stage == stage), None)
    if row is not None and stage not in ("entered", "attached", "reviewed", "received") and row.left:
        yield Duty("stage", stage=stage, cases=row.left)


def _attach(unit: UnitDay) -> Iterator[Duty]:
    entered, attached = unit.registry.entered, unit.done("attached")
    if entered is not None and attached is not None and entered > attached:
        yield Duty("attach", cases=entered - attached)


def _review(unit: UnitDay) -> Iterator[Duty]:
    entered, reviewed = unit.registry.entered, unit.done("reviewed")
    if entered is not None and reviewed is not None and entered > reviewed:
        yield Duty("review", cases=entered - reviewed)


def _defects(unit: UnitDay) -> Iterator[Duty]:
    if unit.registry.states.open_defects:
        yield Duty("defects", cases=unit.registry.states.open_defects)


def _report(unit: UnitDay) -> Iterator[Duty]:
    if unit.registry.code in without_newest(unit.day.self_reports):
        yield Duty("report", day=newest_due(unit.day.self_reports))


def _enter(unit: UnitDay) -> Iterator[Duty]:
    course = unit.course
    if course is None or course.stage != "entered" or not course.remaining:
        return
    if course.overdue or unit.day.head.final or unit.day.head.tail:
        yield Duty("enter_rest", cases=course.remaining)
    elif course.needed_per_day is not None:
        last_day = course.by == unit.day.head.day
        yield Duty("enter_today" if last_day else "enter", cases=min(course.needed_per_day, course.remaining))


def _send(unit: UnitDay) -> Iterator[Duty]:
    if unit.unsent:
        yield Duty("send", cases=unit.unsent)


Look = Callable[[UnitDay], Iterator[Duty]]
_BEFORE: tuple[Look, ...] = (
    _equipment, _people, _correct, _stage, _report, _enter, _attach, _defects, _review,
)  # fmt: skip
_AFTER_ENTRY: tuple[Look, ...] = (
    _enter, _correct, _defects, _review, _attach, _send, _equipment, _people, _report,
)  # fmt: skip


def excuses(unit: UnitDay) -> tuple[Excuse, ...]:
    """What is not held against the unit today, what explains most first."""
    line = (Excuse("line"),) if unit.registry.outcome in LINE_FAULTS else ()
    return (*line, *_of_the_ministry(unit), *_of_others(unit), *_of_transfers(unit))


def _of_the_ministry(unit: UnitDay) -> Iterator[Excuse]:
    if not unit.day.head.ledger_read:
        yield Excuse("ledger")
    wave = unit.day.decided.counts.wave
    if wave is not None and wave.breaker.state != "closed":
        yield Excuse("ministry_down")
    pace = unit.registry.pace
    if pace is not None and any(flag.owner == "ministry" for flag in pace.flags):
        yield Excuse("ministry_slow")


def _of_others(unit: UnitDay) -> Iterator[Excuse]:
    code, names = unit.registry.code, unit.plan.difficulties
    if unit.day.evening is not None and unit.day.evening["verdict"] == "common cause":
        yield Excuse("common_cause")
    for row in unit.ladder.difficulties:
        if row["registry_code"] == code and row["owner"] != "unit" and row["state"] != "closed":
            kind = names[row["kind"]].name_vi if row["kind"] in names else row["kind"]
            yield Excuse("difficulty", difficulty=difficulty_line(row, kind))
    for row in unit.day.cure.forces:
        if row["unit_code"] == code and row["partner"] is not None and row["missing"]:
            yield Excuse("force", cases=row["missing"], name=row["kind"])


def _of_transfers(unit: UnitDay) -> Iterator[Excuse]:
    found = failures(unit.day, [unit.registry])
    failed = sum(line.own + line.earlier for line in found.receivers)
    requeued = requeues(unit.day, {unit.registry.code}).requeued
    if failed or requeued:
        yield Excuse("receiver", cases=max(failed, requeued))
    twice = sum(line.own + line.earlier for line in found.ours if _class_of(unit, line.code) == "duplicate")
    if twice:
        yield Excuse("duplicates", cases=twice)
    if unit.registry.states.awaiting:
        yield Excuse("awaiting", cases=unit.registry.states.awaiting)


def _class_of(unit: UnitDay, code: str) -> str | None:
    error = unit.plan.error_codes.get(code)
    return unit.plan.outcomes[error.outcome].class_ if error is not None else None
