"""Who is there, and what a person enters in a day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from include.campaign.cure.present import KINDS, Presence, newest, there_now
from include.campaign.cure.worth import in_day, median_known, worth

NAN = np.nan


def presence(people: list[list[float]], internet: list[list[float]] | None = None) -> Presence:
    """People who are all of the first kind; nothing else is reported unless given."""
    total = np.array(people, dtype=float)
    by_kind = np.full((*total.shape, len(KINDS)), NAN)
    by_kind[:, :, 0] = total
    unknown = np.full(total.shape, NAN)
    return Presence(by_kind, unknown, unknown, unknown if internet is None else np.array(internet, dtype=float))


def test_all_kinds_that_are_told_are_added_up_and_none_is_not_zero() -> None:
    by_kind = np.full((1, 2, len(KINDS)), NAN)
    by_kind[0, 0, :3] = [2, 3, NAN]
    there = Presence(by_kind, *[np.full((1, 2), NAN)] * 3)
    assert there.total[0, 0] == 5
    assert np.isnan(there.total[0, 1])


@pytest.mark.parametrize(
    ("reported", "now"),
    [([4, 5, 6], 6), ([4, 5, NAN], 5), ([4, NAN, NAN], 4), ([NAN, NAN, NAN], NAN), ([9, 4, NAN, NAN, NAN], NAN)],
)
def test_a_report_counts_for_three_closes(reported: list[float], now: float) -> None:
    there = there_now(presence([reported]), fresh_closes=3, equipment_days=2)
    np.testing.assert_equal(there.people, [now])


@pytest.mark.parametrize(
    ("internet", "offline"),
    [([1, 1, 0], False), ([1, 0, 0], True), ([0, NAN, 0], True), ([0, 0, 1], False), ([0, 0, NAN, NAN, NAN], False)],
)
def test_one_day_without_internet_is_noise(internet: list[float], offline: bool) -> None:
    people = [[1.0] * len(internet)]
    assert there_now(presence(people, [internet]), 3, 2).offline.tolist() == [offline]


def test_the_day_is_what_came_since_the_close_before_and_a_gap_says_nothing() -> None:
    np.testing.assert_equal(
        in_day(np.array([[10.0, 30, NAN, 90, 100], [5, 5, 4, 4, 8]])), [[NAN, 20, NAN, NAN, 10], [NAN, 0, 0, 0, 4]]
    )


def test_a_units_own_median_stands_alone_from_three_days_on() -> None:
    found = worth(np.array([[20.0, 40, 600]]), np.array([[2.0, 2, 2]]), np.array([0]), own_days=3)
    assert (found.per_person_day.tolist(), found.days.tolist(), found.mixed.tolist()) == ([20], [3], [False])


def test_days_without_anything_entered_or_anybody_there_do_not_say_what_a_person_does() -> None:
    entered, people = np.array([[0.0, 20, 30, NAN, 8]]), np.array([[2.0, 2, NAN, 3, 0]])
    found = worth(entered, people, np.array([0]), own_days=1)
    assert (found.per_person_day.tolist(), found.days.tolist()) == ([10], [1])


def test_few_days_are_mixed_with_the_area_and_none_take_its_median() -> None:
    entered = np.array([[30.0, 30, 30], [12, NAN, NAN], [NAN, NAN, NAN], [90, 90, 90]])
    found = worth(entered, np.ones((4, 3)), np.array([0, 0, 0, 1]), own_days=3)
    around = 30  # of 30, 30, 30 and 12
    assert found.per_person_day.tolist() == pytest.approx([30, 12 / 3 + around * 2 / 3, around, 90])
    assert found.mixed.tolist() == [False, True, True, False]


def test_an_area_without_days_has_the_provinces_median_and_a_province_without_days_nothing() -> None:
    entered = np.array([[30.0, 30], [NAN, NAN]])
    assert worth(entered, np.ones((2, 2)), np.array([0, 1]), 3).per_person_day[1] == 30
    nothing = worth(entered * NAN, np.ones((2, 2)), np.array([0, 1]), 3)
    assert np.isnan(nothing.per_person_day).all() and not nothing.mixed.any()


FIGURES = arrays(np.float64, (4, 6), elements=st.one_of(st.just(NAN), st.floats(0, 1e4)))


@given(FIGURES)
def test_the_median_of_what_is_known_is_numpys(figures: np.ndarray) -> None:
    for row, found in zip(figures, median_known(figures), strict=True):
        known = row[~np.isnan(row)]
        np.testing.assert_allclose(found, np.median(known) if len(known) else NAN)


@given(FIGURES, arrays(np.float64, (4, 6), elements=st.one_of(st.just(NAN), st.integers(0, 9).map(float))))
def test_what_a_person_does_lies_between_what_was_seen(entered: np.ndarray, people: np.ndarray) -> None:
    found = worth(entered, people, np.array([0, 0, 1, 1]), 3).per_person_day
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where((people > 0) & (entered > 0), entered / people, NAN)
    seen = rates[~np.isnan(rates)]
    if not len(seen):
        assert np.isnan(found).all()
    else:
        assert (found >= seen.min() * (1 - 1e-9)).all() and (found <= seen.max() * (1 + 1e-9)).all()


@given(arrays(np.float64, (3, 5), elements=st.one_of(st.just(NAN), st.floats(0, 9))), st.integers(1, 5))
def test_what_is_newest_was_told_within_the_last_closes(figures: np.ndarray, fresh: int) -> None:
    for row, found in zip(figures, newest(figures, fresh), strict=True):
        known = [figure for figure in row[-fresh:] if not np.isnan(figure)]
        np.testing.assert_equal(found, known[-1] if known else NAN)
