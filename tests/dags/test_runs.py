"""Whole runs of the DAGs: what a day, a watch, a re-queue and a preflight leave behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from include.rehearsal.ailments import LACKING
from include.rehearsal.world import World
from tests.campaign.mail_server import Behaviour
from tests.dags.runner import DAY, Connections, Run, readings, rows, subjects

pytestmark = pytest.mark.usefixtures("pages_alone")

TEAM = "todulieu.sotuphap@thidiem.example"
TEAM_AND_DESK_AND_DISTRICTS = 4


def test_a_day_is_closed_reported_and_mailed_once_however_often_it_is_run(
    run: Run, campaign_db: Endpoint, small_plan: Plan, inbox: Behaviour
) -> None:
    first = run("campaign_day", day=DAY)
    assert first.state == "success" and set(first.tasks.values()) == {"success"}
    assert first.labels == sorted(shard.name for shard in small_plan.shards())
    assert first.summary is not None
    assert (first.summary["read"], first.summary["state"]) == (12, "closed")
    mails = inbox.addresses()
    assert len(mails) == len(set(mails)) >= TEAM_AND_DESK_AND_DISTRICTS
    assert first.summary["mails"]["accepted"] == len(mails)

    again = run("campaign_day", day=DAY)
    assert again.state == "success"
    assert inbox.addresses() == mails
    figures = ("entered_total", "received_total", "behind", "mails")
    assert again.summary is not None
    assert [again.summary[name] for name in figures] == [first.summary[name] for name in figures]

    older = run("campaign_day", day="2025-03-04", now="2025-03-05T18:30:00+07:00")
    assert older.state == "success" and older.summary is not None
    assert older.summary["state"] == "closed" and sum(older.summary["mails"].values()) == 0
    assert inbox.addresses() == mails

    asked = run("campaign_day", day="2025-03-04", now="2025-03-05T18:40:00+07:00", effects="always")
    assert asked.summary is not None and asked.summary["mails"]["accepted"] == len(inbox.addresses()) - len(mails) > 0


def test_a_run_without_a_day_closes_the_one_that_was_due_when_it_was_due(run: Run, campaign_db: Endpoint) -> None:
    """As a scheduled run does: 17:00 UTC of the 20th is the final midnight."""
    found = run(
        "campaign_day",
        run_after=datetime.fromisoformat("2025-03-20T17:00:00+00:00"),
        now="2025-03-21T00:00:10+07:00",
        effects="never",
    )
    assert found.summary is not None and found.summary["close"] == "2025-03-20-final"
    assert rows(campaign_db, "select close_key from closing.close") == [("2025-03-20-final",)]


def test_after_the_final_close_days_go_on_until_nothing_is_left(
    run: Run, campaign_db: Endpoint, inbox: Behaviour
) -> None:
    found = run("campaign_day", day="2025-03-21", now="2025-03-21T18:05:00+07:00")
    assert found.state == "success" and found.summary is not None
    assert (found.summary["close"], found.summary["behind"]) == ("2025-03-21", 0)
    assert rows(campaign_db, "select kind, state from closing.close") == [("tail", "closed")]
    assert rows(campaign_db, "select 1 from ladder.flag union all select 1 from ladder.evening") == []
    assert any("sau chiến dịch" in subject for subject in subjects(inbox))

    with engine(campaign_db).begin() as conn:
        conn.execute(text("delete from closing.class_count where side = 'entry' and class not in ('E1', 'E2')"))
        conn.execute(text("update closing.progress set quota = entered"))
    mails = len(inbox.taken)
    found = run("campaign_day", day="2025-03-22", now="2025-03-22T18:05:00+07:00")
    assert found.state == "success" and found.summary is not None
    assert found.tasks.pop("gate") == "success"
    assert set(found.tasks.values()) == {"skipped"}
    assert found.summary["line"].startswith("skipped: 2025-03-21 found every case received or decided")
    assert len(inbox.taken) == mails
    assert rows(campaign_db, "select close_key from closing.close") == [("2025-03-21",)]


def test_only_what_another_try_may_reach_is_tried_again_and_too_many_gaps_are_red(
    run: Run, sources: Connections, campaign_db: Endpoint, inbox: Behaviour
) -> None:
    sources["registry_09101"]["password"] = "wrong"
    sources["registry_09102"]["port"] = sources["registry_09201"]["port"] = 1
    del sources["registry_093"]
    found = run("campaign_day", day=DAY)
    seen = readings(campaign_db)
    assert seen["09101"] == ["refused"]
    assert seen["09102"] == seen["09201"] == ["unreachable"] * 3
    assert seen["093"] == ["not_configured"]
    assert seen["09103"] == seen["09202"] == seen["ministry"] == ["ok"]

    # The day goes on: pulls are green, the reports are out; the plan tolerates two unread registries, not three.
    assert found.tasks.pop("gate") == "failed" and set(found.tasks.values()) == {"success"}
    assert found.state == "failed"
    assert found.summary is not None and found.summary["state"] == "gaps"
    assert {row["code"]: row["outcome"] for row in found.summary["missing"]} == {
        "09101": "refused",
        "09102": "unreachable",
        "09201": "unreachable",
        "093": "not_configured",
    }
    assert found.summary["line"].startswith("read 8/12")
    assert len(inbox.addresses()) >= TEAM_AND_DESK_AND_DISTRICTS

    # Two are mended, and read again alone.
    sources["registry_09102"]["port"] = sources["registry_09201"]["port"] = sources["registry_09202"]["port"]
    found = run("campaign_day", day=DAY, registries=["09102", "09201"])
    assert readings(campaign_db)["09102"][3:] == ["ok"] and readings(campaign_db)["09103"] == ["ok"]
    assert found.state == "success" and found.summary is not None and found.summary["read"] == 10


def test_a_ledger_that_was_not_read_is_red_and_the_day_is_closed_all_the_same(
    run: Run, sources: Connections, campaign_db: Endpoint
) -> None:
    sources["ministry_ledger"]["port"] = 1
    found = run("campaign_day", day=DAY)
    assert readings(campaign_db)["ministry"] == ["unreachable"] * 3
    assert found.state == "failed" and found.tasks["close_day"] == found.tasks["send_mail"] == "success"
    assert found.summary is not None and found.summary["received_total"] is None
    assert found.summary["entered_total"] is not None


def test_a_failing_room_does_not_silence_the_day(run: Run, inbox: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("include.campaign.pace.freezing.judge_close", broken)
    monkeypatch.setattr("include.campaign.transfers.decide", broken)
    found = run("campaign_day", day=DAY)
    assert found.state == "failed"
    assert {name for name, state in found.tasks.items() if state == "failed"} == {
        "flag_laggards",
        "requeue_transfers",
        "gate",
    }
    assert len(inbox.addresses()) >= TEAM_AND_DESK_AND_DISTRICTS
    assert found.summary is not None and "flag_laggards" in found.summary["first_thing"]


def test_a_fault_in_what_would_help_does_not_undo_who_is_late(
    run: Run, campaign_db: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("include.campaign.cure.freezing.freeze_cure", broken)
    found = run("campaign_day", day=DAY)
    assert {name for name, state in found.tasks.items() if state == "failed"} == {"flag_laggards", "gate"}
    assert rows(campaign_db, "select count(*) > 0 from pace.judged") == [(True,)]
    assert rows(campaign_db, "select count(*) from ladder.evening") == [(1,)]


def test_a_day_that_could_not_be_closed_sends_nothing_and_says_so(
    run: Run, inbox: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("include.campaign.reconcile.close_days", broken)
    found = run("campaign_day", day=DAY)
    assert found.tasks["write_reports"] == found.tasks["send_mail"] == "skipped"
    assert found.tasks["gate"] == "failed" and found.state == "failed"
    assert inbox.taken == []
    assert found.summary is not None and "close_day" in found.summary["first_thing"]


def test_mails_that_the_server_puts_off_are_tried_again_and_then_red(run: Run, inbox: Behaviour) -> None:
    address = "sotuphap@thidiem.example"
    inbox.to[address] = "defer"
    found = run("campaign_day", day=DAY)
    assert found.tasks["send_mail"] == "success" and found.tasks["gate"] == "failed"
    assert found.summary is not None and found.summary["mails"]["deferred"] == 1
    assert address not in inbox.addresses()

    inbox.to.clear()
    again = run("campaign_day", day=DAY, now="2025-03-05T18:30:00+07:00")
    assert again.state == "success"
    assert inbox.addresses().count(address) == 1 and len(inbox.addresses()) == len(set(inbox.addresses()))


@pytest.mark.parametrize(
    ("conf", "told"),
    [
        ({"day": DAY, "now": "2025-03-05T17:59:59+07:00"}, "not due yet"),
        ({"day": "05/03/2025"}, "no close of this campaign"),
        ({"day": DAY, "registries": ["99999"]}, "not in the plan"),
    ],
)
def test_what_cannot_be_opened_is_refused_at_once_with_the_reason(
    run: Run, conf: dict[str, Any], told: str, campaign_db: Endpoint
) -> None:
    found = run("campaign_day", **conf)
    assert found.tasks.pop("open_day") == found.tasks.pop("gate") == "failed"
    assert set(found.tasks.values()) == {"upstream_failed"}
    assert found.summary is not None
    assert found.summary["line"].startswith("the day was not opened: ") and told in found.summary["line"]
    assert rows(campaign_db, "select 1 from closing.close") == []


def test_watching_reads_and_closes_nothing(
    run: Run, campaign_db: Endpoint, inbox: Behaviour, world: World, small_plan: Plan
) -> None:
    found = run("progress_watch")
    assert found.state == "success"
    # What is read in part, and without what, is what ails the world at that hour.
    now = world.instant.timestamp()
    lacking = {
        one.registry_code: LACKING[one.kind]
        for one in world.ailments
        if one.start <= now < one.end and one.kind in LACKING
    }
    assert lacking
    assert readings(campaign_db) == {
        code: ["partial" if code in lacking else "ok"] for code in [*small_plan.registry_codes, "ministry"]
    }
    for code, lacked in rows(campaign_db, "select source_code, lacking from pull.reading where outcome = 'partial'"):
        assert lacked and all(column.startswith(lacking[code]) for column in lacked)
    assert rows(campaign_db, "select distinct close_key from pull.reading") == [(None,)]
    assert rows(campaign_db, "select 1 from closing.close") == [] and inbox.taken == []


def test_watching_tells_the_data_team_once_of_a_silence_and_once_of_its_end(
    run: Run, sources: Connections, campaign_db: Endpoint, inbox: Behaviour
) -> None:
    well = sources["registry_09102"]["port"]
    sources["registry_09102"]["port"] = 1
    # A mail that the server puts off is sent by the next look, not by another mail.
    inbox.to[TEAM] = "defer"
    told = []
    for hour in ("08:30", "12:30", "13:30"):
        found = run("progress_watch", now=f"2025-03-05T{hour}:00+07:00")
        assert found.state == "success"
        told.append(subjects(inbox))
        if hour == "12:30":
            assert rows(campaign_db, "select source_code, kind from sources.alert") == [("09102", "silent")]
            inbox.to.clear()
    assert told == [[], [], ["Theo dõi nguồn dữ liệu: 1 nguồn mất liên lạc"]]

    sources["registry_09102"]["port"] = well
    for hour in ("14:30", "15:30"):
        run("progress_watch", now=f"2025-03-05T{hour}:00+07:00")
    assert subjects(inbox)[1:] == ["Theo dõi nguồn dữ liệu: 1 nguồn đã đọc lại được"]
    assert inbox.addresses() == [TEAM] * 2


def test_a_silence_of_the_night_is_told_in_the_morning(run: Run, sources: Connections, inbox: Behaviour) -> None:
    sources["registry_09102"]["port"] = 1
    for hour in ("19:00", "23:10"):
        assert run("progress_watch", now=f"2025-03-05T{hour}:00+07:00").state == "success"
    assert inbox.taken == [], "quiet hours: it waits in the outbox"
    found = run("settle_days", now="2025-03-06T06:00:00+07:00")
    assert found.state == "success" and found.tasks["send_waiting"] == "success"
    assert subjects(inbox) == ["Theo dõi nguồn dữ liệu: 1 nguồn mất liên lạc"]


def test_a_silence_that_began_in_the_morning_is_tried_once_in_the_evening(
    run: Run, sources: Connections, campaign_db: Endpoint
) -> None:
    for connection in ("registry_09102", "registry_09201", "ministry_ledger"):
        sources[connection]["port"] = 1
    with engine(campaign_db).begin() as conn:
        conn.execute(
            text(
                "insert into pull.reading (source_code, attempt_key, read_at, outcome)"
                " select unnest(array['09102', 'ministry']), 'watch', '2025-03-05 08:30+07', 'hung'"
            )
        )
    run("campaign_day", day=DAY)
    seen = readings(campaign_db)
    assert seen["09102"] == seen["ministry"] == ["hung", "unreachable"]
    assert seen["09201"] == ["unreachable"] * 3


def test_re_queueing_between_two_closes_works_for_the_open_day(run: Run, campaign_db: Endpoint) -> None:
    found = run("transfers_requeue", now="2025-03-05T18:05:00+07:00")
    assert found.state == "success"
    days = rows(campaign_db, "select distinct day_key, state from transfers.decision where action = 'put_back'")
    assert days in ([], [("2025-03-06", "requeued")])


def test_a_preflight_before_the_campaign_mails_what_to_mend(
    run: Run, sources: Connections, campaign_db: Endpoint, inbox: Behaviour, world: World, small_plan: Plan
) -> None:
    lacking = {one.registry_code for one in world.ailments if one.start <= world.instant.timestamp() < one.end}
    well = run("source_preflight", now="2025-02-25T08:00:00+07:00")
    assert well.state == "success"
    assert len(well.labels) == len(small_plan.shards())
    checked = rows(campaign_db, "select distinct source_code, role from sources.preflight")
    both = {(code, role) for code in small_plan.registry_codes for role in ("reader", "requeuer")}
    assert set(checked) == both | {("ministry", "reader")}
    assert rows(campaign_db, "select * from sources.preflight where verdict = 'fail'") == []
    warned = rows(
        campaign_db,
        "select distinct source_code from sources.preflight"
        " where verdict = 'warn' and check_name in ('columns', 'extra', 'types', 'granted')",
    )
    assert {code for (code,) in warned} <= lacking
    assert rows(campaign_db, "select 1 from pull.reading") == []
    ready = f"Kiểm tra nguồn dữ liệu: {len(small_plan.registries) + 1}/{len(small_plan.registries) + 1} nguồn sẵn sàng"
    assert subjects(inbox) == [ready] and inbox.addresses() == [TEAM]

    # On demand, for some alone: what must be mended makes the run red.
    sources["registry_09101"]["password"] = "wrong"
    found = run("source_preflight", registries=["09101", "09202"])
    assert found.state == "failed"
    assert found.tasks.pop("report_preflight") == "failed" and set(found.tasks.values()) == {"success"}
    assert subjects(inbox)[1:] == ["Kiểm tra nguồn dữ liệu: 2/3 nguồn sẵn sàng"]
    assert rows(
        campaign_db, "select distinct source_code, check_name from sources.preflight where verdict = 'fail'"
    ) == [("09101", "connection")]


@pytest.mark.parametrize("dag_id", ["progress_watch", "settle_days", "transfers_requeue"])
def test_outside_the_campaign_nothing_is_read(run: Run, campaign_db: Endpoint, dag_id: str) -> None:
    found = run(dag_id, now="2025-02-28T10:00:00+07:00")
    assert set(found.tasks.values()) == {"skipped"}
    assert readings(campaign_db) == {}


def test_contacts_are_told_before_the_campaign_and_whoever_is_new_during_it(
    run: Run, campaign_db: Endpoint, inbox: Behaviour, small_plan: Plan
) -> None:
    told = "select count(*) from mail.message where kind = 'kickoff'"
    assert run("campaign_kickoff", now="2025-02-26T08:00:00+07:00").state == "success"
    assert rows(campaign_db, told) == [(0,)], "no day of the plan's"
    inbox.to = {"ubnd.axa.nuixa@thidiem.example": "refuse"}
    first = run("campaign_kickoff", now="2025-02-27T08:00:00+07:00")
    assert first.state == "failed" and first.tasks["write_kickoff"] == "success", "an address is to be mended"
    [(letters,)] = rows(campaign_db, told)
    assert len(inbox.taken) == letters - 1 > len(small_plan.registries)
    again = run("campaign_kickoff", now="2025-02-28T08:00:00+07:00")
    assert again.state == "failed" and rows(campaign_db, told) == [(letters,)]
    assert subjects(inbox)[letters - 1 :] == ["Thư khởi động, sáng 28/02/2025: 1 thư chưa đến nơi, 0 chức danh khuyết"]
    run("campaign_kickoff", now="2025-03-05T08:00:00+07:00")
    assert {envelope.rcpt_tos[0] for envelope in inbox.taken[letters:]} == {
        TEAM,
        # Since then a head's post is vacant, and another's with its deputy's.
        "phochutich.benmo.songmo@thidiem.example",
        "ubnd.nuixa@thidiem.example",
    }
