"""Nothing that is left out of a table can be worked out from it: every way to fill the blanks is tried."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.campaign.bulletin.suppress import Line, Mark, suppress

LEAST = 5
MOST = 12
"""No larger count is tried where one is left out: enough to hold two different numbers."""

count = st.one_of(st.integers(0, 8), st.sampled_from([0, 1, 2, 4, 5]))


def ways(
    counts: list[int | None], shown: tuple[int | Mark | None, ...], lines: list[Line], least: int
) -> list[set[int]]:
    """Of each count the numbers that it can be for a reader who knows all rules, by trying all."""
    strict = all(value is not Mark.WITHHELD or (counts[n] or 0) >= least for n, value in enumerate(shown))

    def possible(value: int | Mark | None, top: int) -> range:
        if value is Mark.SMALL:
            return range(1, least)
        if value is Mark.WITHHELD:
            return range(least if strict else 0, top + 1)
        return range(value or 0, (value or 0) + 1)

    roots = {line.total for line in lines}
    leaves = [place for place in range(len(counts)) if place not in roots]
    # A sum that is left out needs no range of its own: its parts make it.
    ranges = [possible(shown[place], MOST) for place in leaves]
    found: list[set[int]] = [set() for _ in counts]
    for tried in itertools.product(*ranges):
        values: list[int] = [0] * len(counts)
        for place, value in zip(leaves, tried, strict=True):
            values[place] = value
        for line in reversed(lines):  # parts before the sums that they are in
            values[line.total] = sum(values[part] for part in line.parts if counts[part] is not None)
        if all(
            values[line.total] == counts[line.total]
            if line.public
            else values[line.total] in possible(shown[line.total], math.prod((MOST, len(counts))))
            for line in lines
        ):
            for place, value in enumerate(values):
                found[place].add(value)
    return found


def hidden(shown: tuple[int | Mark | None, ...]) -> list[int]:
    return [place for place, value in enumerate(shown) if isinstance(value, Mark)]


def assert_kept(counts: list[int | None], lines: list[Line], least: int = LEAST) -> tuple[int | Mark | None, ...]:
    shown = suppress(counts, lines, least)
    possible = ways(counts, shown, lines, least)
    public = {line.total for line in lines if line.public}
    for place, value in enumerate(shown):
        if isinstance(value, Mark):
            assert counts[place] in possible[place]
            assert len(possible[place]) > 1, (counts, shown, place)
        else:
            assert value == counts[place]
            assert place in public or value in (None, 0) or value >= least
    return shown


@given(st.lists(st.one_of(st.none(), count), min_size=2, max_size=4))
@settings(deadline=None, max_examples=150)
def test_the_parts_of_a_sum(parts: list[int | None]) -> None:
    counts = [sum(part or 0 for part in parts), *parts]
    assert_kept(counts, [Line(0, tuple(range(1, len(counts))))])


@given(st.lists(count, min_size=2, max_size=4))
@settings(deadline=None, max_examples=150)
def test_the_parts_of_a_sum_that_everybody_knows(parts: list[int]) -> None:
    counts: list[int | None] = [sum(parts), *parts]
    assert_kept(counts, [Line(0, tuple(range(1, len(counts))), public=True)])


@given(st.lists(st.lists(count, min_size=1, max_size=2), min_size=2, max_size=2))
@settings(deadline=None, max_examples=150)
def test_sums_of_sums(groups: list[list[int]]) -> None:
    """A province, its districts, their communes: what is left out at one level must not come back from another."""
    counts: list[int | None] = [sum(map(sum, groups)), *map(sum, groups)]
    lines = [Line(0, tuple(range(1, 1 + len(groups))))]
    for place, group in enumerate(groups, 1):
        lines.append(Line(place, tuple(range(len(counts), len(counts) + len(group)))))
        counts.extend(group)
    assert_kept(counts, lines)


@given(st.lists(st.integers(0, 400), min_size=2, max_size=12))
def test_large_counts_are_told(parts: list[int]) -> None:
    """Nothing is left out without need, and at most one count more than the small ones where any has room."""
    counts: list[int | None] = [sum(parts), *parts]
    shown = suppress(counts, [Line(0, tuple(range(1, len(counts))))], LEAST)
    small = [part for part in parts if 0 < part < LEAST]
    if not small:
        assert list(shown) == counts
    if max(parts) >= 10 * LEAST and any(part >= 3 * LEAST for part in sorted(parts)[:-1]):
        assert len(hidden(shown)) <= len(small) + sum(LEAST <= part < 3 * LEAST for part in parts) + 2


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        # One small count: the smallest other goes with it.
        ([131, 2, 9, 120], [131, Mark.SMALL, Mark.WITHHELD, 120]),
        # Two small counts whose sum could only be 1 + 1.
        ([132, 1, 1, 130], [132, Mark.SMALL, Mark.SMALL, Mark.WITHHELD]),
        # Two small counts that hide each other.
        ([135, 2, 3, 130], [135, Mark.SMALL, Mark.SMALL, 130]),
        # Nothing but the sum is left to go.
        ([6, 1, 5], [Mark.WITHHELD, Mark.SMALL, Mark.WITHHELD]),
        ([129, 0, 0, 129], [129, 0, 0, 129]),
        # Four times one make four, and no more: nothing is told.
        ([4, 1, 1, 1, 1], [Mark.WITHHELD] * 5),
        # The two hide each other: 1 + 11 and 3 + 9 make twelve as well.
        ([12, None, 2, 10], [12, None, Mark.SMALL, Mark.WITHHELD]),
    ],
)
def test_which_counts_go(counts: list[int | None], told: list[int | Mark | None]) -> None:
    shown = suppress(counts, [Line(0, tuple(range(1, len(counts))))], LEAST)
    assert list(shown) == told


def test_a_table_that_does_not_add_up_hides_no_more_than_its_small_counts() -> None:
    assert suppress([100, 2, 50], [Line(0, (1, 2))], LEAST) == (100, Mark.SMALL, 50)


def test_a_count_is_in_one_line_only() -> None:
    with pytest.raises(ValueError, match="part of two lines"):
        suppress([4, 4, 4], [Line(0, (2,)), Line(1, (2,))], LEAST)
