"""Who makes the entry days: the same papers as in the history itself, and the same again without help."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from include.campaign.plan import Plan, load_plan
from include.rehearsal.address import ServerAddress
from include.rehearsal.build import Player, build_history
from include.rehearsal.databases import TRUTH
from include.rehearsal.history import History
from include.rehearsal.instants import DAY, HOUR, NEVER
from include.rehearsal.ministry import Ministry
from include.rehearsal.misses import entry_deadline, outcomes_of
from include.rehearsal.province import Province, province_of
from include.rehearsal.temper import OTHER, USUAL, Temper
from tests.rehearsal.conftest import MakeWorld
from tests.rehearsal.looking import rows

ROOT = Path(__file__).resolve().parents[2]


def papers_entered(history: History, by: int) -> int:
    """Papers of phase 2 that are entered by an instant; what is keyed again, or is no paper, does not count."""
    books, entries = history.books, history.entries
    papers = (books.phase[entries.book] == 2) & (entries.first_keying < 0)
    papers &= entries.number <= 3 * books.pages[entries.book]
    return int((papers & (entries.entered <= by)).sum())


def alone(province: Province) -> Province:
    return replace(province, temper=replace(province.temper, help_comes=False))


@pytest.mark.parametrize("temper", [USUAL, OTHER])
@pytest.mark.parametrize("seed", [3, 4])
def test_outcomes_are_those_of_the_histories(small_plan: Plan, seed: int, temper: Temper) -> None:
    province = province_of(small_plan, seed, 1.0, temper)
    ministry = Ministry(seed, province.start, province.horizon)
    deadline = entry_deadline(small_plan)
    for leaf, outcome in zip(province.leaves, outcomes_of(small_plan, province, ministry, seed, 1.0), strict=True):
        for where, entered in ((province, outcome.entered), (alone(province), outcome.entered_alone)):
            assert papers_entered(build_history(leaf, where, ministry, seed, 1.0), deadline) == entered
        assert outcome.entered_alone <= outcome.entered <= outcome.papers
        quota = small_plan.quota("plan37", leaf.code, "registry")
        assert outcome.work == (outcome.papers if quota is None else min(quota.cases, outcome.papers))
        assert outcome.misses == (outcome.entered < 0.99 * outcome.work)


def test_help_changes_nothing_before_it_comes_and_nothing_where_it_does_not() -> None:
    plan = load_plan(ROOT / "include" / "plan")
    province = province_of(plan, 2, 0.2)
    ministry = Ministry(2, province.start, province.horizon)
    comes = province.start + USUAL.help_days[0] * DAY + 7 * HOUR
    border = [leaf for leaf in province.leaves if leaf.border]
    assert border
    slower = 0
    for leaf in border:
        helped, not_helped = (Player(leaf, where, ministry, 2, 0.2).entered() for where in (province, alone(province)))
        early = helped <= comes
        assert (helped[early] == not_helped[early]).all()
        assert (not_helped >= helped).all()
        slower += int((not_helped > helped).any())
    assert slower == len(border)
    outcomes = outcomes_of(plan, province, ministry, 2, 0.2)
    for leaf, outcome in zip(province.leaves, outcomes, strict=True):
        assert leaf.border or outcome.entered == outcome.entered_alone


def test_some_miss_and_most_do_not() -> None:
    plan = load_plan(ROOT / "include" / "plan")
    for temper in (USUAL, OTHER):
        province = province_of(plan, 9, 0.2, temper)
        outcomes = outcomes_of(plan, province, Ministry(9, province.start, province.horizon), 9, 0.2)
        shares = [np.mean([getattr(one, how) for one in outcomes]) for how in ("misses", "misses_alone")]
        assert 0.1 < shares[0] < shares[1] < 0.5


def test_another_temper_is_another_province(small_plan: Plan) -> None:
    def entered(temper: Temper) -> list[int]:
        province = province_of(small_plan, 1, 1.0, temper)
        ministry = Ministry(1, province.start, province.horizon)
        return [int((Player(leaf, province, ministry, 1, 1.0).entered() < NEVER).sum()) for leaf in province.leaves]

    assert entered(USUAL) == entered(Temper())
    assert entered(USUAL) != entered(OTHER)


def test_the_truth_tells_them(make_world: MakeWorld, address: ServerAddress, small_plan: Plan) -> None:
    world = make_world(seed=5, scale=0.4)
    told = rows(address, TRUTH, "select * from truth.entry_outcome order by registry_code")
    province = province_of(small_plan, 5, 0.4)
    outcomes = outcomes_of(small_plan, province, Ministry(5, province.start, province.horizon), 5, 0.4)
    assert len(told) == len(world.registry_codes)
    assert told == sorted(
        (one.registry_code, one.papers, one.work, one.entered, one.entered_alone, one.misses, one.misses_alone)
        for one in outcomes
    )
