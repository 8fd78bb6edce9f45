"""Which close a run works for, over all instants at which a run can be due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.campaign.days import Calendar
from include.campaign.plan import Plan, load_rules
from include.tasks.opening import (
    CannotOpen,
    Moment,
    chosen_shards,
    close_of,
    effects_of,
    present,
    refuse_early,
)
from tests.conftest import SMALL_PLAN

CALENDAR = Calendar(load_rules(SMALL_PLAN))
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = CALENDAR.closes()[0].as_of
KEYS = [close.key for close in CALENDAR.closes()]


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=LOCAL)


@given(
    seconds=st.integers(0, 40 * 24 * 3600),
    zone=st.sampled_from([UTC, LOCAL, ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")]),
)
def test_a_run_closes_the_newest_close_that_is_due_whatever_zone_its_instant_is_written_in(
    seconds: int, zone: ZoneInfo
) -> None:
    instant = (FIRST + timedelta(seconds=seconds)).astimezone(zone)
    close = close_of(CALENDAR, None, instant)
    assert close.as_of <= instant
    later = [other for other in CALENDAR.closes() if other.as_of > close.as_of]
    assert not later or later[0].as_of > instant


@pytest.mark.parametrize(
    ("run_after", "key"),
    [
        (local(5, 18), "2025-03-05"),
        (datetime(2025, 3, 5, 11, 0, tzinfo=UTC), "2025-03-05"),  # the same instant as Airflow stores it
        (local(5, 17, 59), "2025-03-04"),
        (local(6, 6, 30), "2025-03-05"),  # next morning, whose UTC date is still the 5th at 23:30
        (local(20, 18), "2025-03-20"),
        (datetime(2025, 3, 20, 17, 0, tzinfo=UTC), "2025-03-20-final"),  # midnight: the UTC date is the 20th
        (local(20, 23, 59), "2025-03-20"),
        (local(21, 9), "2025-03-20-final"),
        (local(29, 9), "2025-03-28"),
        (local(31, 20), "2025-03-31"),
    ],
)
def test_the_evening_and_the_midnight_after_the_last_day(run_after: datetime, key: str) -> None:
    assert close_of(CALENDAR, None, run_after).key == key


def test_each_scheduled_instant_is_the_close_that_it_was_made_from() -> None:
    closes = CALENDAR.with_tail()
    assert [close_of(CALENDAR, None, close.as_of.astimezone(UTC)) for close in closes] == closes


@pytest.mark.parametrize("day", ["2025-03-05", " 2025-03-05 "])
def test_a_given_day_goes_before_the_clock(day: str) -> None:
    assert close_of(CALENDAR, day, local(9, 18)).key == "2025-03-05"


@pytest.mark.parametrize("day", ["final", "2025-03-20-final"])
def test_the_final_close_by_name(day: str) -> None:
    assert close_of(CALENDAR, day, local(5, 18)).kind == "final"


@pytest.mark.parametrize("day", ["2025-02-28", "2025-04-01", "05/03/2025", "yesterday"])
def test_a_day_that_the_campaign_has_not_is_refused_with_the_days_that_it_has(day: str) -> None:
    with pytest.raises(CannotOpen, match="2025-03-01 to 2025-03-31"):
        close_of(CALENDAR, day, local(5, 18))


def test_before_the_first_close_nothing_is_due() -> None:
    with pytest.raises(CannotOpen, match="the first is 2025-03-01"):
        close_of(CALENDAR, None, FIRST - timedelta(microseconds=1))


@given(seconds=st.integers(-7 * 24 * 3600, 7 * 24 * 3600))
def test_a_close_is_refused_exactly_until_its_cut_off(seconds: int) -> None:
    close = CALENDAR.close("2025-03-05")
    now = close.as_of + timedelta(seconds=seconds)
    if seconds < 0:
        with pytest.raises(CannotOpen, match="not due yet"):
            refuse_early(close, now)
    else:
        refuse_early(close, now)


def test_the_present_is_the_parameter_else_the_machines_clock() -> None:
    assert present({"now": "2025-03-05T18:05:00+07:00"}) == (local(5, 18, 5), True)
    before = datetime.now(UTC)
    now, fixed = present({"now": None})
    assert not fixed and before <= now <= datetime.now(UTC)


@pytest.mark.parametrize("now", ["2025-03-05T18:05:00", "18:05", "2025-13-05T18:05:00+07:00"])
def test_a_present_without_an_offset_or_that_is_none_is_refused(now: str) -> None:
    with pytest.raises(CannotOpen, match="18:05:00\\+07:00"):
        present({"now": now})


def effects(wanted: str, key: str, newest: str | None, due: str, explicit: bool) -> bool:
    allowed, why_not = effects_of(wanted, CALENDAR.close(key), newest, CALENDAR.close(due), explicit)
    assert allowed is (why_not is None)
    return allowed


@given(key=st.sampled_from(KEYS), newest=st.none() | st.sampled_from(KEYS), due=st.sampled_from(KEYS))
def test_effects_are_for_the_newest_close_only(key: str, newest: str | None, due: str) -> None:
    may = newest is None or key >= newest
    assert effects("newest", key, newest, due, True) is may
    assert effects("newest", key, newest, due, False) is (may and key >= due)
    assert effects("always", key, newest, due, False)
    assert not effects("never", key, newest, due, True)


def test_two_missed_days_are_closed_in_order_and_only_the_newest_mails() -> None:
    caught_up = [
        ("2025-03-05", "2025-03-04"),
        ("2025-03-06", "2025-03-05"),
        ("2025-03-07", "2025-03-06"),
    ]
    assert [effects("newest", key, newest, "2025-03-07", False) for key, newest in caught_up] == [False, False, True]


def test_a_close_that_is_made_again_may_finish_its_own_effects() -> None:
    assert effects("newest", "2025-03-05", "2025-03-05", "2025-03-05", False)


def test_the_moment_survives_its_way_through_airflow() -> None:
    moment = Moment("2025-03-05", local(5, 18), local(5, 18, 2), True, "run", False, "older")
    assert Moment.from_xcom(moment.to_xcom()) == moment
    assert moment.present() == local(5, 18, 2)


def test_a_retry_on_the_real_clock_reads_later_than_the_opening() -> None:
    moment = Moment("2025-03-05", local(5, 18), local(5, 18), False, "run")
    assert moment.present() > moment.now


def test_only_the_asked_registries_are_read_in_their_shards(small_plan: Plan) -> None:
    everything = chosen_shards(small_plan.shards(), (), small_plan.registry_codes)
    assert {code for shard in everything for code in shard["registry_codes"]} == small_plan.registry_codes
    some = chosen_shards(small_plan.shards(), ["09101", " 09302 "], small_plan.registry_codes)
    assert [(shard["code"], shard["registry_codes"]) for shard in some] == [("091", ["09101"]), ("093", ["09302"])]


def test_a_registry_that_the_plan_lacks_is_refused(small_plan: Plan) -> None:
    with pytest.raises(CannotOpen, match="99999"):
        chosen_shards(small_plan.shards(), ["09101", "99999"], small_plan.registry_codes)
