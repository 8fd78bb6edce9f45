"""What a late unit needs: people for days, or equipment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.cure.courses import Courses
from include.campaign.cure.need import Need, needs
from include.campaign.cure.present import Now
from include.campaign.cure.worth import Worth

NAN = np.nan


def courses(totals: list[float], remaining: float, days: float = 4) -> Courses:
    return Courses(np.sort(np.array([totals], dtype=float)), np.array([remaining]), days)


def there(people: float = 4, computers: float = 9, scanners: float = 1, offline: bool = False) -> Now:
    return Now(
        np.full((1, 6), NAN), np.array([people]), np.array([computers]), np.array([scanners]), np.array([offline])
    )


def need(of: Courses, per_person_day: float = 10, now: Now | None = None, to_scan: bool = True) -> Need:
    per_person = Worth(np.array([per_person_day]), np.array([5]), np.array([False]))
    return needs(of, per_person, now or there(), np.array([to_scan]), 0.8)


TEN = [100, 110, 120, 130, 140, 150, 160, 170, 180, 190]


def test_chance_is_the_share_of_courses_that_make_it() -> None:
    of = courses(TEN, 150)
    assert of.chances().tolist() == [0.5]
    # On average 145. Of 11 more half are so many, and half 3.8 % of each course: 140 + 5.3 + 5.5 are enough.
    assert of.chance(0, [0, 11, 72.5, -29, -40]).tolist() == [0.5, 0.6, 1.0, 0.1, 0.0]
    assert of.short(0.8).tolist() == pytest.approx([30 / (0.5 * 120 / 145 + 0.5)])


def test_where_no_course_enters_anything_who_comes_does_it_all() -> None:
    of = courses([0.0, 0.0], 30)
    assert of.chance(0, [29, 30]).tolist() == [0, 1]
    assert of.short(0.8).tolist() == [30]


def test_where_many_courses_stand_still_who_comes_does_half() -> None:
    of = courses([0, 0, 0, 10], 5)
    assert of.short(0.8).tolist() == [10]
    assert of.chance(0, [9, 10]).tolist() == [0.25, 1]


def test_what_is_finished_is_certain_and_what_is_not_judged_unknown() -> None:
    assert courses([0, 0], 0).chances().tolist() == [1]
    assert np.isnan(courses([NAN, NAN], NAN).chances()).all()
    assert np.isnan(courses([NAN, NAN], NAN).chance(0, 5.0)).all()


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=40),
    st.integers(1, 600),
    st.floats(0.05, 0.99),
    st.lists(st.integers(-300, 600), min_size=2, max_size=6),
)
def test_cases_that_are_short_make_the_chance_and_more_never_lower_it(
    totals: list[int], remaining: int, wanted: float, added: list[int]
) -> None:
    of = courses(list(map(float, totals)), remaining)
    short = of.short(wanted)[0]
    assert of.chance(0, short * (1 + 1e-9) + 1e-6) >= wanted - 1e-9
    if short > 0:
        assert of.chance(0, short * (1 - 1e-6) - 1e-6) < wanted
    chances = of.chance(0, np.array(sorted(added), dtype=float))
    assert (np.diff(chances) >= 0).all()


def test_people_are_counted_at_the_units_own_cases_per_person_day() -> None:
    # 8 in 10 courses reach 120 of 200 cases: 80 are short, 88 on average. Each who comes enters 40.
    found = need(courses(TEN, 200))
    assert (found.more_people.tolist(), found.days) == ([3], 4)


@pytest.mark.parametrize(("remaining", "people"), [(120, 0), (121, 1), (156.5, 1), (156.6, 2)])
def test_whole_people_come_and_none_without_need(remaining: float, people: int) -> None:
    assert need(courses(TEN, remaining)).more_people.tolist() == [people]


def test_what_is_overdue_is_asked_for_at_once() -> None:
    found = need(courses([0.0], 30, days=0.25))
    assert (found.days, found.more_people.tolist()) == (1, [3])


def test_where_nobody_knows_what_a_person_does_no_people_are_asked_for() -> None:
    assert np.isnan(need(courses(TEN, 500), per_person_day=NAN).more_people).all()
    assert np.isnan(need(courses([NAN], NAN)).more_people).all()


def test_who_comes_needs_a_computer_and_who_is_there_needs_one_first() -> None:
    found = need(courses(TEN, 200), now=there(people=4, computers=5))
    assert (found.computers.tolist(), found.computers_first.tolist()) == ([2], [False])
    found = need(courses(TEN, 200), now=there(people=4, computers=3))
    assert (found.computers.tolist(), found.computers_first.tolist()) == ([4], [True])
    assert np.isnan(need(courses(TEN, 200), now=there(computers=NAN)).computers).all()


def test_equipment_is_told_of_those_who_have_work_left() -> None:
    broken = there(scanners=0, offline=True)
    late, done = need(courses(TEN, 200), now=broken), need(courses(TEN, 0), now=broken)
    assert (late.no_scanner.tolist(), late.offline.tolist()) == ([True], [True])
    assert need(courses(TEN, 200), now=broken, to_scan=False).no_scanner.tolist() == [False], "all books are scanned"
    assert (done.no_scanner.tolist(), done.offline.tolist(), done.more_people.tolist()) == ([False], [False], [0])


@given(
    st.lists(st.integers(0, 300), min_size=5, max_size=30), st.integers(1, 900), st.floats(0.5, 60), st.floats(1, 15)
)
def test_who_is_asked_for_is_enough_and_one_fewer_is_not(
    totals: list[int], remaining: int, per_person_day: float, days: float
) -> None:
    of = courses(list(map(float, totals)), remaining, days)
    people = need(of, per_person_day).more_people[0]
    assert of.chance(0, people * per_person_day * days * (1 + 1e-9) + 1e-4) >= 0.8 - 1e-9
    if people:
        assert of.chance(0, (people - 1) * per_person_day * days * (1 - 1e-9) - 1e-4) < 0.8
