"""One evening of the ladder: from flags to who is told, who is held, and whose episode is over. Pure.

The same function decides an evening in the campaign database, in the study and in the bench.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from include.campaign.ladder.episodes import Episode, Rung, Step, begun
from include.campaign.pace.judgement import Flag, FlagOwner
from include.campaign.plan.fields import Post
from include.campaign.plan.ladder_rules import Ladder

Held = Literal["acknowledged", "silenced"]
"""Why nobody is told of a registry tonight though it is flagged."""


class Verdict(StrEnum):
    """What the ladder did on an evening."""

    TOO_EARLY = "too early"  # before the plan's first day of the ladder
    COMMON_CAUSE = "common cause"  # so many turned late at once that the cause is not theirs: the Department is told
    STEPPED = "stepped"  # the flagged units' offices are told


class Outcome(StrEnum):
    """What the evening was for one flagged registry, or for one that is flagged no more."""

    TOO_EARLY = "too early"
    COMMON_CAUSE = "common cause"
    NOT_THEIRS = "not theirs"  # what is missing lies with the Ministry, or with a line
    ACKNOWLEDGED = "acknowledged"
    SILENCED = "silenced"
    EXPLAINED = "explained"  # the owner of a difficulty is told instead, once
    TOLD = "told"
    WAITS = "waits"  # the next level is not due yet, or there is none
    SAME_DAY = "same day"  # the final close closes the last day a second time: levels go by days
    ENDED = "ended"

    @property
    def counts(self) -> bool:
        """Whether the evening counts for the ladder."""
        return self in (Outcome.TOLD, Outcome.WAITS)


@dataclass(frozen=True)
class Instead:
    """Who is told in the unit's place while a difficulty explains its flag."""

    difficulty: int
    unit_code: str
    post: Post
    owner: FlagOwner


@dataclass(frozen=True)
class End:
    """An episode that is over: told once, to exactly those who were told of it."""

    registry_code: str
    episode: Episode

    @property
    def told(self) -> tuple[Step, ...]:
        """The steps whose addresses hear of it."""
        return self.episode.told


@dataclass(frozen=True)
class Decision:
    """What an evening decided.

    Attributes:
        judged: registries judged; flagged: of these, with a flag that climbs; newly: of these, in no episode before.
        outcomes: by registry, of those flagged and of those whose episode is over.
        episodes: after the evening: those open, and those over whose end waits for figures.
    """

    verdict: Verdict
    judged: int
    flagged: int
    newly: int
    steps: tuple[Step, ...]
    ends: tuple[End, ...]
    outcomes: Mapping[str, Outcome]
    episodes: Mapping[str, Episode]


@dataclass(frozen=True)
class Evening:
    """The evening that is decided.

    Attributes:
        key: of its close.
        day_number: 1 on the campaign's first day.
        judged: registries with figures and a quota.
        held: by registry, why nobody is told of it tonight.
        explained: by registry and kind of flag, whose difficulty explains it.
        same_day: a close before it was of the same day.
    """

    key: str
    day_number: int
    judged: Collection[str]
    held: Mapping[str, Held]
    explained: Mapping[tuple[str, str], Instead]
    same_day: bool = False


def judge_evening(day_number: int, from_day: int, judged: int, newly: int, common_cause_share: float) -> Verdict:
    """Whether the ladder steps tonight.

    Args:
        day_number: day of the campaign, 1 on its first.
        from_day: the plan's first day of the ladder.
        judged: registries with a quota and figures.
        newly: of these, flagged tonight and not when last judged.
        common_cause_share: beyond this share of newly flagged registries no step is taken.
    """
    if day_number < from_day:
        return Verdict.TOO_EARLY
    if judged and newly > judged * common_cause_share:
        return Verdict.COMMON_CAUSE
    return Verdict.STEPPED


def decide_evening(
    evening: Evening,
    flags: Iterable[Flag],
    before: Mapping[str, Episode],
    paths: Mapping[str, Sequence[Rung]],
    rules: Ladder,
) -> Decision:
    """Decide who is told of which registry tonight.

    Args:
        evening: the close, who was judged, and what holds or explains.
        flags: of the close, of any kind; those whose kind does not climb are left out.
        before: episodes as the evening before left them (`Decision.episodes`, or `replay`).
        paths: each registry's levels (`paths_of`).
        rules: the plan's.
    """
    climbing = frozenset[str](rules.kinds)
    by_registry: dict[str, list[Flag]] = {}
    for flag in flags:
        if flag.kind in climbing:
            by_registry.setdefault(flag.registry_code, []).append(flag)
    newly = sum(code not in before or before[code].over for code in by_registry)
    verdict = judge_evening(evening.day_number, rules.from_day, len(evening.judged), newly, rules.common_cause_share)
    episodes = dict(before)
    outcomes: dict[str, Outcome] = {}
    steps: list[Step] = []
    for code, own in by_registry.items():
        episode = begun(before.get(code), evening.key)
        outcome, taken = _outcome(evening, verdict, own, episode, paths.get(code, ()))
        outcomes[code] = outcome
        steps.extend(taken)
        episodes[code] = episode.with_close(outcome.counts, taken)
    ends = []
    for code in before:
        if code in evening.judged and code not in by_registry:
            over = episodes.pop(code)
            outcomes[code] = Outcome.ENDED
            if over.told:
                ends.append(End(code, over))
    return Decision(
        verdict, len(evening.judged), len(by_registry), newly, tuple(steps), tuple(ends), outcomes, episodes
    )


def _outcome(
    evening: Evening, verdict: Verdict, flags: Sequence[Flag], episode: Episode, path: Sequence[Rung]
) -> tuple[Outcome, tuple[Step, ...]]:
    """What the evening is for one flagged registry; the first rule that applies."""
    code = flags[0].registry_code
    if verdict is not Verdict.STEPPED:
        return (Outcome.TOO_EARLY if verdict is Verdict.TOO_EARLY else Outcome.COMMON_CAUSE), ()
    own = [flag for flag in flags if flag.owner == "unit" or (code, flag.kind) in evening.explained]
    if not own:
        return Outcome.NOT_THEIRS, ()
    if code in evening.held:
        return Outcome(evening.held[code]), ()
    instead = [evening.explained.get((code, flag.kind)) for flag in own]
    if all(instead):
        owner = instead[0]
        if owner is None or episode.knows("owner", owner.difficulty):
            return Outcome.EXPLAINED, ()
        return Outcome.EXPLAINED, (
            Step(evening.key, code, "owner", owner.unit_code, owner.post, episode.start, owner.difficulty),
        )
    if evening.same_day:
        return Outcome.SAME_DAY, ()
    rung = episode.with_close(True).due(path)
    if rung is None:
        return Outcome.WAITS, ()
    return Outcome.TOLD, (Step(evening.key, code, rung.level, rung.unit_code, rung.post, episode.start),)
