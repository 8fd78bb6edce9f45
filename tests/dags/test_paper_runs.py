"""What whole runs make of papers: provisional ones, one that cannot be made, one that is held until the morning."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from include.campaign.days import Calendar
from include.campaign.editions import publish_close
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.render import render
from include.campaign.warehouse import engine
from tests.campaign.mail_server import Behaviour
from tests.dags.runner import DAY, Connections, Run, rows

pytestmark = pytest.mark.usefixtures("pages_alone")

DESK = "sotuphap@thidiem.example"
TO_DESK = f"select kind, state, subject from mail.message where address = '{DESK}' order by queued_at, message_key"


def test_a_ledger_outage_is_provisional_in_the_evening_and_final_in_the_morning(
    run: Run, sources: Connections, campaign_db: Endpoint
) -> None:
    port = sources["ministry_ledger"]["port"]
    sources["ministry_ledger"]["port"] = 1
    assert run("campaign_day", day=DAY).state == "failed"
    [(kind, state, subject)] = rows(campaign_db, TO_DESK)
    assert (kind, state) == ("daily", "accepted") and subject.startswith("BÁO CÁO TẠM THỜI")
    sources["ministry_ledger"]["port"] = port
    for _ in range(2):
        assert run("settle_days", now="2025-03-06T06:00:00+07:00").state == "success"
    _, (kind, state, subject) = rows(campaign_db, TO_DESK)
    assert (kind, state) == ("final", "accepted") and subject.startswith("BÁO CÁO CHÍNH THỨC")


def test_a_paper_that_cannot_be_made_is_red_at_the_gate_and_the_others_go(
    run: Run, campaign_db: Endpoint, inbox: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fragile(letter: Any) -> Any:
        if letter.blocks[0].kind == "province":
            raise ZeroDivisionError
        return render(letter)

    monkeypatch.setattr("include.campaign.editions.rendering.render", fragile)
    found = run("campaign_day", day=DAY)
    assert {name for name, state in found.tasks.items() if state == "failed"} == {"gate"}
    assert found.summary is not None
    assert found.summary["first_thing"].startswith("mend what stops the paper for Sở Tư pháp")
    assert [row[0] for row in rows(campaign_db, TO_DESK)] == ["failed"]
    assert len(inbox.addresses()) > 4

    monkeypatch.setattr("include.campaign.editions.rendering.render", render)
    assert run("campaign_day", day=DAY).state == "success"
    assert sorted(row[0] for row in rows(campaign_db, TO_DESK)) == ["daily", "failed"]


def test_a_held_report_that_nobody_decided_about_goes_out_in_the_morning(
    run: Run, campaign_db: Endpoint, small_plan: Plan
) -> None:
    run("campaign_day", day=DAY, effects="never")
    calendar = Calendar(small_plan.rules)
    close = calendar.close(DAY)
    with engine(campaign_db).begin() as conn:
        conn.execute(text("update closing.close set state = 'held', held_why = 'one entry is counted twice'"))
        publish_close(conn, small_plan, calendar, close, close.as_of, "evening")
    assert run("held_papers", now="2025-03-06T06:59:00+07:00").state == "success"
    assert [row[:2] for row in rows(campaign_db, TO_DESK)] == [("held", "accepted"), ("held-report", "held")]
    for _ in range(2):
        assert run("held_papers", now="2025-03-06T07:00:00+07:00").state == "success"
    assert [row[:2] for row in rows(campaign_db, TO_DESK)] == [
        ("held", "accepted"),
        ("held-report", "dropped"),
        ("provisional", "accepted"),
    ]
