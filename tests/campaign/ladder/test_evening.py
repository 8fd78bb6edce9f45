"""Who is told on an evening, at which level, and why somebody is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pytest

from include.campaign.ladder import Decision, Evening, Instead, Outcome, Verdict, decide_evening, paths_of
from include.campaign.ladder.episodes import Episode, Rung
from include.campaign.ladder.evening import Held
from include.campaign.pace.judgement import Flag, FlagKind, FlagOwner
from include.campaign.plan import Plan
from include.campaign.plan.ladder_rules import Ladder

UNITS = tuple(f"{number:02}" for number in range(1, 41))
PATH = (
    Rung("unit", 1, "01", "head"),
    Rung("district", 2, "9", "head"),
    Rung("department", 3, "0", "desk"),
    Rung("chair", 5, "0", "desk"),
)


def flag(code: str, kind: FlagKind = "behind", owner: FlagOwner = "unit") -> Flag:
    return Flag(code, kind, "entered", owner, {}, 1)


@dataclass
class Evenings:
    """Evenings one after the other, from the plan's first day of the ladder on."""

    day: int = 3
    rules: Ladder = field(default_factory=Ladder)
    episodes: Mapping[str, Episode] = field(default_factory=dict)

    def next(
        self,
        *flags: Flag,
        unread: Iterable[str] = (),
        held: Mapping[str, Held] | None = None,
        explained: Mapping[tuple[str, str], Instead] | None = None,
        same_day: bool = False,
    ) -> Decision:
        judged = frozenset(UNITS) - set(unread)
        evening = Evening(f"2025-03-{self.day:02}", self.day, judged, held or {}, explained or {}, same_day)
        decision = decide_evening(evening, flags, self.episodes, dict.fromkeys(UNITS, PATH), self.rules)
        self.day, self.episodes = self.day + 1, decision.episodes
        return decision


def levels(decision: Decision) -> list[str]:
    return [step.level for step in decision.steps]


def test_each_level_is_told_once_on_its_evening_in_a_row() -> None:
    evenings = Evenings()
    told = [levels(evenings.next(flag("01"))) for _ in range(7)]
    assert told == [["unit"], ["district"], ["department"], [], ["chair"], [], []]


def test_the_final_close_is_no_further_day() -> None:
    evenings = Evenings()
    assert levels(evenings.next(flag("01"))) == ["unit"]
    again = evenings.next(flag("01"), same_day=True)
    assert (levels(again), again.outcomes["01"]) == ([], "same day")
    assert levels(evenings.next(flag("01"))) == ["district"]


def test_flags_before_the_ladders_first_day_do_not_bring_it_up_at_once() -> None:
    evenings = Evenings(day=1)
    decisions = [evenings.next(flag("01")) for _ in range(4)]
    assert [decision.verdict for decision in decisions] == ["too early", "too early", "stepped", "stepped"]
    assert [levels(decision) for decision in decisions] == [[], [], ["unit"], ["district"]]
    assert evenings.episodes["01"].row == 4


def test_who_recovers_leaves_the_ladder_and_those_told_hear_it_once() -> None:
    evenings = Evenings()
    evenings.next(flag("01"))
    evenings.next(flag("01"))
    over = evenings.next()
    assert [(end.registry_code, [step.level for step in end.told]) for end in over.ends] == [
        ("01", ["unit", "district"])
    ]
    assert over.outcomes == {"01": Outcome.ENDED}
    assert not evenings.next().ends
    assert levels(evenings.next(flag("01"))) == ["unit"], "a new episode begins below"


def test_who_was_never_told_is_not_told_that_it_is_over() -> None:
    evenings = Evenings(day=2)
    evenings.next(flag("01"))
    assert not evenings.next().ends


def test_an_evening_without_data_neither_goes_on_nor_ends_it() -> None:
    evenings = Evenings()
    evenings.next(flag("01"))
    silent = evenings.next(unread=["01"])
    assert not silent.steps and not silent.ends and not silent.outcomes
    assert levels(evenings.next(flag("01"))) == ["district"]


