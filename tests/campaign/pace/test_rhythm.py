"""What days weigh, and the days that a pace is read from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from include.campaign.pace.courses import draw
from include.campaign.pace.handing import delay_of, reached_at
from include.campaign.pace.rhythm import REST_DAY, Rhythm, filled, plain_rhythm, rhythm_of
from include.campaign.pace.season import Floats, Season
from tests.campaign.pace.stories import CLOSES, RULES, Story, days_of, summed

NAN = float("nan")


def crowd(daily: Floats, units: int = 60) -> Season:
    """As many units as asked for that all have the same days."""
    season = Story(summed(list(daily)), others=units - 1).season()
    return replace(season, done={**season.done, "entered": np.tile(np.cumsum(daily), (units, 1))})


def test_a_day_of_hours_is_split_at_the_cut_off() -> None:
    plain = plain_rhythm(crowd(np.array([75.0])), RULES)
    rhythm = replace(plain, evening=0.2, weekdays=(1, 1, 1, 1, 1, 0.5, 1))
    friday = CLOSES[6].as_of
    hours = [friday + timedelta(hours=n) for n in (0, 3, 6, 24)]
    np.testing.assert_allclose(rhythm.weights(hours), [0.1, 0.1, 0.8 * 0.5])
    np.testing.assert_allclose(plain.weights([CLOSES[0].as_of, CLOSES[1].as_of]), [1.0])


def test_weekdays_are_learnt_from_the_province_against_a_prior() -> None:
    daily = np.array(days_of(60, 16))
    saturdays_and_sundays = [1, 7, 8, 14, 15]
    daily[saturdays_and_sundays] *= 0.5
    found = rhythm_of(crowd(daily), RULES)
    prior = RULES.pace.weekday_prior
    assert found.weekdays[:5] == pytest.approx([1.0] * 5, abs=0.02)
    assert found.weekdays[6] == pytest.approx((prior * 0.75 + 3 * 0.5) / (prior + 3), abs=0.03)
    assert 0.5 < found.weekdays[5] < 0.65


def test_a_standard_day_is_a_working_day_whatever_the_weekend_was() -> None:
    # A Saturday and a Sunday at a third, then two working days, the first of which begins on Sunday's evening.
    season = crowd(np.array([15.0, 20, 50, 60]))
    assert 60 / rhythm_of(season, RULES).passed[3] == pytest.approx(60, abs=1.5)


def test_until_working_days_were_seen_they_are_taken_to_be_somewhat_better_than_rest_days() -> None:
    weekend = rhythm_of(crowd(np.array([45.0, 60])), RULES)
    assert weekend.weekdays == (1.0,) * 5 + (REST_DAY,) * 2
    assert weekend.passed == pytest.approx([0.75 * REST_DAY, REST_DAY], abs=0.01)


def test_a_day_without_power_for_all_is_no_units_pace() -> None:
    daily = np.array(days_of(60, 9))
    daily[4] *= 0.3
    season = crowd(daily)
    assert rhythm_of(season, RULES).passed[4] == pytest.approx(0.3, abs=0.12)
    alone = replace(season, done={**season.done, "entered": season.done["entered"].copy()})
    alone.done["entered"][1:] = np.cumsum(days_of(60, 9))
    assert rhythm_of(alone, RULES).passed[4] == pytest.approx(1.0, abs=0.05)


def test_help_for_all_makes_earlier_days_weigh_less_and_help_for_a_few_does_not() -> None:
    daily = np.array([*days_of(60, 5), 90, 90, 90, 90])
    assert rhythm_of(crowd(daily), RULES).passed[2] == pytest.approx(60 / 90, abs=0.1)
    season = crowd(np.array(days_of(60, 9)))
    season.done["entered"][:15] = np.cumsum(daily)
    assert rhythm_of(season, RULES).passed[2] == pytest.approx(1.0, abs=0.05)


def test_a_gap_is_filled_by_the_weight_of_its_days_and_nothing_after_the_last_reading() -> None:
    figures = np.array([[75.0, NAN, NAN, 375, NAN], [NAN, 100, 90, NAN, 200]])
    curve, known = filled(figures, np.array([0.0, 20.0]), np.array([0.75, 1.0, 0.5, 1.0, 1.0]))
    np.testing.assert_allclose(curve[0], [0, 75, 195, 255, 375, 375])
    np.testing.assert_allclose(curve[1], [20, 20 + 80 * 0.75 / 1.75, 100, 90, 145, 200])
    assert known.tolist() == [[True, True, True, True, False], [True] * 5]


def test_the_delay_is_read_off_the_curves() -> None:
    days = np.arange(-8.0, 1.0)
    entered = np.maximum(100 * (days + 8), 0)[None]
    handed = np.maximum(entered - 200, 0)
    found = delay_of(entered, handed, days, np.ones_like(entered, dtype=bool))
    assert found.days[0] == pytest.approx(2.0)
    assert found.growth[0] == 0
    assert found.after(np.array([5.0]))[0] == pytest.approx(7.0)
    assert found.before(7.0)[0] == pytest.approx(5.0)


def test_where_nothing_is_handed_over_any_more_the_finish_recedes() -> None:
    days = np.arange(-8.0, 1.0)
    entered = np.maximum(100 * (days + 8), 0)[None]
    stopped = np.minimum(np.maximum(entered - 200, 0), 250)
    known = np.ones_like(entered, dtype=bool)
    found = delay_of(entered, stopped, days, known)
    assert found.growth[0] > 0.8
    assert found.after(np.array([5.0]))[0] > 30
    known[0, -3] = False  # it was not read then: nothing is held against it
    assert delay_of(entered, stopped, days, known).growth[0] == 0


def test_a_level_that_was_not_reached_has_no_day() -> None:
    found = reached_at(np.array([[0.0, 10, 20], [0.0, 0, 5]]), np.array([-2.0, -1, 0]), np.array([15.0, 6.0]))
    assert found[0] == pytest.approx(-0.5)
    assert np.isnan(found[1])


def test_rhythm_is_what_it_is_made_of() -> None:
    plain = plain_rhythm(crowd(np.array([75.0, 100, 100])), RULES)
    assert isinstance(plain, Rhythm)
    assert (plain.evening, plain.passed.tolist()) == (0.25, [0.75, 1.0, 1.0])


def test_what_a_kind_of_day_weighs_is_doubted_the_less_the_more_were_seen() -> None:
    """The first two days are a weekend: of days of work nothing is known then."""
    seen = [plain_rhythm(Story(summed(days_of(100, closes))).season(), RULES) for closes in (2, 3, 6)]
    spread = RULES.pace.weekday_spread
    of_work, of_rest = zip(*(one.doubt for one in seen), strict=True)
    assert of_work == pytest.approx((spread, spread / 2, spread / 5))
    assert of_rest == pytest.approx((spread / 3,) * 3)
    rest, doubt = seen[0].doubts([CLOSES[1].as_of, CLOSES[2].as_of])
    assert rest.tolist() == [True, False]
    assert doubt.tolist() == pytest.approx([spread / 3, spread])


def test_courses_know_less_of_days_of_work_when_only_a_weekend_was_seen() -> None:
    season = Story(summed(days_of(100, 2))).season()
    plain = plain_rhythm(season, RULES)
    until = (CLOSES[2].as_of, CLOSES[4].as_of)
    doubted = draw("a close", season.as_of, until, plain, 0.25, RULES.pace)
    known = draw("a close", season.as_of, until, replace(plain, doubt=(0.0, 0.0)), 0.25, RULES.pace)
    assert (doubted.passed.std(axis=1) > 1.2 * known.passed.std(axis=1)).all()
    np.testing.assert_allclose(np.median(doubted.passed, axis=1), np.median(known.passed, axis=1), rtol=0.1)
