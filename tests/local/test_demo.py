"""The rehearsal's timetable, and when it counts as well played."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from include.local.closes import Played
from include.local.demo import _well, between

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
TURNS = ((time(12), "transfers_requeue"), (time(8), "progress_watch"))
WITH_PAUSES = (TURNS[0], None, TURNS[1], None)


def at(day: int, hour: int) -> datetime:
    return datetime(2025, 3, day, hour, tzinfo=HERE)


def test_between_two_evenings_runs_one_of_them_in_turn() -> None:
    found = [between(at(day, 18), at(day + 1, 18), TURNS) for day in range(4, 8)]
    assert [[dag_id for _, dag_id in runs] for runs in found] in (
        [["progress_watch"], ["transfers_requeue"]] * 2,
        [["transfers_requeue"], ["progress_watch"]] * 2,
    )
    hours = {dag_id: instant.hour for runs in found for instant, dag_id in runs}
    assert hours == {"progress_watch": 8, "transfers_requeue": 12}


def test_a_turn_can_be_a_pause() -> None:
    found = [between(at(day, 18), at(day + 1, 18), WITH_PAUSES) for day in range(4, 12)]
    assert sorted(len(runs) for runs in found) == [0] * 4 + [1] * 4
    assert {dag_id for runs in found for _, dag_id in runs} == {"progress_watch", "transfers_requeue"}


def test_before_the_final_close_lies_nothing_of_the_kind() -> None:
    assert between(at(20, 18), at(21, 0), TURNS) == []


def test_an_instant_of_a_close_is_not_between() -> None:
    every_day = ((time(12), "transfers_requeue"),)
    assert between(at(5, 12), at(6, 12), every_day) == []
    assert between(at(5, 11), at(6, 13), every_day) == [
        (at(5, 12), "transfers_requeue"),
        (at(6, 12), "transfers_requeue"),
    ]


def test_a_red_day_with_its_mails_is_well_played_one_without_is_not() -> None:
    def played(summary: dict | None) -> Played:
        return Played("r", False, 1, summary, ["gate"])

    assert _well(played({"mails": {"accepted": 11, "refused": 1}}))
    assert not _well(played({"mails": {"accepted": 0, "deferred": 11}}))
    assert not _well(played(None))
    assert not _well(None)
