"""Episodes: the runs of closes in which a registry is flagged, and the levels that one of them climbs. Pure.

An episode begins at the first close at which a registry carries a flag of a kind that climbs, and is over at the first
close at which it was judged and carries none. A close without its data does neither. Who was told is what makes the
next step: a level is told once in an episode, one level an evening, the lowest first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from include.campaign.plan import Plan
from include.campaign.plan.fields import Post
from include.campaign.plan.ladder_rules import Levels

Level = Literal["unit", "district", "department", "chair", "owner"]
"""Who is told: the unit's head, the district's, the Department, the Department with a draft for the Provincial
Committee's chair; and instead of them the owner of a difficulty that explains the flag."""


@dataclass(frozen=True)
class Rung:
    """A level of a registry's ladder: told on the `row`-th evening that counts, to a post of a unit."""

    level: Level
    row: int
    unit_code: str
    post: Post


@dataclass(frozen=True)
class Step:
    """One telling: a level of a registry's episode at a close. `difficulty` is what explains the flag to an owner."""

    close_key: str
    registry_code: str
    level: Level
    unit_code: str
    post: Post
    episode: str
    difficulty: int | None = None


@dataclass(frozen=True)
class Episode:
    """How an episode stands.

    Attributes:
        start: key of the close at which it began.
        row: closes in a row at which the registry was judged and flagged.
        counted: of these, evenings that count for the ladder: not before its day, not held, not explained, no wave.
        told: steps that were taken.
        over: the registry is off the ladder, and those who were told do not know it yet.
    """

    start: str
    row: int = 0
    counted: int = 0
    told: tuple[Step, ...] = ()
    over: bool = False

    def knows(self, level: Level, difficulty: int | None = None) -> bool:
        """Whether a level was told, or the owner of this difficulty."""
        return any(step.level == level and step.difficulty == difficulty for step in self.told)

    def with_close(self, counts: bool, told: Iterable[Step] = ()) -> Episode:
        """The episode after one more close at which the registry is flagged."""
        return replace(
            self, row=self.row + 1, counted=self.counted + (1 if counts else 0), told=(*self.told, *told), over=False
        )

    def due(self, path: Iterable[Rung]) -> Rung | None:
        """The lowest level that is due after the evenings counted and was not told; None: none is."""
        return next((rung for rung in path if rung.row <= self.counted and not self.knows(rung.level)), None)


@dataclass(frozen=True)
class PastEvening:
    """What stands of an earlier evening, by registry; flags that were withdrawn since are not in `flagged`.

    Attributes:
        key: the close.
        judged: registries that had figures and a quota.
        flagged: of these, with a flag of a kind that climbs.
        counted: of these, for which the evening counted, and whose letters went out.
        steps: that were told; without letters none was.
        ended: registries whose end was told.
    """

    key: str
    judged: Collection[str]
    flagged: Collection[str]
    counted: Collection[str]
    steps: Iterable[Step]
    ended: Collection[str]


def replay(evenings: Iterable[PastEvening]) -> dict[str, Episode]:
    """Episodes as earlier evenings leave them, oldest first, by registry: those open, and those whose end is untold."""
    episodes: dict[str, Episode] = {}
    for evening in evenings:
        steps: dict[str, list[Step]] = {}
        for step in evening.steps:
            steps.setdefault(step.registry_code, []).append(step)
        for code in evening.flagged:
            episode = begun(episodes.get(code), evening.key)
            episodes[code] = episode.with_close(code in evening.counted, steps.get(code, ()))
        for code in evening.judged:
            if code in episodes and code not in evening.flagged:
                if code in evening.ended or not episodes[code].told:
                    del episodes[code]
                else:
                    episodes[code] = replace(episodes[code], over=True)
    return episodes


def begun(episode: Episode | None, key: str) -> Episode:
    """The episode that a flag at a close belongs to: the open one, or a new one."""
    return Episode(key) if episode is None or episode.over else episode


def paths_of(plan: Plan, apart: Collection[str] = ()) -> dict[str, tuple[Rung, ...]]:
    """The levels of each registry's ladder, lowest first.

    Args:
        plan: units, and the rule `ladder.levels`.
        apart: registries without a quota of their own: their ladder ends at the district.
    """
    province, levels = plan.province.code, plan.rules.ladder.levels
    above = (
        Rung("department", levels.department, province, "desk"),
        Rung("chair", levels.chair, province, "desk"),
    )
    return {
        registry.code: (*_below(plan, registry.code, levels), *(() if registry.code in apart else above))
        for registry in plan.registries
    }


def _below(plan: Plan, code: str, levels: Levels) -> tuple[Rung, ...]:
    district = plan.district_of(code)
    if district is None:
        return (Rung("unit", levels.unit, code, "head"),)
    if district.code == code:
        return (Rung("district", levels.unit, code, "head"),)
    return (Rung("unit", levels.unit, code, "head"), Rung("district", levels.district, district.code, "head"))


def apart_of(own_quota: Mapping[str, bool]) -> frozenset[str]:
    """Registries without a quota of their own, from whether each has one."""
    return frozenset(code for code, own in own_quota.items() if not own)
