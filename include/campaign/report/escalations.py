"""What the ladder tells: to those above a unit, to owners of difficulties, and to all who were told when it is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, get_args

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Close
from include.campaign.ladder.episodes import Level
from include.campaign.ladder.evening import Outcome
from include.campaign.plan import Plan
from include.campaign.report.difficulties import DifficultyLine, difficulty_line
from include.campaign.report.pace import FlagLine
from include.campaign.warehouse import fetch

if TYPE_CHECKING:  # it is made of what stands here
    from include.campaign.report.models import RegistryDay

ABOVE: tuple[Level, ...] = ("department", "chair")
"""Levels that are told to the Department: one block each in its report."""


@dataclass(frozen=True)
class ToldBefore:
    """An office that was told of an episode, and the day of the report that told it."""

    office: str
    day: date
    level: Level


@dataclass(frozen=True)
class RaisedLine:
    """A flagged registry that is raised to a level.

    Attributes:
        flags: those that climb.
        since: day of the first close of the episode; in_row: closes in a row at which it was flagged.
        told: who was told of it so far.
        difficulty: what explains it, where the owner of that is told; None: nothing does.
    """

    registry: RegistryDay
    flags: tuple[FlagLine, ...]
    since: date
    in_row: int
    told: tuple[ToldBefore, ...]
    difficulty: DifficultyLine | None


@dataclass(frozen=True)
class RaisedBlock:
    """To whoever is above flagged registries, or owns what holds them up; their own heads are told in their mail."""

    kind: ClassVar[str] = "raised"

    level: Level
    lines: tuple[RaisedLine, ...]


@dataclass(frozen=True)
class RecoveredLine:
    """A registry that is back on its roadmap, after so many closes in a row since a day."""

    name: str
    since: date
    in_row: int


@dataclass(frozen=True)
class RecoveryBlock:
    """To exactly those who were told of registries that are off the ladder: it is over."""

    kind: ClassVar[str] = "recovery"

    lines: tuple[RecoveredLine, ...]


@dataclass(frozen=True)
class ProposalBlock:
    """To the Department's desk: a draft for the Provincial Committee's chair goes with the letter, for it to send."""

    kind: ClassVar[str] = "proposal"

    close_key: str
    committee: str
    plan_number: str
    lines: tuple[RaisedLine, ...]


@dataclass(frozen=True)
class HoldLine:
    """An acknowledgement or a silence that holds on the day; `name` None: of all registries."""

    what: str
    name: str | None
    until: date
    said: str


@dataclass(frozen=True)
class LadderBlock:
    """To the Department: how many are told tonight at which level, and why others are not.

    Attributes:
        told: level and number of registries, from the lowest up.
        held: registries flagged of which nobody is told: acknowledged, silenced.
        waits, explained, not_theirs, ended: registries whose next level is not due; whose difficulty's owner knows it;
            whose shortfall lies with the Ministry or a line; that are off the ladder since tonight.
    """

    kind: ClassVar[str] = "ladder"

    told: tuple[tuple[Level, int], ...]
    held: int
    waits: int
    explained: int
    not_theirs: int
    ended: int
    holds: tuple[HoldLine, ...]


@dataclass(frozen=True)
class LadderDay:
    """What the ladder decided at a close."""

    steps: Sequence[RowMapping]
    told_before: Mapping[str, tuple[ToldBefore, ...]]
    ends: Sequence[RowMapping]
    difficulties: Sequence[RowMapping]
    climbs: Sequence[RowMapping]
    holds: Sequence[RowMapping]


def read_ladder(conn: Connection, close: Close) -> LadderDay:
    """What was frozen of the ladder and of difficulties at a close."""
    before: dict[str, list[ToldBefore]] = {}
    for row in fetch(conn, "ladder/select_told_before", close_key=close.key):
        told = ToldBefore(row["told_office"], row["day"], row["level"])
        before.setdefault(row["registry_code"], []).append(told)
    return LadderDay(
        steps=fetch(conn, "ladder/select_report_steps", close_key=close.key),
        told_before={code: tuple(dict.fromkeys(told)) for code, told in before.items()},
        ends=fetch(conn, "ladder/select_report_ends", close_key=close.key),
        difficulties=fetch(conn, "ladder/select_report_difficulties", close_key=close.key),
        climbs=fetch(conn, "ladder/select_report_climbs", close_key=close.key),
        holds=fetch(conn, "ladder/select_report_holds", close_key=close.key),
    )


def ladder_block(ladder: LadderDay, registries: Mapping[str, RegistryDay]) -> LadderBlock | None:
    """The evening in numbers; None where nobody is on the ladder and nothing holds."""
    if not ladder.climbs and not ladder.holds:
        return None
    outcomes = Counter(row["outcome"] for row in ladder.climbs)
    levels = Counter(row["level"] for row in ladder.climbs if row["level"])
    return LadderBlock(
        told=tuple((level, levels[level]) for level in get_args(Level) if levels[level]),
        held=outcomes[Outcome.ACKNOWLEDGED] + outcomes[Outcome.SILENCED],
        waits=outcomes[Outcome.WAITS] + outcomes[Outcome.SAME_DAY],
        explained=outcomes[Outcome.EXPLAINED] - levels["owner"],
        not_theirs=outcomes[Outcome.NOT_THEIRS],
        ended=outcomes[Outcome.ENDED],
        holds=tuple(_hold(row, registries) for row in ladder.holds),
    )


def _hold(row: RowMapping, registries: Mapping[str, RegistryDay]) -> HoldLine:
    registry = registries.get(row["registry_code"])
    name = registry.full_name if registry else row["registry_code"]
    return HoldLine(row["what"], name, row["until_day"], row["said"])


def raised_blocks(
    ladder: LadderDay, steps: Sequence[RowMapping], registries: Mapping[str, RegistryDay], plan: Plan
) -> Iterator[tuple[RowMapping, RaisedBlock]]:
    """A block per address and level, with a step that says whom it goes to.

    Args:
        ladder: of the close.
        steps: of it, those that these blocks tell.
        registries: of the day.
        plan: names of difficulties, kinds that climb.
    """

    def place(step: RowMapping) -> tuple[str, Level]:
        return str(step["told_address"]).casefold(), step["level"]

    for (_, level), found in groupby(sorted(steps, key=place), key=place):
        rows = list(found)
        lines = [_line(ladder, row, registries, plan) for row in rows]
        yield rows[0], RaisedBlock(level, tuple(sorted(lines, key=lambda line: (-line.in_row, line.registry.code))))


def _line(ladder: LadderDay, step: RowMapping, registries: Mapping[str, RegistryDay], plan: Plan) -> RaisedLine:
    registry = registries[step["registry_code"]]
    row = next((one for one in ladder.difficulties if one["difficulty_id"] == step["difficulty_id"]), None)
    kind = plan.difficulties.get(row["kind"]) if row else None
    return RaisedLine(
        registry=registry,
        flags=climbing_flags(registry, plan),
        since=step["since"],
        in_row=step["in_row"],
        # The Department's own papers are left out: it knows what it was told.
        told=tuple(one for one in ladder.told_before.get(registry.code, ()) if one.level not in ABOVE),
        difficulty=difficulty_line(row, kind.name_vi if kind else row["kind"]) if row else None,
    )


def climbing_flags(registry: RegistryDay, plan: Plan) -> tuple[FlagLine, ...]:
    """The flags of a registry that climb."""
    return tuple(flag for flag in registry.pace.flags if flag.kind in plan.rules.ladder.kinds) if registry.pace else ()


def recovery_blocks(
    ladder: LadderDay, registries: Mapping[str, RegistryDay]
) -> Iterator[tuple[RowMapping, RecoveryBlock]]:
    """A block per address that was told of episodes which are over, with a row that says whom it goes to."""
    for _, found in groupby(ladder.ends, key=lambda row: str(row["told_address"]).casefold()):
        rows = list(found)
        lines = (RecoveredLine(registries[row["registry_code"]].full_name, row["since"], row["in_row"]) for row in rows)
        yield rows[0], RecoveryBlock(tuple(lines))


def proposal(block: RaisedBlock, plan: Plan, close: Close) -> ProposalBlock:
    """The draft for the Provincial Committee's chair about registries that are raised so far."""
    committee = plan.contact(plan.province.code, "head", close.day).office
    return ProposalBlock(close.key, committee, plan.rules.campaign.plan_number, block.lines)
