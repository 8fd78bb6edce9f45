"""What happens to each outcome of a transfer: asked for, held, corrected, no duplicate."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from include.campaign.transfers import RequeueResult
from include.campaign.warehouse import engine
from tests.campaign.scene import HOME, Scene, at
from tests.campaign.transfer_scene import (
    BAD_DATE,
    DAY,
    EACH_DAY,
    TIMEOUT,
    a_run,
    accepted,
    decisions,
    failed,
    fails_again,
    put_back,
    read,
    read_and_decide,
    unanswered,
)

Fail = Callable[..., None]


def test_the_warehouse_holds_the_plans_outcomes_and_what_each_code_stands_for(ready: Scene) -> None:
    outcomes, codes = ready.plan.outcomes.values(), ready.plan.error_codes.values()
    held = ready.rows("select outcome, class, action, attempts, first_wait_minutes from plan.outcome order by 1")
    assert held == sorted(
        (one.outcome, one.class_, one.action, one.attempts, one.first_wait_minutes) for one in outcomes
    )
    held = ready.rows("select code, kind, outcome, fix_vi from plan.error_code order by 1")
    classes = {one.outcome: one.class_ for one in outcomes}
    assert held == sorted((one.code, classes[one.outcome], one.outcome, one.fix_vi) for one in codes)


# ---------------------------------------------------------------------------------------------------- ambiguous


@pytest.mark.parametrize("fail", [lambda scene, one: failed(scene, one, TIMEOUT), unanswered], ids=[TIMEOUT, "sent"])
def test_an_ambiguous_transfer_goes_back_only_after_the_ledger_was_asked_for_the_plans_time(
    ready: Scene, fail: Fail
) -> None:
    fail(ready, 1)
    assert read_and_decide(ready, "05 18:00") == 0, "first seen now, whenever its own clock says it was sent"
    assert read_and_decide(ready, "05 19:59") == 0
    assert read_and_decide(ready, "05 20:00") == 1
    assert put_back(ready) == RequeueResult(requeued=1)


def test_other_changes_of_the_entry_do_not_restart_the_asking(ready: Scene) -> None:
    failed(ready, 1, TIMEOUT)
    assert read_and_decide(ready, "05 18:00") == 0
    ready.registry(HOME, "update sohoa.entry set reviewed_at = '2025-03-05 19:00+07'")
    assert read_and_decide(ready, "05 20:00") == 1


@pytest.mark.parametrize("fail", [lambda scene, one: failed(scene, one, TIMEOUT), unanswered], ids=[TIMEOUT, "sent"])
def test_an_ambiguous_transfer_that_was_received_is_settled_once_and_not_sent(ready: Scene, fail: Fail) -> None:
    fail(ready, 1)
    ready.receipt(7, HOME, "1", "03 09:00")
    for instant in ("05 18:00", "05 20:00", "06 18:00"):
        assert read_and_decide(ready, instant) == 0
    assert decisions(ready, "action, state, receipt_id, requeue_key") == [
        ("settle", "done", 7, "settle/ambiguous/1")
    ]  # fmt: skip


def test_a_send_that_is_under_way_is_no_failure_though_the_ledger_has_it(ready: Scene) -> None:
    unanswered(ready, 1)
    ready.receipt(7, HOME, "1", "05 17:59")
    read_and_decide(ready, "05 18:00")
    assert decisions(ready) == []


def test_each_send_is_asked_for_anew(ready: Scene) -> None:
    failed(ready, 1, TIMEOUT)
    read_and_decide(ready, "05 18:00")
    a_run(ready, "05 20:00")
    fails_again(ready, TIMEOUT)
    assert read_and_decide(ready, "06 09:00") == 0, "the wait after the first return is over, but it is first seen now"
    assert read_and_decide(ready, "06 11:00") == 1


def test_a_receipt_cancelled_later_does_not_settle_for_ever(ready: Scene) -> None:
    failed(ready, 1, TIMEOUT)
    ready.receipt(7, HOME, "1", "03 09:00", cancelled="06 09:00")
    assert read_and_decide(ready, "05 18:00") == 0
    assert read_and_decide(ready, "06 18:00") == 1


# ---------------------------------------------------------------------------------------------------- correctable


def test_a_correctable_one_goes_back_once_for_each_change_since_it_was_refused(ready: Scene) -> None:
    failed(ready, 1, BAD_DATE, state="rejected")
    failed(ready, 2, BAD_DATE, state="rejected")
    assert read_and_decide(ready, "05 18:00") == 0
    assert read_and_decide(ready, "05 20:00") == 0, "a further reading is no change"
    ready.registry(HOME, "update sohoa.entry set corrected_at = '2025-03-05 20:30+07' where entry_id = 1")
    assert read_and_decide(ready, "05 22:00") == 1
    assert put_back(ready, now="05 22:01") == RequeueResult(requeued=1)
    assert decisions(ready, "entry_id, rule, requeue_key") == [
        (1, "corrected", f"{DAY}/{HOME}/corrected-0305T2200")
    ]  # fmt: skip
    fails_again(ready, BAD_DATE, "rejected", "05 23:00")
    assert read_and_decide(ready, "06 18:00") == 0, "changed before this refusal, not since"
    ready.registry(HOME, "update sohoa.entry set defects = '{BAD_DATE}' where entry_id = 1")
    assert read_and_decide(ready, "06 20:00") == 1


@pytest.mark.parametrize(
    ("changed", "goes_back"),
    [
        ("corrected_at = '2025-03-03 12:00+07'", 1),
        ("corrected_at = '2025-03-03 08:00+07'", 0),
        ("changed_at = now()", 0),
    ],
    ids=["corrected after the answer", "before it", "changed, says a column that often lies"],
)
def test_a_correction_made_before_the_refusal_is_first_read(ready: Scene, changed: str, goes_back: int) -> None:
    failed(ready, 1, BAD_DATE, state="rejected", sent="03 09:00")
    ready.registry(HOME, f"update sohoa.entry set {changed}")
    assert read_and_decide(ready) == goes_back


def test_a_backup_from_before_the_correction_is_no_correction(ready: Scene) -> None:
    failed(ready, 1, BAD_DATE, state="rejected", sent="03 09:00")
    ready.registry(HOME, "update sohoa.entry set corrected_at = '2025-03-03 12:00+07', defects = '{}'")
    read(ready, "04 12:00", "watch")
    ready.registry(HOME, "update sohoa.entry set corrected_at = null, defects = '{BAD_DATE}'")
    assert read_and_decide(ready) == 0


def test_a_column_that_a_registry_lacks_for_a_while_is_no_correction(ready: Scene) -> None:
    failed(ready, 1, BAD_DATE, state="rejected")
    ready.registry(HOME, "update sohoa.entry set page_file = 'x.pdf', reviewed_at = '2025-03-02 10:00+07'")
    assert read_and_decide(ready, EACH_DAY[0]) == 0
    ready.registry(HOME, "revoke select (page_file, reviewed_at) on sohoa.entry from campaign_reader")
    assert read_and_decide(ready, EACH_DAY[1]) == 0
    ready.registry(HOME, "update sohoa.entry set page_file = 'y.pdf'")
    assert read_and_decide(ready, EACH_DAY[2]) == 0, "nobody could see it"
    ready.registry(HOME, "grant select (page_file, reviewed_at) on sohoa.entry to campaign_reader")
    assert read_and_decide(ready, EACH_DAY[3]) == 1
    assert decisions(ready, "rule") == [("corrected",)]


def test_a_column_that_comes_back_as_it_was_is_no_correction(ready: Scene) -> None:
    failed(ready, 1, BAD_DATE, state="rejected")
    ready.registry(HOME, "update sohoa.entry set page_file = 'x.pdf'")
    ready.registry(HOME, "revoke select (page_file) on sohoa.entry from campaign_reader")
    assert read_and_decide(ready, EACH_DAY[0]) == 0
    ready.registry(HOME, "grant select (page_file) on sohoa.entry to campaign_reader")
    assert read_and_decide(ready, EACH_DAY[1]) == 0


def test_a_change_seen_by_readings_for_another_purpose_is_a_change(ready: Scene) -> None:
    failed(ready, 1, "SCAN_MISSING", state="rejected")
    read_and_decide(ready, "05 18:00", ledger=False)
    ready.registry(HOME, "update sohoa.entry set page_file = 'KS.2004.01.001.pdf'")
    read_and_decide(ready, "05 19:00", ledger=False)
    assert read_and_decide(ready, "05 20:00") == 1


# ---------------------------------------------------------------------------------------------------- not a duplicate


def no_duplicate(scene: Scene, entry_id: int) -> None:
    """Two people found that an entry repeats nothing."""
    with engine(scene.campaign).begin() as conn:
        one = conn.execute(
            text(
                "insert into transfers.duplicate (registry_code, entry_id, phase, error_code, sends, kind,"
                " first_seen_key) values (:code, :entry, 2, 'DUP_PERSON', 1, 'person', :day) returning duplicate_id"
            ),
            {"code": HOME, "entry": entry_id, "day": DAY},
        ).scalar_one()
        said = {"one": one, "at": at("05 12:00")}
        act = conn.execute(
            text(
                "insert into transfers.duplicate_act (duplicate_id, act, outcome, why, by_whom, acted_at)"
                " values (:one, 'propose', 'not_duplicate', 'sinh đôi', 'A', :at) returning act_id"
            ),
            said,
        ).scalar_one()
        conn.execute(
            text(
                "insert into transfers.duplicate_act (duplicate_id, act, outcome, why, by_whom, acted_at, proposal_id,"
                " proposed_by) values (:one, 'confirm', 'not_duplicate', 'sinh đôi', 'B', :at, :act, 'A')"
            ),
            said | {"act": act},
        )
        conn.execute(
            text(
                "update transfers.duplicate set state = 'confirmed', outcome = 'not_duplicate', proposal_id = :act"
                " where duplicate_id = :one"
            ),
            {"one": one, "act": act},
        )


def test_no_duplicate_goes_back_once_ever(ready: Scene) -> None:
    failed(ready, 1, "DUP_PERSON", state="rejected")
    failed(ready, 2, "DUP_PERSON", state="rejected")
    assert read_and_decide(ready, "05 11:00") == 0
    no_duplicate(ready, 1)
    assert read_and_decide(ready, "05 18:00") == 1
    assert put_back(ready) == RequeueResult(requeued=1)
    assert decisions(ready, "entry_id, rule, requeue_key") == [
        (1, "not a duplicate", f"{DAY}/{HOME}/not-duplicate-0305T1800")
    ]
    fails_again(ready, "DUP_PERSON", "rejected")
    for instant in EACH_DAY[1:4]:
        assert read_and_decide(ready, instant) == 0


def test_an_entry_that_was_put_back_and_taken_is_decided_about_no_more(ready: Scene) -> None:
    failed(ready, 1)
    a_run(ready, "05 18:00")
    accepted(ready, 1, 1, "05 19:00")
    for instant in EACH_DAY[1:3]:
        assert read_and_decide(ready, instant) == 0
    assert decisions(ready) == [(1, "requeued")]
