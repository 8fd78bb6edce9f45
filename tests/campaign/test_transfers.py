"""Which failed transfers go back in the queue, once, and what becomes of a decision when something breaks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.plan.rules import Requeue
from include.campaign.pull import ReadingContext, pull_ledger, pull_registries
from include.campaign.transfers import RequeueResult, decide, requeue
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, OTHER, RULES, Scene, at
from tests.sources import superuser

DAY = "2025-03-05"


def failed(scene: Scene, entry_id: int, code: str = "REMOTE_TIMEOUT", state: str = "failed", home: str = HOME) -> None:
    scene.entry(home, entry_id, 1, str(entry_id), "02 09:00")
    scene.registry(
        home,
        "insert into sohoa.transfer (entry_id, state, attempts, queued_at, sent_at, answered_at, error_code)"
        f" values ({entry_id}, '{state}', 1, now(), '2025-03-03 09:00+07', '2025-03-03 09:01+07', '{code}')",
    )


def read_and_decide(scene: Scene, instant: str = "05 18:00", ledger: bool = True, unread: tuple[str, ...] = ()) -> int:
    attempt = f"run-{instant}"
    context = ReadingContext(attempt_key=attempt, close_key=None, read_at=at(instant))
    sources = {code: endpoint for code, endpoint in scene.registries.items() if code not in unread}
    asyncio.run(pull_registries(scene.campaign, sources, RULES, context))
    if ledger:
        asyncio.run(pull_ledger(scene.campaign, scene.ledger, RULES, context))
    with engine(scene.campaign).begin() as conn:
        return decide(conn, scene.plan, DAY, at(instant), attempt)


def put_back(scene: Scene, requeuers: dict[str, Endpoint | None] | None = None, chunk: int = 2) -> RequeueResult:
    requeuers = dict(scene.registries) if requeuers is None else requeuers
    return asyncio.run(requeue(scene.campaign, requeuers, Requeue(chunk=chunk), RULES, DAY, at("05 18:05")))


def queue(scene: Scene, code: str = HOME) -> list[tuple]:
    with superuser(scene.registries[code]) as conn:
        return conn.execute("select entry_id, state, requeue_key from sohoa.transfer order by entry_id").fetchall()


def decisions(scene: Scene) -> list[tuple]:
    return scene.rows("select entry_id, state from transfers.decision order by decision_id")


@pytest.fixture
def ready(scene: Scene) -> Scene:
    scene.book(HOME, 1)
    with engine(scene.campaign).begin() as conn:
        from include.campaign.reconcile import open_close  # noqa: PLC0415

        open_close(conn, scene.plan, scene.calendar, scene.calendar.close(DAY), "run", at("05 18:00"))
    return scene


def test_only_the_receiving_sides_faults_go_back(ready: Scene) -> None:
    failed(ready, 1, "REMOTE_TIMEOUT")
    failed(ready, 2, "REMOTE_UNAVAILABLE")
    failed(ready, 3, "SCAN_MISSING")
    failed(ready, 4, "DUP_RECORD", state="rejected")
    failed(ready, 5, "SOMETHING_NEW")
    assert read_and_decide(ready) == 2
    assert put_back(ready) == RequeueResult(requeued=2)
    key = f"{DAY}/{HOME}/remote-0305T1800"
    assert queue(ready) == [
        (1, "queued", key),
        (2, "queued", key),
        (3, "failed", None),
        (4, "rejected", None),
        (5, "failed", None),
    ]


@pytest.mark.parametrize("carried", [{"sender": 1}, {}], ids=["by sender id", "by natural key"])
def test_what_the_ledger_has_is_never_sent_again(ready: Scene, carried: dict[str, int]) -> None:
    failed(ready, 1)
    ready.receipt(1, HOME, "1", "03 09:00", **carried)
    assert read_and_decide(ready) == 0


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
    ready.registry(HOME, "update sohoa.transfer set state = 'failed', error_code = 'REMOTE_TIMEOUT'")
    assert read_and_decide(ready) == 0, "the same run, cleared, must not put the same entry back again"
    assert put_back(ready) == RequeueResult()
    assert read_and_decide(ready, "05 20:00") == 1, "a later run may"


def test_a_worker_killed_between_effect_and_record_loses_and_doubles_nothing(ready: Scene) -> None:
    for entry_id in (1, 2, 3):
        failed(ready, entry_id)
    read_and_decide(ready)
    key = f"{DAY}/{HOME}/remote-0305T1800"
    ready.registry(HOME, f"select * from sohoa.requeue('{{1,2}}', '{key}', 'by the killed worker')")
    assert put_back(ready) == RequeueResult(requeued=3)
    assert decisions(ready) == [(1, "requeued"), (2, "requeued"), (3, "requeued")]
    with superuser(ready.registries[HOME]) as conn:
        log = conn.execute("select entry_id, count(*) from sohoa.requeue_log group by 1 order by 1").fetchall()
    assert log == [(1, 1), (2, 1), (3, 1)]


def test_a_decision_never_confirmed_is_settled_by_what_the_registry_shows(ready: Scene) -> None:
    failed(ready, 1)
    failed(ready, 2)
    read_and_decide(ready)
    ready.registry(HOME, f"select * from sohoa.requeue('{{1}}', '{DAY}/{HOME}/remote-0305T1800', 'done, not recorded')")
    read_and_decide(ready, "05 20:00")
    assert decisions(ready) == [(1, "requeued"), (2, "unreached"), (2, "decided")]


def test_a_registry_out_of_reach_keeps_its_decisions_open_and_stops_nobody(ready: Scene) -> None:
    ready.book(OTHER, 1)
    failed(ready, 1)
    failed(ready, 1, home=OTHER)
    read_and_decide(ready)
    gone = dict(ready.registries) | {HOME: replace(ready.registries[HOME], host="127.0.0.1", port=1)}
    assert put_back(ready, gone) == RequeueResult(requeued=1, untold=1)
    assert put_back(ready) == RequeueResult(requeued=1)


def test_where_nobody_may_requeue_it_is_not_permitted_and_shown(ready: Scene) -> None:
    failed(ready, 1)
    ready.registry(HOME, "revoke execute on function sohoa.requeue(bigint[], text, text) from campaign_requeuer")
    read_and_decide(ready)
    assert put_back(ready) == RequeueResult(not_permitted=1)
    assert decisions(ready) == [(1, "not_permitted")]


def test_an_entry_that_is_no_longer_failed_is_answered_not_requeued(ready: Scene) -> None:
    failed(ready, 1)
    read_and_decide(ready)
    ready.registry(HOME, "update sohoa.transfer set state = 'accepted', error_code = null, ministry_ref = 'R1'")
    assert put_back(ready) == RequeueResult(not_requeued=1)
    assert queue(ready)[0][1] == "accepted"
