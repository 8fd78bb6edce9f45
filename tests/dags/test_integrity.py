"""What every DAG file promises, checked as Airflow reads it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from include.campaign.days import Calendar
from include.campaign.plan import load_rules
from include.tasks import settings
from tests.airflow_home import ROOT

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

DAG_IDS = {
    "campaign_day",
    "campaign_kickoff",
    "held_papers",
    "progress_watch",
    "settle_days",
    "source_preflight",
    "transfers_requeue",
}
READ_NOTHING = {"campaign_kickoff", "held_papers"}
"""DAGs that read no source."""
SECTIONS = ["Purpose", "Schedule", "Inputs and outputs", "Re-run safety", "Triage", "Contact"]
DAY_TASKS = {
    "open_day": "all_success",
    "pull_registries": "all_success",
    "pull_ledger": "all_success",
    "close_day": "all_done_min_one_success",
    "flag_laggards": "all_success",
    "requeue_transfers": "all_done_min_one_success",
    "write_reports": "all_done_min_one_success",
    "send_mail": "all_done_min_one_success",
    "gate": "all_done",
}
HEAVY = ["asyncpg", "matplotlib", "numpy", "pandas", "psycopg", "yagmail", "css_inline", "alembic"]


@pytest.fixture(params=sorted(DAG_IDS))
def dag(request: pytest.FixtureRequest, dagbag: DagBag) -> DAG:
    return dagbag.dags[request.param]


def test_every_file_is_read_and_gives_the_known_dags(dagbag: DagBag) -> None:
    assert dagbag.import_errors == {}
    assert set(dagbag.dags) == DAG_IDS


def test_a_dag_survives_being_stored_and_read_back(dag: DAG) -> None:
    from airflow.serialization.serialized_objects import DagSerialization  # noqa: PLC0415

    stored = DagSerialization.serialize_dag(dag)
    read = DagSerialization.deserialize_dag(json.loads(json.dumps(stored)))
    assert read.task_ids == dag.task_ids
    assert read.timetable.summary == dag.timetable.summary if hasattr(dag.timetable, "summary") else True


def test_reading_a_file_twice_gives_the_same_dag(dag: DAG) -> None:
    """Else Airflow would store a new version at every parse."""
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415
    from airflow.serialization.serialized_objects import DagSerialization  # noqa: PLC0415

    again = DagBag(dag_folder=dag.fileloc).dags[dag.dag_id]
    assert DagSerialization.serialize_dag(again) == DagSerialization.serialize_dag(dag)


def test_a_dag_says_who_owns_it_what_it_does_and_what_to_do_when_it_is_red(dag: DAG) -> None:
    assert dag.owner == settings.OWNER
    assert "campaign" in dag.tags
    assert re.findall(r"^### (.+)$", dag.doc_md or "", re.MULTILINE) == SECTIONS
    assert dag.dag_display_name != dag.dag_id and dag.description
    assert dag.max_active_runs == 1


def test_every_task_is_named_for_people_and_cannot_run_for_ever(dag: DAG) -> None:
    rules = settings.rules()
    for task in dag.tasks:
        assert task.task_display_name != task.task_id, task.task_id
        assert task.retries == rules.pull.retries
        assert task.retry_delay == timedelta(seconds=rules.pull.retry_delay_seconds)
        assert task.execution_timeout == timedelta(minutes=30)


def test_a_shard_hanging_at_every_registry_fits_into_a_tasks_time() -> None:
    from include.campaign.plan import load_plan  # noqa: PLC0415

    plan = load_plan(settings.ROOT / "include" / "plan")
    pull = plan.rules.pull
    longest = max(len(shard.registry_codes) for shard in plan.shards())
    assert (
        -(-longest // pull.at_once) * pull.registry_seconds
        < settings.task_defaults(plan.rules)["execution_timeout"].total_seconds() / 2
    )


def test_every_pool_that_a_task_asks_for_is_made(dag: DAG) -> None:
    made = json.loads((ROOT / "include" / "tasks" / "pools.json").read_text(encoding="utf-8"))
    assert {task.pool for task in dag.tasks} <= {"default_pool", *made}


def test_files_are_short(dag: DAG) -> None:
    assert len(Path(dag.fileloc).read_text(encoding="utf-8").splitlines()) <= 80


def test_one_failing_room_does_not_silence_the_day(dagbag: DagBag) -> None:
    dag = dagbag.dags["campaign_day"]
    assert {task.task_id: str(task.trigger_rule.value) for task in dag.tasks} == DAY_TASKS
    # The run's colour is that of its leaves: there is one, and every other task lies before it.
    assert [task.task_id for task in dag.leaves] == ["gate"]
    assert dag.get_task("gate").get_flat_relative_ids(upstream=True) == set(DAY_TASKS) - {"gate"}


def test_shards_are_mapped_and_called_by_their_districts_name(dag: DAG) -> None:
    if dag.dag_id in READ_NOTHING:
        assert not any(task.is_mapped for task in dag.tasks)
        return
    task: Any = dag.get_task("preflight_registries" if dag.dag_id == "source_preflight" else "pull_registries")
    assert task.is_mapped
    assert "shard" in task.partial_kwargs["map_index_template"]
    assert task.pool == "registries"


@pytest.fixture
def timetable_runs(dagbag: DagBag) -> list[Any]:
    """Every run that the stored timetable of `campaign_day` makes between its start and its end."""
    from airflow.serialization.serialized_objects import DagSerialization  # noqa: PLC0415

    stored = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dagbag.dags["campaign_day"]))
    assert stored.catchup
    runs: list[Any] = []
    while len(runs) < 100:
        info = stored.next_dagrun_info(last_automated_run_info=runs[-1] if runs else None)
        if info is None:
            break
        runs.append(info)
    return runs


def test_the_day_is_closed_at_every_cut_off_and_at_the_final_midnight(timetable_runs: list[Any]) -> None:
    closes = Calendar(load_rules(ROOT / "include" / "plan")).with_tail()
    assert [run.run_after for run in timetable_runs] == [close.as_of for close in closes]
    assert len(closes) == 21 + 11


@pytest.mark.parametrize("switch", ["off", " OFF "])
def test_dags_do_not_run_by_themselves_when_the_schedule_is_off(switch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415

    monkeypatch.setenv("CAMPAIGN_SCHEDULE", switch)
    dags = DagBag(dag_folder=ROOT / "dags").dags
    assert {type(dag.timetable).__name__ for dag in dags.values()} == {"NullTimetable"}


def test_the_environment_shortens_the_waits_for_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    planned = settings.rules().pull
    monkeypatch.setenv("CAMPAIGN_CONNECT_SECONDS", "2")
    monkeypatch.setenv("CAMPAIGN_RETRY_DELAY_SECONDS", "3")
    assert settings.rules().pull == planned.model_copy(update={"connect_seconds": 2, "retry_delay_seconds": 3})
    assert settings.task_defaults(settings.rules())["retry_delay"] == timedelta(seconds=3)


PROBE = """
import json, sys, time
begun = time.perf_counter()
from airflow.dag_processing.dagbag import DagBag
import airflow.sdk, airflow.plugins_manager
airflow.plugins_manager.get_fastapi_plugins()
airflow_seconds = time.perf_counter() - begun
before = set(sys.modules)
bag = DagBag(dag_folder=sys.argv[1])
assert not bag.import_errors, bag.import_errors
print(json.dumps({
    "airflow": airflow_seconds,
    "files": sum(stat.duration.total_seconds() for stat in bag.dagbag_stats),
    "modules": sorted(set(sys.modules) - before),
    "plugins": sorted(before),
}))
"""


@pytest.fixture(scope="module")
def parsed() -> dict[str, Any]:
    """A parse in a process of its own: what it imported and how long it took."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBE, str(ROOT / "dags")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_reading_a_dag_file_imports_nothing_heavy(parsed: dict[str, Any]) -> None:
    roots = {name.partition(".")[0] for name in parsed["modules"]}
    assert roots & set(HEAVY) == set()


def test_loading_the_plugins_imports_nothing_heavy(parsed: dict[str, Any]) -> None:
    assert not {"include.page.app", "pandas", "yagmail", "asyncpg"} & set(parsed["plugins"])
    assert "include.tasks.notes" in parsed["plugins"]


def test_reading_all_dag_files_takes_a_fraction_of_starting_airflow(parsed: dict[str, Any]) -> None:
    """A ratio, so that a slow machine does not fail it; measured: 0.05."""
    assert parsed["files"] < 0.3 * parsed["airflow"]