def test_a_wave_is_held_back_and_does_not_count() -> None:
    evenings = Evenings()
    evenings.next(flag("40"))
    wave = evenings.next(flag("40"), *(flag(code) for code in UNITS[:11]))
    assert (wave.verdict, wave.newly, wave.flagged, wave.judged) == (Verdict.COMMON_CAUSE, 11, 12, 40)
    assert not wave.steps
    after = evenings.next(flag("40"), *(flag(code) for code in UNITS[:11]))
    assert after.verdict is Verdict.STEPPED
    assert {(step.registry_code, step.level) for step in after.steps} == {
        ("40", "district"),
        *((code, "unit") for code in UNITS[:11]),
    }


def test_the_ministrys_or_a_lines_fault_is_nobodys_step() -> None:
    evenings = Evenings()
    for _ in range(5):
        decision = evenings.next(
            flag("01", "will_miss_transfer", "ministry"), flag("02", "silent", "line"), flag("03", "stalled", "line")
        )
        assert not decision.steps
    assert decision.outcomes == {"01": Outcome.NOT_THEIRS, "03": Outcome.NOT_THEIRS}


def test_kinds_that_do_not_climb_are_left_out() -> None:
    decision = Evenings().next(flag("01", "error_rate"), flag("02", "too_good"))
    assert (decision.flagged, decision.steps) == (0, ())


def test_what_is_held_comes_an_evening_later() -> None:
    evenings = Evenings()
    evenings.next(flag("01"))
    assert evenings.next(flag("01"), held={"01": "acknowledged"}).outcomes == {"01": Outcome.ACKNOWLEDGED}
    assert levels(evenings.next(flag("01"))) == ["district"]
    assert evenings.next(flag("01"), held={"01": "silenced"}).outcomes == {"01": Outcome.SILENCED}
    assert levels(evenings.next(flag("01"))) == ["department"]


def test_while_a_difficulty_explains_it_its_owner_is_told_once_in_the_units_place() -> None:
    evenings = Evenings()
    evenings.next(flag("01"))
    line = {("01", "behind"): Instead(7, "0", "line", "line")}
    told = evenings.next(flag("01", owner="line"), explained=line)
    assert [(step.level, step.unit_code, step.post, step.difficulty) for step in told.steps] == [
        ("owner", "0", "line", 7)
    ]
    again = evenings.next(flag("01", owner="line"), explained=line)
    assert again.outcomes == {"01": Outcome.EXPLAINED} and not again.steps
    other = evenings.next(flag("01"), explained={("01", "behind"): Instead(8, "9", "head", "district")})
    assert [step.difficulty for step in other.steps] == [8]
    assert levels(evenings.next(flag("01"))) == ["district"], "cleared: the unit's own ladder goes on"


def test_what_only_some_flags_are_explained_by_does_not_excuse_the_others() -> None:
    explained = {("01", "will_miss_transfer"): Instead(7, "0", "line", "line")}
    decision = Evenings().next(flag("01", "behind"), flag("01", "will_miss_transfer", "line"), explained=explained)
    assert levels(decision) == ["unit"]


def test_paths_of_a_plan(small_plan: Plan) -> None:
    paths = paths_of(small_plan, apart={"09301"})
    said = {code: [(rung.level, rung.row, rung.unit_code) for rung in path] for code, path in paths.items()}
    above = [("department", 3, "09"), ("chair", 5, "09")]
    assert said["09101"] == [("unit", 1, "09101"), ("district", 2, "091"), *above]
    assert said["091"] == [("district", 1, "091"), *above], "a district's own registry begins at the district"
    assert said["09301"] == [("unit", 1, "09301"), ("district", 2, "093")], "none of its own: not above the district"


def test_a_plan_without_districts_leaves_that_level_out(two_level_plan: Plan) -> None:
    for code, path in paths_of(two_level_plan).items():
        assert [(rung.level, rung.row) for rung in path] == [("unit", 1), ("department", 3), ("chair", 5)], code


@pytest.mark.parametrize("levels", [{"unit": 2, "district": 2}, {"chair": 3}])
def test_levels_must_rise(levels: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="levels must rise"):
        Ladder.model_validate({"levels": levels})
