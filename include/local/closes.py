"""Runs on a stack that is up, through Airflow's REST API: a day's close, and what happens between two closes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from include.local.home import StackError
from include.local.rest import FINISHED, Rest

CAMPAIGN_DAY = "campaign_day"
CAMPAIGN_KICKOFF = "campaign_kickoff"
SOURCE_PREFLIGHT = "source_preflight"
DAGS = (
    CAMPAIGN_DAY,
    CAMPAIGN_KICKOFF,
    "held_papers",
    "progress_watch",
    "settle_days",
    SOURCE_PREFLIGHT,
    "transfers_requeue",
)
SPEAKERS = {CAMPAIGN_DAY: "gate", CAMPAIGN_KICKOFF: "report_kickoff", SOURCE_PREFLIGHT: "report_preflight"}
"""DAGs that say at their end how it went, and the task that does; it fails when somebody has to act."""
PATIENCE_SECONDS = 30 * 60
"""How long a run may take before a script is told, instead of waiting for ever."""
SILENCE_SECONDS = 120

Tasks = list[dict[str, Any]]


@dataclass(frozen=True)
class Played:
    """A run that has ended.

    Args:
        run_id: Airflow's name for it.
        green: Whether Airflow shows it green.
        seconds: From its start to its end.
        summary: What the DAG's last task said of it; None where none speaks, or it did not come to it.
        failed: Ids of the tasks that failed.
    """

    run_id: str
    green: bool
    seconds: float
    summary: dict[str, Any] | None
    failed: list[str]


def play(rest: Rest, dag_id: str, key: str, conf: dict[str, Any], seen: Callable[[Tasks], None]) -> Played:
    """Start a run called `<key>-<n>`, or take up one of that key that is under way, and wait for its end.

    Args:
        rest: A client of the stack's Airflow.
        dag_id: What to run.
        key: The close's key, or the instant of a run between two closes.
        conf: Its parameters.
        seen: Called with the run's tasks every few seconds.

    Raises:
        StackError: it has not ended after half an hour.
    """
    earlier = runs_by_key(rest, dag_id).get(key, [])
    under_way = [run for run in earlier if run["state"] not in FINISHED]
    if under_way:
        run_id = str(under_way[-1]["dag_run_id"])
    else:
        run_id = f"{key}-{len(earlier) + 1}"
        rest.trigger(dag_id, run_id, conf)
    return _wait(rest, dag_id, run_id, seen)


def runs_by_key(rest: Rest, dag_id: str) -> dict[str, list[dict[str, Any]]]:
    """The driver's runs of a DAG by key, the oldest first; runs that others named are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for run in rest.runs(dag_id):
        match = re.fullmatch(r"(?P<key>.+)-\d+", str(run["dag_run_id"]))
        if match:
            found.setdefault(match["key"], []).append(run)
    return found


def played_closes(rest: Rest) -> dict[str, Played]:
    """Closes that need not be played again, by key: their last ended run came to a summary."""
    found = {}
    for key, runs in runs_by_key(rest, CAMPAIGN_DAY).items():
        ended = [run for run in runs if run["state"] in FINISHED]
        if ended:
            played = _ended(rest, CAMPAIGN_DAY, ended[-1])
            if played.summary and played.summary.get("close"):
                found[key] = played
    return found


def _wait(rest: Rest, dag_id: str, run_id: str, seen: Callable[[Tasks], None]) -> Played:
    until = time.monotonic() + PATIENCE_SECONDS
    answered = time.monotonic()
    turn = 0
    while time.monotonic() < until:
        try:
            run = rest.run(dag_id, run_id)
            if run["state"] in FINISHED:
                return _ended(rest, dag_id, run)
            # The list of tasks costs the api-server ten times what the run's state does.
            if turn % 4 == 0:
                seen(rest.tasks(dag_id, run_id))
            turn += 1
            answered = time.monotonic()
        except httpx.TransportError as problem:
            # An api-server that was killed is back within some 15 s.
            if time.monotonic() - answered > SILENCE_SECONDS:
                raise StackError(f"Airflow's API has been silent for {SILENCE_SECONDS} s: {problem}") from None
        time.sleep(0.5)
    raise StackError(f"{dag_id} {run_id} has not ended after {PATIENCE_SECONDS // 60} minutes; see it in Airflow.")


def _ended(rest: Rest, dag_id: str, run: dict[str, Any]) -> Played:
    run_id = str(run["dag_run_id"])
    tasks = [] if run["state"] == "success" else rest.tasks(dag_id, run_id)
    summary = rest.xcom(dag_id, run_id, SPEAKERS[dag_id], "summary") if dag_id in SPEAKERS else None
    failed = sorted({str(task["task_id"]) for task in tasks if task["state"] == "failed"})
    return Played(run_id, run["state"] == "success", float(run.get("duration") or 0), summary, failed)
