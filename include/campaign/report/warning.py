"""The part of a flagged registry's own mail that the ladder asks for: since when, who knows, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import RowMapping

from include.campaign.days import Close
from include.campaign.ladder.episodes import Level, Rung, apart_of, paths_of
from include.campaign.ladder.evening import Outcome
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.plan import Plan
from include.campaign.report.escalations import LadderDay, ToldBefore, climbing_flags
from include.campaign.report.pace import FlagLine, Lag

if TYPE_CHECKING:  # it is made of what stands here
    from include.campaign.report.models import RegistryDay

THEIRS = frozenset({Outcome.TOLD, Outcome.WAITS, Outcome.SAME_DAY, Outcome.ACKNOWLEDGED, Outcome.SILENCED})
"""Outcomes of an evening at which a registry's flag is its own to answer for."""


@dataclass(frozen=True)
class NextStep:
    """Who is told next: at the earliest after so many closes at which the registry is flagged still."""

    level: Level
    office: str
    closes: int


@dataclass(frozen=True)
class Escalation:
    """What the head of a flagged registry is told beside the day's figures.

    Attributes:
        tonight: who is told tonight, by a level; None: nobody new is, the flag stands.
        since: day of the first close of the episode; in_row: closes in a row at which it was flagged.
        lag: how far it is behind; None: it is flagged for something else. roadmap_until: end of that stage's roadmap.
        flags: those that climb, with their reasons.
        told: who was told before tonight.
        held: it holds: "acknowledged" or "silenced"; None: it climbs.
        following: the next to be told; None: there is nobody above, or it holds.
    """

    tonight: ToldBefore | None
    since: date
    in_row: int
    lag: Lag | None
    roadmap_until: datetime | None
    flags: tuple[FlagLine, ...]
    told: tuple[ToldBefore, ...]
    held: Outcome | None
    following: NextStep | None

    @property
    def others(self) -> tuple[FlagLine, ...]:
        """Flags beside being behind, which is told with its figures."""
        return tuple(flag for flag in self.flags if self.lag is None or flag.kind != "behind")


class Warnings:
    """The escalations of a close, by registry."""

    def __init__(self, ladder: LadderDay, plan: Plan, close: Close, registries: Sequence[RegistryDay]) -> None:
        """Look up what the ladder decided; nothing is computed before it is asked for."""
        self._ladder = ladder
        self._plan = plan
        self._close = close
        self._registries = registries
        self._climbs: Mapping[str, RowMapping] = {row["registry_code"]: row for row in ladder.climbs}
        self._steps: dict[str, list[RowMapping]] = {}
        for row in ladder.steps:
            self._steps.setdefault(row["registry_code"], []).append(row)

    @cached_property
    def _roadmaps(self) -> Roadmaps:
        return Roadmaps.of(self._plan)

    @cached_property
    def _paths(self) -> Mapping[str, Sequence[Rung]]:
        own = {one.code: not one.pace.apart for one in self._registries if one.pace is not None}
        return paths_of(self._plan, apart_of(own))

    def own_step(self, code: str) -> RowMapping | None:
        """The step that tells a registry's own head tonight; None: there is none."""
        own = self._paths.get(code, ())[:1]
        return next((row for row in self._steps.get(code, ()) for rung in own if row["level"] == rung.level), None)

    def of(self, registry: RegistryDay) -> Escalation | None:
        """What the head of a registry is told; None: it is not flagged, or what holds it up is not its own."""
        climb, told_tonight = self._climbs.get(registry.code), self._steps.get(registry.code, [])
        if not told_tonight and (climb is None or climb["outcome"] not in THEIRS):
            return None
        if told_tonight and told_tonight[0]["level"] == "owner":
            return None
        known = climb or told_tonight[0]
        outcome = climb["outcome"] if climb else Outcome.TOLD
        before = self._ladder.told_before.get(registry.code, ())
        told = [ToldBefore(row["told_office"], self._close.day, row["level"]) for row in told_tonight]
        tonight = told[0] if told else None
        held = Outcome(outcome) if outcome in (Outcome.ACKNOWLEDGED, Outcome.SILENCED) else None
        knowing = {one.level for one in (*before, tonight) if one is not None}
        return Escalation(
            tonight=tonight,
            since=known["since"],
            in_row=known["in_row"],
            lag=registry.lag,
            roadmap_until=self._until(registry),
            flags=climbing_flags(registry, self._plan),
            told=before,
            held=held,
            following=None if held else self._following(registry.code, knowing, climb["counted"] if climb else 1),
        )

    def _until(self, registry: RegistryDay) -> datetime | None:
        if registry.lag is None:
            return None
        stage = registry.lag.stage
        return self._roadmaps.own.get((stage, registry.code), self._roadmaps.default[stage]).until

    def _following(self, code: str, knowing: set[Level], counted: int) -> NextStep | None:
        rung = next((one for one in self._paths.get(code, ())[1:] if one.level not in knowing), None)
        if rung is None or self._close.kind != "daily" or self._close.day == self._plan.rules.campaign.last_day:
            return None
        contact = self._plan.contact(rung.unit_code, rung.post, self._close.day)
        return NextStep(rung.level, contact.office, max(rung.row - counted, 1))
