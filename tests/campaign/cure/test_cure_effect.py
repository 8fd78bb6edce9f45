"""Did it help: before and after, beside those in a like position."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.cure.effect import Acts, Effect, effects, escalated, reinforced, summarise
from include.campaign.plan.cure_rules import Cure

NAN = np.nan


def entered(*paces: list[float]) -> np.ndarray:
    """Cumulated cases from cases a day."""
    return np.cumsum(np.array(paces, dtype=float), axis=1)


def acts(kind: str, registries: int, closes: int, *places: tuple[int, int]) -> Acts:
    done = np.zeros((registries, closes), dtype=bool)
    for place in places:
        done[place] = True
    return Acts(kind, done)  # type: ignore[arg-type]


def found(of: Acts, figures: np.ndarray, work: float = 10_000, alike: int = 5) -> list[Effect]:
    days = np.arange(figures.shape[1], dtype=float)
    return list(effects(of, figures, np.full(len(figures), work), days, Cure(alike=alike)))


def test_people_who_come_are_held_against_the_days_before_and_after_theirs() -> None:
    figures = entered([0, 9, 9, 9, 500, 19, 19, 19], [0, 9, 9, 9, 9, 14, 14, 14])
    [effect] = found(acts("reinforced", 2, 8, (0, 4)), figures)
    assert (effect.place, effect.close, effect.before, effect.after) == (0, 4, 9, 19)
    assert effect.ratio == 2.0 and effect.alike == 1.5 and effect.units == 1


def test_a_letter_is_held_against_the_days_up_to_its_evening() -> None:
    figures = entered([0, 9, 9, 9, 19, 19, 19])
    [effect] = found(acts("escalated", 1, 7, (0, 3)), figures)
    assert (effect.before, effect.after, effect.ratio, effect.units) == (9, 19, 2.0, 0)
    assert np.isnan(effect.alike)


def test_only_what_has_its_days_after_by_now_is_told() -> None:
    figures = entered([0, 9, 9, 9, 19, 19, 19])
    for close in (0, 2, 4, 5, 6):
        assert found(acts("escalated", 1, 7, (0, close)), figures) == []


def test_early_on_fewer_days_before_are_enough_and_none_is_not() -> None:
    figures = entered([0, 9, 19, 19, 19, 19])
    assert [effect.before for effect in found(acts("reinforced", 1, 6, (0, 2)), figures)] == [9]
    assert found(acts("reinforced", 1, 5, (0, 1)), figures[:, :5]) == []


def test_alike_is_who_was_about_as_slow_and_had_had_none_of_it() -> None:
    slow, fast = [0, 9, 9, 9, 9, 19, 19, 19], [0, 12, 12, 12, 12, 99, 99, 99]
    figures = entered(slow, [0, 10, 10, 10, 10, 21, 21, 21], fast, [0, 9, 9, 9, 9, 39, 39, 39])
    of = acts("reinforced", 4, 8, (0, 4), (3, 2))  # the last is as slow, and had been helped before
    [effect] = found(of, figures)
    assert (effect.alike, effect.units) == (2.0, 1)


def test_who_is_acted_on_later_is_still_alike() -> None:
    """Else only those would be left who did well without."""
    figures = entered([0, 9, 9, 9, 9, 9, 9], [0, 9, 9, 9, 4, 4, 4], [0, 9, 9, 9, 19, 19, 19])
    of = acts("escalated", 3, 7, (0, 3), (1, 5))
    [effect] = found(of, figures)
    assert (effect.units, effect.alike) == (2, pytest.approx((0.5 + 2) / 2))


def test_who_did_nothing_is_held_against_those_who_did_nothing() -> None:
    figures = entered([0, 0, 0, 0, 4, 4, 4], [0, 0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 9, 9, 9])
    [effect] = found(acts("escalated", 3, 7, (0, 3)), figures)
    assert (effect.ratio, effect.alike, effect.units) == (5, 2, 1)


def test_who_finished_meanwhile_is_left_out() -> None:
    figures = entered([0, 9, 9, 9, 9, 2, 0, 0], [0, 9, 9, 9, 9, 9, 9, 9])
    assert found(acts("reinforced", 2, 8, (0, 4)), figures, work=38) == []


def test_no_data_at_an_end_says_nothing() -> None:
    figures = entered([0, 9, 9, 9, 9, 19, 19, 19])
    figures[0, -1] = NAN
    assert found(acts("reinforced", 1, 8, (0, 4)), figures) == []


def test_days_are_counted_by_the_clock_not_by_closes() -> None:
    figures = entered([0, 24, 24, 24, 24, 24, 6])
    of = acts("escalated", 1, 7, (0, 3))
    days = np.array([0, 1, 2, 3, 4, 5, 5.25])
    [effect] = effects(of, figures, np.array([9999.0]), days, Cure())
    assert effect.after == pytest.approx(24)


def test_a_reinforcement_is_a_rise_since_the_report_before_whenever_that_was() -> None:
    people = np.array([[2, 4, 4, 5, 7], [2, NAN, 4, NAN, NAN], [NAN, 9, 9, 8, 9]])
    assert np.argwhere(reinforced(people, 2).done).tolist() == [[0, 1], [0, 4], [1, 2]]


def test_of_evenings_in_a_row_the_first_counts() -> None:
    told = np.array([[False, True, True, False, True]])
    assert np.flatnonzero(escalated(told).done[0]).tolist() == [1, 4]


def test_the_summary_is_of_medians_with_how_many() -> None:
    assert summarise("escalated", [], []) is None
    summary = summarise("escalated", [1.0, 3.0, 2.0], [1.0, NAN, 2.0])
    assert summary is not None
    assert (summary.units, summary.ratio) == (3, 2.0)
    assert (summary.compared, summary.compared_ratio, summary.alike) == (2, 1.5, 1.5), "like is held against like"
    alone = summarise("reinforced", [1.5], [NAN])
    assert alone is not None and alone.compared == 0 and np.isnan(alone.alike)


@given(st.lists(st.integers(0, 90), min_size=7, max_size=7), st.integers(2, 6))
def test_where_nothing_happened_a_unit_does_as_its_likes_do(pace: list[int], likes: int) -> None:
    """Units that are the same in all but the act: whatever the days were like, the act shows no effect."""
    figures = entered(*[list(map(float, pace))] * (likes + 1))
    for effect in found(acts("escalated", likes + 1, 7, (0, 3)), figures):
        assert effect.ratio == pytest.approx(effect.alike)


def letters(seed: int, effect: float) -> tuple[float, float, float]:
    """Units of different strength and luck; half of the slowest third get a letter, which makes them so much faster.

    Returns the median ratio of all of them, then of those compared and of their likes.
    """
    some, units, closes, at = np.random.default_rng(seed), 300, 8, 4
    work = some.uniform(500, 5000, units)
    pace = (work / 15 * np.exp(some.normal(0, 0.25, units)))[:, None] * np.exp(some.normal(0, 0.3, (units, closes)))
    slowest = np.argsort(pace[:, : at + 1].sum(axis=1) / work)[: units // 3]
    chosen = some.permutation(slowest)[: units // 6]
    pace[chosen, at + 1 :] *= effect
    of = acts("escalated", units, closes, *((int(place), at) for place in chosen))
    gone = list(effects(of, np.cumsum(pace, axis=1), work * 9, np.arange(float(closes)), Cure()))
    summary = summarise("escalated", [one.ratio for one in gone], [one.alike for one in gone])
    assert summary is not None and summary.compared > 40
    return summary.ratio, summary.compared_ratio, summary.alike


@pytest.mark.parametrize("effect", [1.0, 1.5])
def test_an_effect_is_found_where_there_is_one_and_luck_is_none(effect: float) -> None:
    """Who is slow by chance is faster afterwards: before and after alone would show an effect of every letter."""
    all_of_them, compared, alike = np.mean([letters(seed, effect) for seed in range(8)], axis=0)
    assert compared / alike == pytest.approx(effect, rel=0.05)
    assert all_of_them > effect * 1.05, "else nothing had to be allowed for"
