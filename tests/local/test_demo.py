"""The rehearsal's timetable, and when it counts as well played."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from include.local.closes import Played
from include.local.demo import _well, between

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
SCHEDULE = ((time(12), "transfers_requeue"), (time(8), "progress_watch"), (time(22), "progress_watch"))


def at(day: int, hour: int) -> datetime:
    return datetime(2025, 3, day, hour, tzinfo=HERE)


def test_between_two_evenings_lies_a_night_and_a_morning() -> None:
    assert between(at(4, 18), at(5, 18), SCHEDULE) == [
        (at(4, 22), "progress_watch"),
        (at(5, 8), "progress_watch"),
        (at(5, 12), "transfers_requeue"),
    ]


def test_before_the_final_close_lies_only_the_last_evening() -> None:
    assert between(at(20, 18), at(21, 0), SCHEDULE) == [(at(20, 22), "progress_watch")]


def test_an_instant_of_a_close_is_not_between() -> None:
    assert between(at(5, 8), at(5, 12), SCHEDULE) == []


def test_a_red_day_with_its_mails_is_well_played_one_without_is_not() -> None:
    def played(summary: dict | None) -> Played:
        return Played("r", False, 1, summary, ["gate"])

    assert _well(played({"mails": {"accepted": 11, "refused": 1}}))
    assert not _well(played({"mails": {"accepted": 0, "deferred": 11}}))
    assert not _well(played(None))
    assert not _well(None)
