"""Which failed transfers go back in the queue, once, and what becomes of a decision when something breaks."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.transfers import RequeueResult, counts, decide
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, RULES, Scene, at
from tests.campaign.transfer_scene import (
    DAY,
    accepted,
    decided,
    decisions,
    failed,
    fails_again,
    put_back,
    queue,
    read,
    read_and_decide,
    unanswered,
)
from tests.sources import superuser

KEY = f"{DAY}/{HOME}/remote-0305T1800"
WAITS = "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and"


def test_only_the_receiving_sides_faults_go_back(ready: Scene) -> None:
    failed(ready, 1, "REMOTE_THROTTLED")
    failed(ready, 2, "REMOTE_UNAVAILABLE")
    failed(ready, 3, "SCAN_MISSING")
    failed(ready, 4, "DUP_RECORD", state="rejected")
    failed(ready, 5, "SOMETHING_NEW")
    failed(ready, 6, "DUP_PERSON")
    assert read_and_decide(ready) == 2
    assert put_back(ready) == RequeueResult(requeued=2)
    assert queue(ready) == [
        (1, "queued", KEY),
        (2, "queued", KEY),
        (3, "failed", None),
        (4, "rejected", None),
        (5, "failed", None),
        (6, "failed", None),
    ]


@pytest.mark.parametrize("carried", [{"sender": 1}, {}], ids=["by sender id", "by natural key"])
def test_what_the_ledger_has_is_never_sent_again(ready: Scene, carried: dict[str, Any]) -> None:
    failed(ready, 1)
    ready.receipt(1, HOME, "1", "03 09:00", **carried)
    assert read_and_decide(ready) == 0
    assert decisions(ready, "entry_id, action, state, receipt_id") == [(1, "settle", "done", 1)]


def test_what_could_be_in_the_ledger_is_not_sent_either(ready: Scene) -> None:
    ready.book(HOME, 2, opened_by="00001")
    failed(ready, 1)
    ready.entry(HOME, 2, 2, "1", "02 09:00")
    ready.receipt(1, HOME, "1", "03 09:00")
    assert read_and_decide(ready) == 0


def test_a_cancelled_receipt_does_not_hold_it_back(ready: Scene) -> None:
    failed(ready, 1)
    ready.receipt(1, HOME, "1", "03 09:00", cancelled="04 09:00")
    assert read_and_decide(ready) == 1


def test_nothing_is_decided_without_the_ledger_or_without_a_reading(ready: Scene) -> None:
    failed(ready, 1)
    assert read_and_decide(ready, ledger=False) == 0
    assert read_and_decide(ready, "05 18:01", unread=(HOME,)) == 0


def test_a_run_repeated_decides_and_does_nothing_twice(ready: Scene) -> None:
    failed(ready, 1)
    assert read_and_decide(ready) == 1
    assert put_back(ready) == RequeueResult(requeued=1)
    ready.registry(HOME, "update sohoa.transfer set state = 'failed', error_code = 'REMOTE_UNAVAILABLE'")
    assert read_and_decide(ready) == 0, "the same run, cleared, must not put the same entry back again"
    assert read_and_decide(ready, attempt="the same instant, read anew") == 0
    assert put_back(ready) == RequeueResult()
    assert read_and_decide(ready, "05 20:00") == 1, "a later run may"


def test_a_run_repeated_does_not_exceed_its_wave(ready: Scene) -> None:
    for entry_id in range(1, 31):
        failed(ready, entry_id)
    assert read_and_decide(ready) == 20
    put_back(ready, chunk=500)
    assert read_and_decide(ready, attempt="the same instant, read anew") == 0


def test_a_worker_killed_between_decision_and_effect_is_made_up_for_by_the_same_run(ready: Scene) -> None:
    failed(ready, 1)
    assert read_and_decide(ready) == 1
    assert read_and_decide(ready) == 0, "the retry decides nothing"
    assert put_back(ready) == RequeueResult(requeued=1)


def test_a_worker_killed_between_effect_and_record_loses_and_doubles_nothing(ready: Scene) -> None:
    for entry_id in (1, 2, 3):
        failed(ready, entry_id)
    read_and_decide(ready)
    ready.registry(HOME, f"select * from sohoa.requeue('{{1,2}}', '{KEY}', 'by the killed worker')")
    assert put_back(ready) == RequeueResult(requeued=3)
    assert decisions(ready) == [(1, "requeued"), (2, "requeued"), (3, "requeued")]
    with superuser(ready.registries[HOME]) as conn:
        log = conn.execute("select entry_id, count(*) from sohoa.requeue_log group by 1 order by 1").fetchall()
    assert log == [(1, 1), (2, 1), (3, 1)]


def test_a_decision_never_confirmed_is_settled_by_what_the_registry_shows_or_carried_out(ready: Scene) -> None:
    failed(ready, 1)
    failed(ready, 2)
    read_and_decide(ready)
    ready.registry(HOME, f"select * from sohoa.requeue('{{1}}', '{KEY}', 'done, not recorded')")
    assert read_and_decide(ready, "05 20:00") == 0
    assert decisions(ready) == [(1, "requeued"), (2, "decided")]
    assert put_back(ready) == RequeueResult(requeued=1)
    assert queue(ready) == [(1, "queued", KEY), (2, "queued", KEY)], "told late, under the key of its own day"


def test_an_open_decision_waits_for_a_reading_of_its_registry_and_of_the_ledger(ready: Scene) -> None:
    failed(ready, 1)
    read_and_decide(ready)
    read_and_decide(ready, "05 20:00", unread=(HOME,))
    assert put_back(ready) == RequeueResult(untold=1)
    read_and_decide(ready, "05 22:00", ledger=False)
    assert put_back(ready) == RequeueResult(untold=1)
    with engine(ready.campaign).begin() as conn:
        decide(conn, ready.plan, DAY, at("05 22:30"), None)
    assert put_back(ready) == RequeueResult(untold=1)
    read_and_decide(ready, "05 23:00")
    assert put_back(ready) == RequeueResult(requeued=1)


@pytest.mark.parametrize(
    "since",
    [
        "update sohoa.transfer set state = 'rejected', error_code = 'DUP_RECORD'",
        "update sohoa.transfer set attempts = 2",
        "update sohoa.transfer set state = 'accepted', error_code = null, ministry_ref = 'X'",
        "delete from sohoa.entry",
        "",
    ],
    ids=["refused as a duplicate", "sent again", "accepted", "deleted", "received"],
)
def test_an_open_decision_is_never_carried_out_once_it_is_overtaken(ready: Scene, since: str) -> None:
    failed(ready, 1)
    read_and_decide(ready)
    if since:
        ready.registry(HOME, since)
    else:
        ready.receipt(1, HOME, "1", "05 19:00")
    read_and_decide(ready, "05 18:20")
    before = queue(ready)
    put_back(ready)
    assert decisions(ready)[0] == (1, "unreached")
    assert "DUP_RECORD" not in since or queue(ready) == before


def test_a_registry_out_of_reach_keeps_its_decisions_open_and_stops_nobody(ready: Scene) -> None:
    ready.book(OTHER, 1)
    failed(ready, 1)
    failed(ready, 1, home=OTHER)
    read_and_decide(ready)
    gone = dict(ready.registries) | {HOME: replace(ready.registries[HOME], host="127.0.0.1", port=1)}
    assert put_back(ready, gone) == RequeueResult(requeued=1, untold=1)
    assert put_back(ready) == RequeueResult(requeued=1)


@pytest.mark.parametrize(("limit", "seconds"), [("statement_seconds", 1), ("registry_seconds", 3)])
def test_a_registry_that_hangs_in_the_middle_keeps_what_it_was_told_and_the_rest_open(
    ready: Scene, limit: str, seconds: int
) -> None:
    for entry_id in range(1, 6):
        failed(ready, entry_id)
    read_and_decide(ready)
    with superuser(ready.registries[HOME]) as holder, holder.transaction():
        holder.execute("select from sohoa.transfer where entry_id = 4 for update")
        hasty = RULES.model_copy(update={limit: seconds})
        assert put_back(ready, pull_rules=hasty) == RequeueResult(requeued=2, untold=3)
    assert put_back(ready) == RequeueResult(requeued=3)
    assert {state for _, state, _ in queue(ready)} == {"queued"}


def test_where_nobody_may_requeue_it_is_not_permitted_and_shown(ready: Scene) -> None:
    failed(ready, 1)
    ready.registry(HOME, "revoke execute on function sohoa.requeue(bigint[], text, text) from campaign_requeuer")
    read_and_decide(ready)
    assert put_back(ready) == RequeueResult(not_permitted=1)
    assert decisions(ready) == [(1, "not_permitted")]
    assert read_and_decide(ready, "05 20:00") == 0, "not asked at every run"
    assert read_and_decide(ready, "06 18:00") == 1, "but again"


def test_where_the_reading_log_in_may_not_requeue_another_does(ready: Scene, pg_server: Endpoint) -> None:
    failed(ready, 1)
    ready.registry(HOME, "revoke execute on function sohoa.requeue(bigint[], text, text) from campaign_requeuer")
    read_and_decide(ready)
    asked = []

    async def second(code: str) -> Endpoint | None:
        asked.append(code)
        return replace(ready.registries[HOME], login=pg_server.login, password=pg_server.password)

    assert put_back(ready, second=second) == RequeueResult(requeued=1)
    assert asked == [HOME]
    assert put_back(ready, second=second) == RequeueResult()
    assert asked == [HOME], "asked for only where there is something to put back"


def test_an_entry_that_is_no_longer_failed_is_answered_not_requeued(ready: Scene) -> None:
    failed(ready, 1)
    read_and_decide(ready)
    ready.registry(HOME, "update sohoa.transfer set state = 'accepted', error_code = null, ministry_ref = 'R1'")
    assert put_back(ready) == RequeueResult(not_requeued=1)
    assert queue(ready)[0][1] == "accepted"
    assert decisions(ready, "state, answered_state") == [("not_requeued", "accepted")]


def test_what_the_registrys_clock_forbids_stays_open_and_is_asked_again(ready: Scene) -> None:
    unanswered(ready, 1, sent="now() - interval '10 min'")
    read_and_decide(ready)
    assert read_and_decide(ready, "05 20:00") == 1
    assert put_back(ready) == RequeueResult(untold=1)
    assert decisions(ready, "state, answered_state") == [("decided", "sent")]
    ready.registry(HOME, "update sohoa.transfer set sent_at = now() - interval '2 hours'")
    read_and_decide(ready, "05 22:00")
    assert put_back(ready) == RequeueResult(requeued=1)


def test_a_settled_decision_is_never_called_again(ready: Scene) -> None:
    failed(ready, 1)
    read_and_decide(ready)
    put_back(ready)
    fails_again(ready)
    assert put_back(ready) == RequeueResult()
    assert queue(ready)[0][1] == "failed"


def test_what_a_run_is_telling_cannot_be_settled_by_another_that_decides_meanwhile(ready: Scene) -> None:
    """The registry is held up at the first of four; the other run has seen receipts of all, and has to wait."""
    entries = range(1, 5)
    for entry_id in entries:
        failed(ready, entry_id)
    assert read_and_decide(ready) == 4
    for entry_id in entries:
        ready.receipt(entry_id, HOME, str(entry_id), "05 18:09")
    read(ready, "05 18:10", "other")
    with superuser(ready.registries[HOME]) as holder, ThreadPoolExecutor() as threads:
        with holder.transaction():
            holder.execute("select from sohoa.transfer where entry_id = 1 for update")
            telling = threads.submit(put_back, ready, chunk=1)
            wait_until(ready, f"{WAITS} application_name = 'campaign_requeue')")
            deciding = threads.submit(decided, ready, "05 18:10", "other")
            wait_until(ready, f"{WAITS} application_name = 'campaign')")
            assert not deciding.done()
        telling.result(10)
        deciding.result(10)
    done = {entry_id for entry_id, state in decisions(ready) if state == "requeued"}
    assert 1 in done
    assert done == {entry_id for entry_id, state, _ in queue(ready) if state == "queued"}
    assert {state for _, state in decisions(ready)} <= {"requeued", "unreached", "done"}


def wait_until(scene: Scene, query: str) -> None:
    """Until the server says so; five seconds at most."""
    for _ in range(250):
        if scene.rows(query) == [(True,)]:
            return
        time.sleep(0.02)
    raise AssertionError(query)


def test_the_counts_of_a_day(ready: Scene) -> None:
    failed(ready, 1)
    failed(ready, 2, "SOMETHING_NEW")
    failed(ready, 3, "REMOTE_TIMEOUT")
    ready.receipt(3, HOME, "3", "03 09:00")
    failed(ready, 4, "REMOTE_TIMEOUT")
    read_and_decide(ready)
    put_back(ready)
    accepted(ready, 1, 1, "05 19:00")
    with engine(ready.campaign).connect() as conn:
        found, none = counts(conn, DAY), counts(conn, "2025-03-06")
    assert (found.put_back, found.settled, found.held, found.untold, found.poisoned) == (1, 1, 1, 0, 0)
    assert found.wave is not None
    assert (found.wave.due, found.wave.waiting, found.wave.not_due, found.wave.breaker.state) == (1, 0, 1, "closed")
    assert none.wave is None
    assert none.put_back == 0
