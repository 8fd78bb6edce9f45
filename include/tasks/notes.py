"""The note on a finished run: its line, where whoever looks at the grid sees it without opening a log.

Runs in the scheduler, which hands the listener its own database object: the only place that may write a run's note
without a log-in. Internal models of Airflow are used here and nowhere else.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from airflow.listeners import hookimpl
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

log = logging.getLogger(__name__)

SPEAKERS = {"campaign_day": "gate", "campaign_kickoff": "report_kickoff", "source_preflight": "report_preflight"}
"""DAGs whose runs have a note, and the task whose XCom `summary` it is made from."""


@hookimpl
def on_dag_run_success(dag_run: DagRun, msg: str) -> None:
    """A green day."""
    _note(dag_run)


@hookimpl
def on_dag_run_failed(dag_run: DagRun, msg: str) -> None:
    """A red day: it is the one that people look at."""
    _note(dag_run)


def _note(dag_run: DagRun) -> None:
    session = object_session(dag_run)
    speaker = SPEAKERS.get(dag_run.dag_id)
    if speaker is not None and session is not None:  # `dag.test()` hands a copy that nobody stores
        dag_run.note = _summary_lines(dag_run, speaker, session) or (
            f"no summary: {speaker} did not come to its end; read the logs of the red tasks"
        )


def _summary_lines(dag_run: DagRun, speaker: str, session: Session) -> str | None:
    from airflow.models.xcom import XComModel

    with session.no_autoflush:
        value = session.scalar(
            select(XComModel.value).where(
                XComModel.dag_id == dag_run.dag_id,
                XComModel.run_id == dag_run.run_id,
                XComModel.task_id == speaker,
                XComModel.key == "summary",
            )
        )
    if value is None:
        return None
    summary = json.loads(value) if isinstance(value, str) else value
    return f"{summary['line']}\n{summary['first_thing']}"
