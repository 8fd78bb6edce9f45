"""When it will be done, and how sure that is: what holds of every history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.campaign.pace.forecast import foretell, habits_in
from include.campaign.pace.judgement import Forecast
from include.campaign.pace.rhythm import plain_rhythm, rhythm_of
from include.campaign.pace.season import Floats, Season
from tests.campaign.pace.stories import CLOSES, HERO, QUOTA, ROADMAPS, RULES, Story, days_of, judged, reordered, summed

COUNTS = st.lists(st.integers(0, 300), min_size=2, max_size=16)


def entry(season: Season) -> Forecast:
    return judged(season).entry


def test_the_same_close_gives_the_same_and_another_other_draws() -> None:
    season = Story(summed([60, 150, 40, 120, 90, 100])).season()
    first, again = judged(season), judged(season)
    assert first.flags == again.flags
    assert [np.array_equal(a.low, b.low) for a, b in zip(first.intervals, again.intervals, strict=True)] == [True] * 3
    np.testing.assert_array_equal(first.entry.chance, again.entry.chance)
    renamed = replace(season, keys=(*season.keys[:-1], "2025-03-06-b"))
    assert judged(renamed).intervals[0].low[0] != first.intervals[0].low[0]


@settings(max_examples=25, deadline=None)
@given(daily=COUNTS, order=st.permutations(range(13)))
def test_the_order_of_units_changes_nothing(daily: list[int], order: list[int]) -> None:
    season = Story(summed(daily)).season()
    here, there = judged(season), judged(reordered(season, order))
    at = {code: place for place, code in enumerate(there.entry.codes)}
    back = [at[code] for code in here.entry.codes]
    for one, other in ((here.entry, there.entry), (here.transfer, there.transfer)):
        for name in ("chance", "p50", "p85", "remaining", "naive"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name)[back], err_msg=name)
    for one, other in zip(here.intervals, there.intervals, strict=True):
        np.testing.assert_array_equal(one.middle, other.middle[back])
    assert sorted(here.flags, key=lambda flag: (flag.registry_code, flag.kind)) == sorted(
        there.flags, key=lambda flag: (flag.registry_code, flag.kind)
    )


@settings(max_examples=60, deadline=None)
@given(daily=COUNTS, more=st.integers(1, 200))
def test_more_done_today_turns_no_unit_late(daily: list[int], more: int) -> None:
    season = Story(summed(daily)).season()
    done = {stage: figures.copy() for stage, figures in season.done.items()}
    for stage in ("entered", "attached"):
        done[stage][0, -1] += more
    better = replace(season, done=done)
    rhythm = rhythm_of(season, RULES)  # days weigh what they weighed, and units differ as they did:
    habits = habits_in(season, RULES, rhythm)  # one unit's case changes both for all alike
    few, many = (foretell(one, RULES, ROADMAPS, rhythm, habits).entry for one in (season, better))
    assert many.chance[0] >= few.chance[0]
    assert many.p50[0] <= few.p50[0]
    assert many.p85[0] <= few.p85[0]
    late = [{flag.kind for flag in judged(one).flags if flag.registry_code == HERO} for one in (season, better)]
    assert "behind" in late[0] or "behind" not in late[1]


@settings(max_examples=60, deadline=None)
@given(daily=COUNTS, holdings=st.one_of(st.just(float("nan")), st.floats(200, 2500)))
def test_what_holds_of_every_forecast(daily: list[int], holdings: float) -> None:
    season = Story(summed(daily), holdings=holdings).season()
    found = judged(season)
    for forecast in (found.entry, found.transfer):
        assert (forecast.chance >= 0).all()
        assert (forecast.chance <= 1).all()
        assert (forecast.p50 <= forecast.p85).all()
        assert (forecast.remaining >= 0).all()
        finished = forecast.remaining <= 0.01 * np.append(season.units.work, [0, 0, 0])
        assert (forecast.chance[finished] == 1).all()
        assert (forecast.p85[finished] == 0).all()
    now = np.minimum(season.done["entered"][:, -1], season.units.work)
    for interval in found.intervals:
        assert (interval.low <= interval.middle).all()
        assert (interval.middle <= interval.high).all()
        assert (interval.low[:13] >= now - 1e-6).all(), "nothing that is done is undone"


def test_sums_follow_their_units() -> None:
    found = judged(Story(summed(days_of(105, 8))).season())
    assert found.entry.codes[-3:] == ("461", "462", "45")
    np.testing.assert_allclose(found.entry.remaining[-1], found.entry.remaining[:13].sum())
    np.testing.assert_allclose(found.entry.pace_per_day[-3:-1].sum(), found.entry.pace_per_day[-1])
    # 12 units as fast as each other and one: what they have in common does not average out.
    near = found.intervals[0]
    alone, together = near.high[1] - near.low[1], near.high[-1] - near.low[-1]
    assert 8 * alone < together < 14 * alone


def test_one_units_surplus_does_not_finish_another() -> None:
    season = Story(summed(days_of(20, 14))).season()
    found = entry(season)
    assert found.chance[-1] == 0
    assert found.chance[list(found.codes).index("462")] == 1


def test_half_of_stationary_courses_are_done_by_the_p50_and_intervals_hold() -> None:
    # Nothing drifts here and days to come are as those known, so little is allowed for.
    still = {"drift_per_day": 0.0, "day_noise": 0.1}
    rules = RULES.model_copy(update={"pace": RULES.pace.model_copy(update=still)})
    rng = np.random.default_rng(11)
    held: dict[int, list[bool]] = {1: [], 3: [], 5: []}
    by_half: list[bool] = []
    by_most: list[bool] = []
    for at in (4, 5, 6, 7, 8, 9):  # all finish within the campaign: who is judged is not chosen by what was foretold
        daily = 125 * np.exp(rng.normal(0, 0.12, (200, 1))) * np.exp(rng.normal(0, 0.2, (200, 19)))
        daily[:, 0] *= 0.75
        season = _crowd(daily)
        done, found = season.done["entered"], judged(season.until(at), rules=rules)
        for interval in found.intervals:
            came = done[:, at - 1 + interval.ahead]
            inside = (interval.low[:200] <= came) & (came <= interval.high[:200])
            held[interval.ahead] += list(inside[came < QUOTA])
        days = np.array([(close.as_of - CLOSES[at - 1].as_of) / timedelta(days=1) for close in CLOSES[at - 1 : 19]])
        as_if_more = np.cumsum(daily, axis=1)[:, at - 1 :]  # the last day's end is not the work's
        finish = np.array([np.interp(0.99 * QUOTA, row, days, right=np.inf) for row in as_if_more])
        for share, foretold in ((by_half, found.entry.p50[:200]), (by_most, found.entry.p85[:200])):
            share += list((finish <= foretold)[foretold > 0])
    assert all(0.70 <= np.mean(of) <= 0.90 for of in held.values()), {n: np.mean(of) for n, of in held.items()}
    assert 0.40 <= np.mean(by_half) <= 0.60, np.mean(by_half)
    assert 0.78 <= np.mean(by_most) <= 0.95, np.mean(by_most)


def _crowd(daily: Floats) -> Season:
    """A season of units that only enter, each with its own days."""
    season = Story(summed(daily[0]), others=len(daily) - 1).season()
    return replace(season, done={**season.done, "entered": np.minimum(np.cumsum(daily, axis=1), QUOTA + 1.0)})


def test_few_days_of_its_own_are_filled_up_with_the_districts_and_say_so() -> None:
    entered = [0.0] * 5 + summed([20, 20])
    found = entry(Story(entered).season())
    assert (found.days_used[0], found.shrunk[0]) == (1, True), "the day on which it began was no whole one"
    assert found.pace_per_day[0] == pytest.approx(20, rel=0.05)
    alone = QUOTA / 20
    assert found.p50[0] < 0.6 * alone
    assert not found.shrunk[1]
    assert found.shrunk[-1]


def test_while_a_unit_has_not_begun_its_idle_days_are_all_there_is() -> None:
    early, late = entry(Story([0.0] * 2).season()), entry(Story([0.0] * 6).season())
    assert (late.days_used[0], late.chance[0], late.p50[0], late.pace_per_day[0]) == (0, 0, np.inf, 0)
    assert QUOTA / 105 < early.p50[0] < 3 * QUOTA / 105, "two idle days of its own and two of its district"


def test_zero_days_are_kept() -> None:
    whole = entry(Story(summed([75, 100, 100, 100, 100, 100, 100])).season())
    holed = entry(Story(summed([75, 100, 0, 100, 0, 100, 0])).season())
    assert holed.pace_per_day[0] == pytest.approx(whole.pace_per_day[0] * 375 / 675, rel=0.01)
    assert holed.p50[0] > whole.p50[0] * 1.5


def test_a_gap_is_spread_over_its_days() -> None:
    gap = float("nan")
    spread = entry(Story([75, 180, 285, gap, gap, 600]).season())
    read = entry(Story([75, 180, 285, 390, 495, 600]).season())
    assert spread.days_used[0] == read.days_used[0] == 6
    assert spread.p50[0] == pytest.approx(read.p50[0], rel=0.02)


def test_without_a_quota_nothing_is_foretold() -> None:
    found = judged(Story(summed(days_of(100, 6)), quota=float("nan")).season())
    assert np.isnan([found.entry.chance[0], found.entry.remaining[0], found.entry.p50[0]]).all()
    assert not found.judged[0]
    assert [flag for flag in found.flags if flag.registry_code == HERO] == []
    assert np.isfinite(found.entry.chance[-1])


def test_the_naive_line_runs_from_the_start_through_today() -> None:
    found = judged(Story(summed(days_of(100, 6))).season())
    passed = 5.75
    assert found.entry.naive[0] == pytest.approx((0.99 * QUOTA - 575) / (575 / passed), rel=1e-4)
    assert found.intervals[1].naive[0] == pytest.approx(575 + 3 * 575 / passed)
    assert [interval.ahead for interval in found.intervals] == [1, 3, 5]
    assert [interval.key for interval in found.intervals] == ["2025-03-07", "2025-03-09", "2025-03-11"]


def test_at_the_end_of_the_campaign_no_close_is_left_to_foretell() -> None:
    found = judged(Story(summed(days_of(60, 21))).season())
    assert found.intervals == ()
    assert found.entry.chance[0] == 0
    assert found.transfer.chance[0] == 0


def test_before_any_day_was_compared_all_hours_are_alike() -> None:
    season = Story(summed(days_of(100, 1))).season()
    assert rhythm_of(season, RULES).weekdays == plain_rhythm(season, RULES).weekdays == (1.0,) * 7
    np.testing.assert_allclose(rhythm_of(season, RULES).passed, [0.75])
