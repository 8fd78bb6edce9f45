"""Planned and done, in cases and in days."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.pace.roadmap import bottlenecks, planned_share, standings
from tests.campaign.pace.stories import CLOSES, ROADMAPS, RULES, Story, days_of, judged, summed

DAY = 86_400.0


@pytest.mark.parametrize(("days", "share"), [(-3, 0), (0, 0), (7.5, 0.5), (14.5, 14.5 / 15), (15, 1), (20, 1)])
def test_the_planned_share_rises_evenly_from_nothing_to_all(days: float, share: float) -> None:
    found = planned_share(np.array([0.0]), np.array([15 * DAY]), days * DAY)
    assert found[0] == pytest.approx(share)


def test_days_earned_are_those_that_the_roadmap_has_for_what_is_done() -> None:
    found = standings(Story(summed(days_of(60, 6))).season(), ROADMAPS, 0.99)["entered"]
    assert found.planned[0] == 575
    assert found.planned_days[0] == pytest.approx(5.75)
    assert found.earned_days[0] == pytest.approx(345 / 100)
    assert found.days_behind[0] == pytest.approx(2.3)
    assert found.spi[0] == pytest.approx(3.45 / 5.75)


def test_days_go_on_after_the_roadmaps_end_until_it_is_done() -> None:
    late = Story(summed(days_of(60, 19))).season()
    done = Story(summed(days_of(160, 19))).season()
    assert standings(late, ROADMAPS, 0.99)["entered"].days_behind[0] == pytest.approx(18.75 - 60 * 18.75 / 100)
    assert standings(done, ROADMAPS, 0.99)["entered"].days_behind[0] == pytest.approx(0)


def test_before_its_first_day_a_stage_has_no_spi() -> None:
    first = Story(summed(days_of(60, 1))).season()
    received = standings(first, ROADMAPS, 0.99)["received"]
    assert (received.planned[0], received.planned_days[0]) == (0, 0)
    assert np.isnan(received.spi[0])


def test_where_everything_is_entered_books_are_behind_no_more() -> None:
    season = Story([*summed(days_of(300, 6)), 1500], stages={"collected": [1] * 7, "scanned": [1] * 7}).season()
    found = standings(season, ROADMAPS, 0.99)
    assert found["collected"].days_behind[0] <= 0
    assert found["scanned"].days_behind[0] <= 0


def test_the_bottleneck_is_the_earliest_of_those_that_are_furthest_behind() -> None:
    def stage_of(**stages: list[float]) -> str | None:
        return judged(Story(summed(days_of(100, 9)), stages=stages).season()).bottleneck[0]

    done = {"collected": [30.0] * 9, "classified": [30.0] * 9, "scanned": [30.0] * 9}
    assert stage_of(**done) is None
    assert stage_of(**done | {"scanned": [2.0] * 9}) == "scanned"
    assert stage_of(**done | {"reviewed": [50.0] * 9, "received": [20.0] * 9}) == "reviewed"
    assert stage_of(**done | {"attached": [300.0] * 9, "reviewed": [280.0] * 9, "received": [270.0] * 9}) == "attached"


def test_within_the_tolerance_nobody_is_held_up() -> None:
    season = Story(summed(days_of(84, 5))).season()
    found = {"entered": standings(season, ROADMAPS, 0.99)["entered"]}
    assert bottlenecks(season, found, 0.10)[0] is None
    assert bottlenecks(season, found, 0.04)[0] == "entered"


@given(per_day=st.floats(0, 250), closes=st.integers(1, 21))
def test_what_holds_of_every_standing(per_day: float, closes: int) -> None:
    season = Story(summed(days_of(per_day, closes))).season()
    for stage, found in standings(season, ROADMAPS, 0.99).items():
        length = (RULES.roadmap[stage].until - RULES.roadmap[stage].start).total_seconds() / DAY
        assert (found.earned_days >= 0).all()
        assert (found.earned_days <= length).all()
        if stage == "entered":
            passed = (CLOSES[closes - 1].as_of - RULES.roadmap[stage].start).total_seconds() / DAY
            assert (found.planned_days <= passed + 1e-9).all()
            on_time = found.done >= found.planned
            assert (found.days_behind[on_time] <= 1e-9).all()
