"""Evenings, gaps, waves, acknowledgements, silences, difficulties and restatements in any order: what always holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from include.campaign.ladder import Decision, Evening, Instead, Outcome, PastEvening, Rung, Step, decide_evening, replay
from include.campaign.ladder.episodes import Episode
from include.campaign.ladder.evening import Held
from include.campaign.pace.judgement import Flag, FlagKind, FlagOwner
from include.campaign.plan.ladder_rules import Ladder
from tests.campaign.test_machine import PROFILE

UNITS = tuple("abcdefghij")
APART = "j"
RULES = Ladder()
KINDS: tuple[FlagKind, ...] = ("behind", "will_miss_entry", "error_rate", "silent")
OWNERS: tuple[FlagOwner, ...] = ("unit", "unit", "unit", "ministry", "line")
PATHS = {
    unit: (
        Rung("unit", 1, unit, "head"),
        Rung("district", 2, "D", "head"),
        *(() if unit == APART else (Rung("department", 3, "P", "desk"), Rung("chair", 5, "P", "desk"))),
    )
    for unit in UNITS
}


@dataclass
class Told:
    """An evening as it stands on record; `flagged` loses what is withdrawn."""

    key: str
    decision: Decision
    judged: frozenset[str]
    flagged: set[str]
    posted: bool
    held: dict[str, Held]
    withdrawn: set[str] = field(default_factory=set)

    def past(self) -> PastEvening:
        outcomes = self.decision.outcomes
        return PastEvening(
            self.key,
            self.judged,
            frozenset(self.flagged),
            {code for code, outcome in outcomes.items() if outcome.counts} if self.posted else frozenset(),
            self.decision.steps if self.posted else (),
            {code for code, outcome in outcomes.items() if outcome is Outcome.ENDED} if self.posted else frozenset(),
        )


class Ladders(RuleBasedStateMachine):
    """The ladder of ten units as the campaign database would replay it."""

    @initialize()
    def begin(self) -> None:
        self.evenings: list[Told] = []
        self.folded: dict[str, Episode] = {}
        self.difficulties: dict[str, int] = {}
        self.plain = True
        """Nothing was withdrawn and every letter went out: replaying must give what was carried along."""

    @rule(
        raised=st.dictionaries(
            st.sampled_from(UNITS), st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(OWNERS)), max_size=2)
        ),
        same=st.sets(st.sampled_from(UNITS)),
        unread=st.sets(st.sampled_from(UNITS), max_size=3),
        held=st.dictionaries(st.sampled_from(UNITS), st.sampled_from(["acknowledged", "silenced"]), max_size=2),
        posted=st.integers(0, 5).map(bool),
    )
    def evening(
        self,
        raised: dict[str, list[tuple[FlagKind, FlagOwner]]],
        same: set[str],
        unread: set[str],
        held: dict[str, Held],
        posted: bool,
    ) -> None:
        before = replay(evening.past() for evening in self.evenings)
        if self.plain:
            assert before == self.folded
        judged = frozenset(UNITS) - unread
        # Those of `same` that were flagged stay so: episodes that climb are what this is about.
        stay: dict[str, list[tuple[FlagKind, FlagOwner]]] = {unit: [("behind", "unit")] for unit in same & set(before)}
        flags = [
            Flag(unit, kind, "entered", owner, {}, 1)
            for unit, found in {**raised, **stay}.items()
            if unit in judged
            for kind, owner in dict(found).items()
        ]
        key = f"{len(self.evenings) + 1:03}"
        instead = {(unit, "behind"): Instead(number, "L", "head", "line") for unit, number in self.difficulties.items()}
        number = len(self.evenings) + 1
        decision = decide_evening(Evening(key, number, judged, held, instead), flags, before, PATHS, RULES)
        flagged = {flag.registry_code for flag in flags if flag.kind in RULES.kinds}
        self.evenings.append(Told(key, decision, judged, flagged, posted, held))
        self.folded = dict(decision.episodes)
        self.plain = self.plain and posted
        self.look_at(self.evenings[-1], flags, before)

    def look_at(self, told: Told, flags: list[Flag], before: dict[str, Episode]) -> None:
        decision = told.decision
        runs = {unit: self.run_of(unit) for unit in told.flagged}
        newly = sum(len(run) == 1 for run in runs.values())
        if len(self.evenings) < RULES.from_day or newly > RULES.common_cause_share * len(told.judged):
            assert not decision.steps, "no step before the ladder's first day, nor on an evening of a common cause"
        for unit, run in runs.items():
            episode = decision.episodes[unit]
            assert (episode.start, episode.row) == (run[0].key, len(run))
            assert episode.counted == sum(
                one.decision.outcomes[unit].counts and (one.posted or one is told) for one in run
            )
        each = Counter(step.registry_code for step in decision.steps)
        assert not each or max(each.values()) == 1, "one level an evening"
        for step in decision.steps:
            assert step.registry_code in told.flagged and step.registry_code not in told.held
            owners = {flag.owner for flag in flags if flag.registry_code == step.registry_code}
            assert "unit" in owners or step.level == "owner", "nobody is told for the Ministry or a line"
            assert step.registry_code != APART or step.level in ("unit", "district", "owner")
        for end in decision.ends:
            assert end.registry_code in told.judged and end.registry_code not in told.flagged
            assert end.told and end.told == before[end.registry_code].told
        assert set(decision.outcomes) == told.flagged | (set(before) & told.judged - told.flagged)

    def run_of(self, unit: str) -> list[Told]:
        """The evenings in a row at which a unit was judged and flagged, up to the last one."""
        run: list[Told] = []
        for evening in reversed(self.evenings):
            if unit in evening.flagged:
                run.insert(0, evening)
            elif unit in evening.judged:
                break
        return run

    @rule(unit=st.sampled_from(UNITS), number=st.integers(1, 99))
    def report_difficulty(self, unit: str, number: int) -> None:
        self.difficulties.setdefault(unit, number)

    @rule(unit=st.sampled_from(UNITS))
    def clear_difficulty(self, unit: str) -> None:
        self.difficulties.pop(unit, None)

    @precondition(lambda self: any(evening.flagged for evening in self.evenings))
    @rule(data=st.data())
    def restate(self, data: st.DataObject) -> None:
        """A flag of an earlier evening is withdrawn: what it rested on has changed."""
        evening = data.draw(st.sampled_from([one for one in self.evenings if one.flagged]), label="evening")
        unit = data.draw(st.sampled_from(sorted(evening.flagged)), label="unit")
        evening.flagged.discard(unit)
        evening.withdrawn.add(unit)
        self.plain = False

    @rule()
    def decide_again(self) -> None:
        """What is on record gives the same episodes however often it is replayed."""
        pasts = [evening.past() for evening in self.evenings]
        assert replay(pasts) == replay(pasts)

    def told_steps(self) -> list[tuple[Told, Step]]:
        return [(evening, step) for evening in self.evenings if evening.posted for step in evening.decision.steps]

    @invariant()
    def a_level_is_told_once_in_an_episode(self) -> None:
        told = Counter(
            (step.registry_code, step.episode, step.level, step.difficulty)
            for evening, step in self.told_steps()
            if step.registry_code not in evening.withdrawn
        )
        assert not told or max(told.values()) == 1

    @invariant()
    def an_end_is_told_once_and_only_to_those_told(self) -> None:
        steps = {(step.registry_code, step.close_key, step.level) for _, step in self.told_steps()}
        ends: Counter[tuple[str, str]] = Counter()
        for evening in self.evenings:
            for end in evening.decision.ends:
                assert {(step.registry_code, step.close_key, step.level) for step in end.told} <= steps
                ends[end.registry_code, end.episode.start] += evening.posted
        assert not ends or max(ends.values()) <= 1


# Nothing is read or written: many stories cost little.
Ladders.TestCase.settings = settings(PROFILE, max_examples=max(PROFILE.max_examples, 150), stateful_step_count=25)
TestLadders = Ladders.TestCase
