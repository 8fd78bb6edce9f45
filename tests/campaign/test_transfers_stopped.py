"""What goes back no more by itself: held, through with its attempts, a duplicate; and what a redrive sends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import text

from include.campaign.transfers import RequeueResult
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, Scene, at
from tests.campaign.transfer_scene import (
    DOWN,
    EACH_DAY,
    decisions,
    failed,
    fails_again,
    put_back,
    queue,
    read_and_decide,
    waves,
)

UNKNOWN = "SOMETHING_NEW"


def redrive(scene: Scene, asked: str, **filters: object) -> None:
    columns = {"asked_by": "tổ dữ liệu", "why": "bên nhận đã sửa", "per_wave": 10, "asked_at": at(asked)} | filters
    names, binds = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    with engine(scene.campaign).begin() as conn:
        conn.execute(text(f"insert into transfers.redrive ({names}) values ({binds})"), columns)


def poisoned(scene: Scene) -> list[tuple]:
    return scene.rows("select registry_code, entry_id, outcome, error_code from transfers.poisoned order by 1, 2")


def held(scene: Scene) -> list[tuple]:
    return scene.rows("select registry_code, entry_id, outcome, error_code from transfers.held order by 1, 2")


# ---------------------------------------------------------------------------------------------------- held


def test_refused_and_unknown_are_held_with_one_row_for_each_send(ready: Scene) -> None:
    failed(ready, 1, UNKNOWN, state="rejected")
    failed(ready, 2, "REMOTE_REJECT", state="rejected")
    for instant in EACH_DAY[:3]:
        assert read_and_decide(ready, instant) == 0
    assert decisions(ready, "entry_id, action, outcome, requeue_key") == [
        (1, "hold", "unknown", f"hold/{UNKNOWN}/1"),
        (2, "hold", "refused", "hold/REMOTE_REJECT/1"),
    ]
    assert held(ready) == [(HOME, 1, "unknown", UNKNOWN), (HOME, 2, "refused", "REMOTE_REJECT")]
    assert waves(ready, "held") == [(2,), (0,), (0,)]
    ready.registry(HOME, "update sohoa.transfer set attempts = 2, answered_at = '2025-03-08' where entry_id = 1")
    read_and_decide(ready, EACH_DAY[3])
    assert len(decisions(ready)) == 3
    assert len(held(ready)) == 2


def test_what_is_held_is_not_settled_by_a_receipt_that_could_be_anothers(ready: Scene) -> None:
    ready.book(HOME, 2, opened_by="00001")
    ready.entry(HOME, 2, 2, "1", "02 09:00")
    failed(ready, 1, "REMOTE_REJECT", state="rejected")
    read_and_decide(ready, EACH_DAY[0])
    ready.receipt(1, HOME, "1", "03 09:00")
    assert [read_and_decide(ready, instant) for instant in EACH_DAY[1:3]] == [0, 0]
    assert decisions(ready, "action") == [("hold",)]
    ready.registry(HOME, "delete from sohoa.entry where entry_id = 2")
    read_and_decide(ready, EACH_DAY[3])
    assert decisions(ready, "action, receipt_id") == [("hold", None), ("settle", 1)]


def test_what_is_refused_is_held_though_a_receipt_could_be_its_own(ready: Scene) -> None:
    ready.book(HOME, 2, opened_by="00001")
    ready.entry(HOME, 2, 2, "1", "02 09:00")
    ready.receipt(1, HOME, "1", "03 09:00")
    failed(ready, 1, "REMOTE_REJECT", state="rejected")
    assert read_and_decide(ready, EACH_DAY[0]) == 0
    assert decisions(ready, "action, receipt_id") == [("hold", None)]
    assert held(ready) == [(HOME, 1, "refused", "REMOTE_REJECT")]
    redrive(ready, "05 19:00")
    assert read_and_decide(ready, EACH_DAY[1]) == 0, "what the ledger could have never goes back"
    ready.registry(HOME, "delete from sohoa.entry where entry_id = 2")
    read_and_decide(ready, EACH_DAY[2])
    assert decisions(ready, "action, receipt_id") == [("hold", None), ("settle", 1)]
    assert held(ready) == []


def test_a_code_that_the_plan_learns_is_held_no_longer(ready: Scene) -> None:
    failed(ready, 1, UNKNOWN)
    read_and_decide(ready, EACH_DAY[0])
    with engine(ready.campaign).begin() as conn:
        conn.execute(
            text("insert into plan.error_code values (:code, 'remote', 'x', 'remote_down', null)"), {"code": UNKNOWN}
        )
    assert held(ready) == []
    assert read_and_decide(ready, EACH_DAY[1]) == 1


def test_a_registry_that_shows_no_codes_is_left_alone(ready: Scene) -> None:
    failed(ready, 1)
    read_and_decide(ready, EACH_DAY[0])
    failed(ready, 2, "DUP_RECORD")
    ready.registry(HOME, "revoke select (error_code) on sohoa.transfer from campaign_reader")
    assert read_and_decide(ready, EACH_DAY[1]) == 0
    assert put_back(ready) == RequeueResult(untold=1)
    assert decisions(ready) == [(1, "decided")]


@pytest.mark.parametrize("code", ["DUP_RECORD", "DUP_PERSON"])
@pytest.mark.parametrize("state", ["rejected", "failed"])
def test_duplicates_never_go_back_by_themselves_nor_by_a_redrive(ready: Scene, code: str, state: str) -> None:
    failed(ready, 1, code, state=state)
    redrive(ready, "05 17:00")
    for instant in EACH_DAY[:3]:
        assert read_and_decide(ready, instant) == 0
        ready.registry(HOME, "update sohoa.entry set reviewed_at = now()")
    assert decisions(ready) == []


# ---------------------------------------------------------------------------------------------------- back-off, poison


def test_back_off_doubles_and_the_budget_ends_in_poison_once(ready: Scene) -> None:
    """Asked every 20 minutes: the n-th wait is a half to one of 30 minutes doubled n-1 times, at most 2 hours."""
    attempts, longest = 5, 120
    with engine(ready.campaign).begin() as conn:
        rule = {"attempts": attempts, "longest": longest}
        conn.execute(text("update plan.outcome set attempts = :attempts, longest_wait_minutes = :longest"), rule)
    failed(ready, 1)
    ready.registry(HOME, f"update sohoa.transfer set attempts = {attempts}")  # its own sends do not count
    for tick in range(24):
        instant = f"06 {tick // 3:02}:{tick % 3 * 20:02}"
        if read_and_decide(ready, instant):
            put_back(ready, now=instant)
            fails_again(ready, sent="05 17:00")
    gone = [decided for decided, action in decisions(ready, "decided_at, action") if action == "put_back"]
    assert len(gone) == attempts
    waits = [(later - earlier).total_seconds() / 60 for earlier, later in pairwise(gone)]
    for number, wait in enumerate(waits):
        full = min(30 * 2**number, longest)
        assert full / 2 <= wait <= full + 20, (number, waits)
    assert decisions(ready, "action")[-1] == ("poison",)
    assert decisions(ready, "count(*) filter (where action = 'poison') over ()")[0] == (1,)
    assert poisoned(ready) == [(HOME, 1, "remote_down", DOWN)]


def through(scene: Scene, *entries: int, code: str = DOWN) -> None:
    """Entries that have gone back as often as the plan lets them, and failed again."""
    for entry_id in entries:
        failed(scene, entry_id, code)
        scene.rows(
            "insert into transfers.decision (day_key, registry_code, entry_id, rule, requeue_key, why, decided_at,"
            f" run_id, state, settled_at, outcome, sends) select '2025-03-04', '{HOME}', {entry_id}, 'remote fault',"
            " 'before/' || n, '', '2025-03-04 08:00+07', 'r', 'requeued', '2025-03-04 08:00+07',"
            f" (select outcome from plan.error_code where code = '{code}'), 0 from generate_series(1, 12) as n"
            " returning 1"
        )


def test_poison_of_one_way_does_not_stop_another_way(ready: Scene) -> None:
    through(ready, 1)
    assert read_and_decide(ready, "05 18:00") == 0
    assert poisoned(ready) == [(HOME, 1, "remote_down", DOWN)]
    ready.registry(HOME, "update sohoa.transfer set error_code = 'REMOTE_THROTTLED', attempts = 2")
    assert read_and_decide(ready, "05 20:00") == 1
    assert poisoned(ready) == []


def test_poison_that_turns_out_received_is_settled_and_listed_no_more(ready: Scene) -> None:
    through(ready, 1)
    read_and_decide(ready, "05 18:00")
    ready.receipt(1, HOME, "1", "05 19:00")
    read_and_decide(ready, "05 20:00")
    assert decisions(ready, "action")[-1] == ("settle",)
    assert poisoned(ready) == []


def test_a_redrive_takes_what_stood_when_it_was_asked_for_at_its_rate_each_once(ready: Scene) -> None:
    through(ready, 1, 2, 3)
    failed(ready, 4, UNKNOWN, state="rejected")
    read_and_decide(ready, "05 18:00")
    redrive(ready, "05 19:00", outcome="remote_down", per_wave=2)
    failed(ready, 5, "REMOTE_THROTTLED")
    through(ready, 6)
    assert read_and_decide(ready, "05 20:00") == 3, "two redriven, and an ordinary one"
    put_back(ready, now="05 20:01")
    assert poisoned(ready) == [(HOME, 3, "remote_down", DOWN), (HOME, 6, "remote_down", DOWN)]
    fails_again(ready)
    assert read_and_decide(ready, "05 22:00") == 4, "the third; and the others, whose budget is new, by the usual rules"
    put_back(ready, now="05 22:01")
    assert ready.rows("select state from transfers.redrive") == [("done",)]
    gone = decisions(ready, "entry_id, rule, attempt_no, redrive_id is null")
    assert [row for row in gone if row[1] == "redrive"] == [(one, "redrive", 1, False) for one in (1, 2, 3)]
    assert (1, "remote fault", 2, True) in gone
    assert poisoned(ready) == [(HOME, 6, "remote_down", DOWN)], "poison since it was asked for stays"
    assert held(ready) == [(HOME, 4, "unknown", UNKNOWN)]


@pytest.mark.parametrize(
    ("filters", "chosen"),
    [
        ({"error_code": UNKNOWN}, [1]),
        ({"outcome": "refused"}, [2]),
        ({"registry_code": HOME}, [1, 2]),
        ({"registry_code": OTHER}, []),
        ({"area_code": "091"}, [1, 2]),
        ({"area_code": "092"}, []),
        ({}, [1, 2]),
    ],
    ids=str,
)
def test_a_redrive_is_about_what_its_filters_say(ready: Scene, filters: dict, chosen: list[int]) -> None:
    failed(ready, 1, UNKNOWN, state="rejected")
    failed(ready, 2, "REMOTE_REJECT", state="rejected")
    read_and_decide(ready, "05 18:00")
    redrive(ready, "05 19:00", **filters)
    read_and_decide(ready, "05 20:00")
    put_back(ready)
    assert [row[0] for row in queue(ready) if row[1] == "queued"] == chosen
    held_again = [row[1] for row in held(ready)]
    assert sorted(held_again + chosen) == [1, 2]


def test_a_redrive_never_sends_what_the_ledger_has(ready: Scene) -> None:
    failed(ready, 1, UNKNOWN, state="rejected")
    read_and_decide(ready, "05 18:00")
    redrive(ready, "05 19:00")
    ready.receipt(1, HOME, "1", "05 19:00")
    assert read_and_decide(ready, "05 20:00") == 0
    assert decisions(ready, "action") == [("hold",), ("settle",)]
    assert ready.rows("select state from transfers.redrive") == [("done",)]
