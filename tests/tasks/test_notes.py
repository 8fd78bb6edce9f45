"""The note on a finished run, as the scheduler's session stores it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from include.tasks import notes

SUMMARY = {"line": "read 127/129 · gaps", "first_thing": "ask Phường 1"}


def finished_run(dag_id: str, summary: Any, note: str | None = None, speaker: str = "gate") -> str | None:
    """Store a run (and its speaker's summary), let the listener see it, and read its note back from the database."""
    from airflow import settings  # noqa: PLC0415
    from airflow.models.dagrun import DagRun  # noqa: PLC0415
    from airflow.models.xcom import XComModel  # noqa: PLC0415
    from airflow.utils.types import DagRunType  # noqa: PLC0415

    now = datetime.now(UTC)
    run = DagRun(dag_id=dag_id, run_id=f"r-{now.timestamp()}", run_type=DagRunType.MANUAL, run_after=now, note=note)
    with settings.Session() as session:
        # The gate's task instance, and all that hangs on it, is not needed to find its XCom.
        session.execute(text("pragma foreign_keys = off"))
        session.add(run)
        session.flush()
        if summary is not None:
            keys = {"dag_run_id": run.id, "dag_id": dag_id, "run_id": run.run_id, "task_id": speaker, "key": "summary"}
            session.add(XComModel(**keys, map_index=-1, value=summary))
        session.commit()
        notes.on_dag_run_failed(session.get_one(DagRun, run.id), "task_failure")
        session.commit()
    with settings.Session() as session:
        stored: str | None = session.get_one(DagRun, run.id).note
        return stored


@pytest.mark.parametrize("stored", [SUMMARY, json.dumps(SUMMARY)])
def test_the_note_opens_with_the_days_line_and_says_what_to_do_first(airflow_db: None, stored: Any) -> None:
    assert finished_run("campaign_day", stored) == "read 127/129 · gaps\nask Phường 1"


def test_a_run_that_is_cleared_and_run_again_has_the_new_line(airflow_db: None) -> None:
    assert finished_run("campaign_day", SUMMARY, note="yesterday's") == "read 127/129 · gaps\nask Phường 1"


def test_a_gate_that_never_spoke_is_said_so(airflow_db: None) -> None:
    note = finished_run("campaign_day", None)
    assert note is not None and "gate did not come to its end" in note


def test_a_preflight_has_its_line_too(airflow_db: None) -> None:
    note = finished_run("source_preflight", SUMMARY, speaker="report_preflight")
    assert note == "read 127/129 · gaps\nask Phường 1"


def test_other_dags_keep_their_notes(airflow_db: None) -> None:
    assert finished_run("progress_watch", SUMMARY, note="mine") == "mine"
