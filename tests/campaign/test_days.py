"""The calendar: closes, which one an instant belongs to, day numbers."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.days import Calendar
from include.campaign.plan import load_rules
from include.campaign.plan.rules import Rules

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MARCH = Calendar(load_rules(Path(__file__).parents[1] / "plans" / "small"))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Campaigns of any length, in any year, with any cut-off."""
    first = draw(st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1)))
    last = first + timedelta(days=draw(st.integers(0, 60)))
    hour = f"{draw(st.integers(0, 23)):02d}:{draw(st.integers(0, 59)):02d}"
    return Calendar(
        Rules.model_validate(
            {
                "campaign": {
                    "name": "x",
                    "plan_number": "1/KH",
                    "province": "1",
                    "timezone": draw(st.sampled_from(["Asia/Ho_Chi_Minh", "UTC"])),
                    "first_day": first.isoformat(),
                    "last_day": last.isoformat(),
                    "tail_until": (last + timedelta(days=draw(st.integers(0, 20)))).isoformat(),
                    "cut_off": hour,
                },
                "baselines_in_force": [{"from": first.isoformat(), "baseline": "b"}],
                "roadmap": {"entered": {"from": f"{first}T00:00", "until": f"{last + timedelta(days=1)}T00:00"}},
                "deadlines": {"close_by": "23:59", "report_by": "23:59"},
            }
        )
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def test_twenty_daily_closes_and_the_final_one_at_midnight() -> None:
    closes = MARCH.closes()
    assert [close.kind for close in closes] == ["daily"] * 20 + ["final"]
    assert (closes[0].key, closes[0].as_of) == ("2025-03-01", at("2025-03-01T18:00"))
    assert (closes[-2].key, closes[-2].as_of) == ("2025-03-20", at("2025-03-20T18:00"))
    assert (closes[-1].key, closes[-1].as_of) == ("2025-03-20-final", at("2025-03-21T00:00"))
    assert closes[-1].day == date(2025, 3, 20)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("2025-03-05", "2025-03-05"),
        (date(2025, 3, 5), "2025-03-05"),
        ("final", "2025-03-20-final"),
        ("2025-03-20-final", "2025-03-20-final"),
        ("2025-03-20", "2025-03-20"),
    ],
)
def test_a_close_is_found_by_day_key_or_name(asked: str | date, key: str) -> None:
    assert MARCH.close(asked).key == key


@pytest.mark.parametrize("asked", ["2025-02-28", "2025-04-01", "5/3/2025", "", "Final", date(2024, 3, 5)])
def test_what_is_no_close_is_refused_with_the_range(asked: str | date) -> None:
    with pytest.raises(ValueError, match=r"no close of this campaign: a day from 2025-03-01 to 2025-03-31"):
        MARCH.close(asked)


@pytest.mark.parametrize(
    ("instant", "due", "belongs_to"),
    [
        ("2025-02-27T12:00", None, "2025-03-01"),
        ("2025-03-01T17:59:59", None, "2025-03-01"),
        ("2025-03-01T18:00", "2025-03-01", "2025-03-01"),
        ("2025-03-01T18:00:01", "2025-03-01", "2025-03-02"),
        ("2025-03-20T18:00", "2025-03-20", "2025-03-20"),
        ("2025-03-20T23:00", "2025-03-20", "2025-03-20-final"),
        ("2025-03-21T00:00", "2025-03-20-final", "2025-03-20-final"),
        ("2025-03-21T00:01", "2025-03-20-final", "2025-03-21"),
        ("2025-03-31T18:00", "2025-03-31", "2025-03-31"),
        ("2025-03-31T18:01", "2025-03-31", None),
    ],
)
def test_which_close_is_due_and_which_is_open(instant: str, due: str | None, belongs_to: str | None) -> None:
    found, open_ = MARCH.due(at(instant)), MARCH.open(at(instant))
    assert (found and found.key, open_ and open_.key) == (due, belongs_to)


def test_after_the_final_close_the_tail_goes_on_day_by_day() -> None:
    tail = MARCH.with_tail()[len(MARCH.closes()) :]
    assert [close.kind for close in tail] == ["tail"] * 11
    assert (tail[0].key, tail[0].as_of) == ("2025-03-21", at("2025-03-21T18:00"))
    assert tail[-1].key == "2025-03-31"
    assert MARCH.previous(tail[0]) == MARCH.close("final")


def test_an_instant_in_another_zone_is_the_same_instant() -> None:
    assert MARCH.due(datetime(2025, 3, 1, 11, 0, tzinfo=ZoneInfo("UTC"))) == MARCH.close("2025-03-01")


def test_another_cut_off_and_month_come_from_the_files() -> None:
    july = Calendar(load_rules(Path(__file__).parents[1] / "plans" / "two_levels"))
    assert july.close("2025-07-01").as_of == at("2025-07-01T17:00")
    assert (len(july.closes()), july.close("final").as_of) == (16, at("2025-07-16T00:00"))


@pytest.mark.parametrize(("day", "number"), [(date(2025, 3, 1), 1), (date(2025, 3, 20), 20)])
def test_days_are_numbered_from_one(day: date, number: int) -> None:
    assert MARCH.day_number(day) == number


@pytest.mark.parametrize("day", [date(2025, 2, 28), date(2025, 3, 21)])
def test_a_day_outside_has_no_number(day: date) -> None:
    with pytest.raises(ValueError, match="not between 2025-03-01 and 2025-03-20"):
        MARCH.day_number(day)


def test_a_close_of_another_campaign_has_no_previous_one_here() -> None:
    july = Calendar(load_rules(Path(__file__).parents[1] / "plans" / "two_levels"))
    with pytest.raises(ValueError, match="2025-07-02"):
        MARCH.previous(july.close("2025-07-02"))


@given(calendars())
def test_keys_sort_as_instants_and_each_close_follows_its_previous(calendar: Calendar) -> None:
    closes = calendar.with_tail()
    assert closes == sorted(closes, key=lambda close: close.key)
    assert all(earlier.as_of < later.as_of for earlier, later in pairwise(closes))
    assert calendar.previous(closes[0]) is None
    assert all(calendar.previous(later) == earlier for earlier, later in pairwise(closes))
    assert [calendar.close(close.key) for close in closes] == closes
    days = [close.day for close in calendar.closes()[:-1]]
    assert [calendar.day_number(day) for day in days] == list(range(1, len(days) + 1))


@given(calendars(), st.data())
def test_every_instant_lies_between_what_is_due_and_what_is_open(calendar: Calendar, data: st.DataObject) -> None:
    closes = calendar.with_tail()
    offset = data.draw(st.timedeltas(timedelta(days=-2), timedelta(days=63)))
    instant = closes[0].as_of.astimezone(ZoneInfo("UTC")) + offset
    due, open_ = calendar.due(instant), calendar.open(instant)
    assert due is None or due.as_of <= instant
    assert open_ is None or open_.as_of >= instant
    assert due is not None or open_ == closes[0]
    assert open_ is not None or due == closes[-1]
    if due and open_:
        assert due == open_ if open_.as_of == instant else calendar.previous(open_) == due
