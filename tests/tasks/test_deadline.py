"""The deadline of a day: what the data team is told when its run is late or red."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.mail import SmtpSettings
from include.campaign.plan import Plan
from include.tasks import connections, settings
from include.tasks.deadline import late_alarm, report_deadline, tell_late
from tests.campaign.mail_server import Behaviour, mail_server
from tests.conftest import SMALL_PLAN

TEAM = "todulieu.sotuphap@thidiem.example"
DESK = "sotuphap@thidiem.example"


def run(state: str, **changes: Any) -> dict[str, Any]:
    """A run as the REST API shows it."""
    return {
        "dag_run_id": "2025-03-05-1",
        "state": state,
        "run_after": "2025-03-05T11:00:00Z",
        "conf": {},
        "note": None,
        **changes,
    }


def test_a_run_has_from_the_cut_off_to_the_reports_hour() -> None:
    alert = report_deadline(settings.rules())
    assert alert.interval == timedelta(minutes=40)
    # Not "queued at": Airflow 3.3.2 cannot clear tasks of a run that has such a deadline.
    assert alert.reference.reference_name == "DagRunLogicalDateDeadline"
    module, _, name = alert.callback.path.rpartition(".")
    assert getattr(import_module(module), name) is tell_late  # the triggerer imports it by this path


def test_the_alarm_names_the_run_its_close_and_its_line(small_plan: Plan) -> None:
    alarm = late_alarm(small_plan, run("failed", note="read 8/12 · gaps"))
    assert alarm.key == "2025-03-05/deadline"
    assert "2025-03-05-1" in alarm.subject and "đã kết thúc màu đỏ" in alarm.subject
    assert any("read 8/12" in line for line in alarm.lines)


def test_a_run_of_a_given_day_is_of_that_day(small_plan: Plan) -> None:
    assert late_alarm(small_plan, run("running", conf={"day": "final"})).key == "2025-03-20-final/deadline"


@pytest.fixture
def inbox() -> Behaviour:
    return Behaviour()


@pytest.fixture
def told(
    inbox: Behaviour, campaign_db: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Behaviour]:
    """What the triggerer has: the plan, the campaign database, a mail server."""

    async def warehouse() -> Endpoint:
        return campaign_db

    with mail_server(inbox, tmp_path) as smtp:

        async def server() -> SmtpSettings:
            return smtp

        monkeypatch.setenv("CAMPAIGN_PLAN", str(SMALL_PLAN))
        monkeypatch.setattr(connections, "awarehouse", warehouse)
        monkeypatch.setattr(connections, "asmtp", server)
        yield inbox


def test_the_data_team_and_the_department_are_told_once(told: Behaviour) -> None:
    evening = {"now": "2025-03-05T18:40:00+07:00"}
    first = asyncio.run(tell_late({"dag_run": run("running", conf=evening)}))
    assert first == "2025-03-05/deadline: told; the Department has a page about it"
    second = asyncio.run(tell_late({"dag_run": run("failed", conf=evening)}))
    assert second == "2025-03-05/deadline: told before; the Department has its message"
    assert sorted(told.addresses()) == sorted([TEAM, DESK])


def test_a_run_that_ended_well_meanwhile_is_no_news(told: Behaviour) -> None:
    asyncio.run(tell_late({"dag_run": run("success")}))
    assert told.taken == []


def test_a_day_that_is_made_up_for_after_an_outage_is_no_news(told: Behaviour) -> None:
    asyncio.run(tell_late({"dag_run": run("running", conf={"now": "2025-03-07T09:00:00+07:00"})}))
    assert told.taken == []
