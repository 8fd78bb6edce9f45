"""Who could help whom: by gain, from near, and never at the cost of the giver's own milestone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.campaign.cure.courses import Courses
from include.campaign.cure.moves import Board, Proposal, propose
from include.campaign.cure.present import KINDS
from include.campaign.plan.cure_rules import Cure

NAN = np.nan
RULES = Cure(travel_days=1)
YOUTH, GUARDS, POLICE = (KINDS.index(kind) for kind in ("youth_union", "border_guards", "police"))
SPREAD = np.arange(-20, 20, 2.0)  # 20 courses around a middle


def board(
    *units: tuple[str, int, float, float],
    near: tuple[tuple[int, int], ...] = (),
    border: tuple[str, ...] = (),
    days: float = 5,
    **people: tuple[int, int],
) -> Board:
    """Units as (code, area, remaining, middle of the courses); people as u<code>=(kind, how many).

    Each person enters 10 cases a day. Whoever is late has ten of its own, none of them mobile.
    """
    codes, areas, remaining, middles = zip(*units, strict=True)
    by_kind = np.zeros((len(units), len(KINDS)))
    for name, (kind, number) in people.items():
        by_kind[codes.index(name.removeprefix("u")), kind] = number
    beside = np.zeros((max(areas) + 1, max(areas) + 1), dtype=bool)
    for one, other in near:
        beside[one, other] = beside[other, one] = True
    return Board(
        codes=codes,
        area=np.array(areas),
        near=beside,
        border=np.array([code in border for code in codes]),
        by_kind=by_kind,
        people=by_kind.sum(axis=1) + 10,
        stay=np.full(by_kind.shape, 30.0),
        per_person_day=np.full(len(units), 10.0),
        courses=Courses(np.maximum(np.array(middles)[:, None] + SPREAD, 0), np.array(remaining, dtype=float), days),
    )


def told(proposals: tuple[Proposal, ...]) -> list[tuple[str, list[tuple[str, str, int]]]]:
    return [(one.receiver, [(move.giver, move.kind, move.people) for move in one.moves]) for one in proposals]


LATE, DONE, SAFE = ("late", 0, 200, 100), ("done", 0, 0, 0), ("safe", 0, 100, 160)


def test_a_finished_unit_gives_as_many_as_bring_the_wanted_chance() -> None:
    # 8 in 10 courses reach 88 of 200: 112 are short, 119 on average. Who comes works 4 of the 5 days: 40.
    [proposal] = propose(board(LATE, DONE, udone=(YOUTH, 9)), RULES)
    assert told((proposal,)) == [("late", [("done", "youth_union", 3)])]
    [move] = proposal.moves
    assert (move.days, move.neighbouring, move.giver_chance) == (4, False, 1.0)
    assert proposal.before == 0 and proposal.after >= 0.8 and proposal.people == 3


def test_a_unit_ahead_gives_only_what_leaves_it_its_own_chance() -> None:
    # It lacks 100 and enters 140 to 178: without one (50 of 159 fewer) some courses would miss.
    assert propose(board(LATE, SAFE, usafe=(YOUTH, 9)), RULES) == ()
    safer = ("safe", 0, 100, 205)  # without one at least 137, without two 90
    [proposal] = propose(board(("late", 0, 120, 100), safer, usafe=(YOUTH, 9)), RULES)
    assert [move.people for move in proposal.moves] == [1]
    assert proposal.moves[0].giver_chance >= RULES.giver_chance


def test_border_guards_go_to_border_communes_only_and_police_not_at_all() -> None:
    assert propose(board(LATE, DONE, udone=(GUARDS, 9)), RULES) == ()
    assert told(propose(board(LATE, DONE, udone=(GUARDS, 9), border=("late",)), RULES)) == [
        ("late", [("done", "border_guards", 3)])
    ]
    assert propose(board(LATE, DONE, udone=(POLICE, 9)), RULES) == ()


def test_the_same_area_comes_before_a_neighbour_and_nobody_further_away_is_asked() -> None:
    near, far = ("near", 1, 0, 0), ("far", 2, 0, 0)
    units = board(LATE, DONE, near, far, near=((0, 1), (1, 2)), udone=(YOUTH, 2), unear=(YOUTH, 5), ufar=(YOUTH, 9))
    [proposal] = propose(units, RULES)
    assert [(move.giver, move.people, move.neighbouring) for move in proposal.moves] == [
        ("done", 2, False),
        ("near", 1, True),
    ]
    assert propose(board(LATE, far, ufar=(YOUTH, 9)), RULES) == ()


def test_who_gains_most_for_each_person_is_helped_first() -> None:
    nearly = ("nearly", 0, 120, 100)
    units = board(LATE, nearly, DONE, udone=(YOUTH, 2))
    proposals = propose(units, RULES)
    assert told(proposals) == [("nearly", [("done", "youth_union", 1)])], "one who is left does not help the other"


def test_help_that_adds_next_to_nothing_is_not_proposed() -> None:
    assert propose(board(("late", 0, 900, 100), DONE, udone=(YOUTH, 9)), RULES) == ()


def test_people_whose_promise_ends_early_work_fewer_days() -> None:
    units = board(LATE, DONE, udone=(YOUTH, 9))
    [proposal] = propose(replace(units, stay=np.full(units.stay.shape, 3.0)), RULES)
    assert (proposal.moves[0].days, proposal.people) == (2, 6)
    assert propose(replace(units, stay=np.full(units.stay.shape, 1.0)), RULES) == ()


def test_nobody_gets_twice_as_many_as_are_there() -> None:
    units = board(LATE, DONE, udone=(YOUTH, 9))
    assert [one.people for one in propose(replace(units, people=np.array([2.0, 9.0])), RULES)] == [3]
    assert propose(replace(units, people=np.array([1.0, 9.0])), RULES) == (), "one alone adds nothing"


def test_a_unit_apart_gives_and_takes_nothing() -> None:
    apart = ("apart", 0, NAN, NAN)
    assert propose(board(LATE, apart, uapart=(YOUTH, 9)), RULES) == ()
    assert propose(board(apart, DONE, udone=(YOUTH, 9)), RULES) == ()


def test_when_the_time_is_up_nobody_is_sent() -> None:
    assert propose(board(LATE, DONE, udone=(YOUTH, 9), days=0), RULES) == ()


@st.composite
def boards(draw: st.DrawFn) -> Board:
    count = draw(st.integers(2, 9))
    some = np.random.default_rng(draw(st.integers(0, 10_000)))
    areas = 3
    near = some.random((areas, areas)) < 0.5
    remaining = np.where(some.random(count) < 0.3, 0, some.integers(0, 300, count)).astype(float)
    remaining[some.random(count) < 0.1] = NAN
    totals = np.sort(some.integers(0, 400, (count, 1)) + some.integers(0, 120, (count, 50)), axis=1).astype(float)
    totals[np.isnan(remaining)] = NAN
    by_kind = some.integers(0, 5, (count, len(KINDS))).astype(float)
    by_kind[some.random(by_kind.shape) < 0.2] = NAN
    return Board(
        codes=tuple(f"{code:03}" for code in some.permutation(100)[:count]),
        area=some.integers(0, areas, count),
        near=near | near.T,
        border=some.random(count) < 0.4,
        by_kind=by_kind,
        people=np.where(some.random(count) < 0.1, NAN, np.nansum(by_kind, axis=1)),
        stay=some.integers(0, 8, by_kind.shape).astype(float),
        per_person_day=np.where(some.random(count) < 0.1, NAN, some.uniform(1, 30, count)),
        courses=Courses(totals, remaining, float(some.integers(1, 10))),
    )


@settings(max_examples=200)
@given(boards())
def test_rules_that_every_proposal_keeps(units: Board) -> None:
    proposals = propose(units, RULES)
    place_of = {code: place for place, code in enumerate(units.codes)}
    given_away = np.zeros(units.by_kind.shape)
    received = np.zeros(len(units.codes))
    for proposal in proposals:
        receiver = place_of[proposal.receiver]
        assert proposal.after - proposal.before >= RULES.least_gain - 1e-9
        assert proposal.before == units.courses.chances()[receiver] < RULES.wanted_chance
        added = 0.0
        for move in proposal.moves:
            giver, kind = place_of[move.giver], KINDS.index(move.kind)
            given_away[giver, kind] += move.people
            added += move.people * move.days * units.per_person_day[receiver]
            assert move.people > 0 and move.days > 0 and move.kind in RULES.mobile_kinds
            assert move.kind != "border_guards" or units.border[receiver]
            here, away = units.area[receiver], units.area[giver]
            assert here == away or (move.neighbouring and units.near[here, away])
        received[receiver] += proposal.people
        there = units.people[receiver]
        assert np.isnan(there) or proposal.people < max(RULES.most_times * there, 2), "no more than it can take in"
        assert proposal.after == units.courses.chance(receiver, added)
    assert (given_away <= np.nan_to_num(units.by_kind)).all(), "nobody goes who is not there"
    gone = given_away.sum(axis=1)
    assert not (gone * received).any(), "who is helped gives nobody"
    for place in np.flatnonzero(gone):
        lost = gone[place] * units.per_person_day[place] * units.courses.days
        finished = units.courses.remaining[place] == 0
        assert finished or units.courses.chance(int(place), -lost) >= RULES.giver_chance, "no giver turns late"


@given(boards(), st.randoms(use_true_random=False))
def test_the_order_in_which_units_stand_changes_nothing(units: Board, lot: object) -> None:
    order = list(range(len(units.codes)))
    lot.shuffle(order)  # type: ignore[attr-defined]
    mixed = Board(
        codes=tuple(units.codes[place] for place in order),
        area=units.area[order],
        near=units.near,
        border=units.border[order],
        by_kind=units.by_kind[order],
        people=units.people[order],
        stay=units.stay[order],
        per_person_day=units.per_person_day[order],
        courses=Courses(units.courses.totals[order], units.courses.remaining[order], units.courses.days),
    )
    assert propose(mixed, RULES) == propose(units, RULES)


@pytest.mark.parametrize("kinds", [(), ("police",)])
def test_which_kinds_are_mobile_is_the_plans(kinds: tuple[str, ...]) -> None:
    rules = Cure.model_validate({"mobile_kinds": kinds})
    found = propose(board(LATE, DONE, udone=(POLICE, 9)), rules)
    assert [move.kind for proposal in found for move in proposal.moves] == list(kinds)
