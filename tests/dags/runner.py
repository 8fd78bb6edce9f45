"""Runs a DAG to its end in one process: a small world, a campaign database, a mail server, and Airflow's own runner."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from include.campaign.days import Calendar
from include.campaign.endpoint import Endpoint
from include.campaign.mail import SmtpSettings
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from include.rehearsal.address import ServerAddress
from include.rehearsal.world import World
from tests.airflow_home import HOME, ROOT
from tests.campaign.mail_server import Behaviour, mail_server
from tests.conftest import SMALL_PLAN

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun

DAY = "2025-03-05"
Connections = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def world(small_plan: Plan, world_server: ServerAddress, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The small province at the cut-off of 5 March."""
    world = World.create(small_plan, world_server, tmp_path_factory.mktemp("world"), seed=3, scale=0.05)
    world.move_to(Calendar(small_plan.rules).close(DAY).as_of)
    return world


@pytest.fixture
def inbox() -> Behaviour:
    return Behaviour()


@pytest.fixture
def smtp(inbox: Behaviour, tmp_path: Path) -> Iterator[SmtpSettings]:
    with mail_server(inbox, tmp_path) as settings:
        yield settings


@pytest.fixture
def sources(world: World, campaign_db: Endpoint, smtp: SmtpSettings) -> Connections:
    """Every connection of the day; a test may spoil some of them."""
    extra = {"security": smtp.security, "sender": smtp.sender, "cafile": smtp.cafile}
    return {
        # Past the world's weather: each test makes its own.
        **world.connections(direct=True),
        "campaign_db": {
            "conn_type": "postgres",
            "host": campaign_db.host,
            "port": campaign_db.port,
            "schema": campaign_db.database,
            "login": campaign_db.login,
        },
        "campaign_smtp": {
            "conn_type": "smtp",
            "host": smtp.host,
            "port": smtp.port,
            "login": smtp.login,
            "password": smtp.password,
            "extra": json.dumps(extra),
        },
    }


@dataclass
class Ran:
    """A finished run."""

    state: str
    tasks: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    summary: dict[str, Any] | None = None


Run = Callable[..., Ran]


@pytest.fixture
def run(airflow_db: None, sources: Connections, small_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a DAG to its end; parameters that are not given have their defaults, and it is five past six on 5 March."""
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415

    monkeypatch.setenv("CAMPAIGN_PLAN", str(SMALL_PLAN))
    monkeypatch.setenv("CAMPAIGN_SCHEDULE", "off")
    monkeypatch.setenv("CAMPAIGN_RETRY_DELAY_SECONDS", "0")
    monkeypatch.setattr("include.campaign.mail.delivery.ROUND_SECONDS", (0.0, 0.0))
    bag = DagBag(dag_folder=ROOT / "dags")
    # `dag.test()` of 3.3.2 looks a deadline up in the database by what it has not stored there; see test_deadline.py.
    bag.dags["campaign_day"].deadline = None
    cut_off = Calendar(small_plan.rules).close(DAY).as_of

    def run_it(dag_id: str, *, run_after: datetime | None = None, **conf: Any) -> Ran:
        # Airflow keeps the backend, and so the path, of the first run of a process; the file it reads anew.
        path = HOME / "connections.json"
        path.write_text(json.dumps(sources), encoding="utf-8")
        conf.setdefault("now", (cut_off + timedelta(minutes=5)).isoformat())
        dag = bag.dags[dag_id]
        pause = time.sleep
        with pytest.MonkeyPatch.context() as patched:
            # `dag.test()` waits a second at each step of a chain behind a task that failed.
            patched.setattr(time, "sleep", lambda seconds: pause(min(seconds, 0.05)))
            finished = dag.test(run_after=run_after, logical_date=None, run_conf=conf, conn_file_path=str(path))
        return ran(finished)

    return run_it


def ran(finished: DagRun) -> Ran:
    """What a finished run left in Airflow's database."""
    from airflow import settings  # noqa: PLC0415
    from airflow.models.dagrun import DagRun  # noqa: PLC0415
    from airflow.models.xcom import XComModel  # noqa: PLC0415
    from sqlalchemy import select  # noqa: PLC0415

    with settings.Session() as session:
        found = session.scalars(select(DagRun).where(DagRun.id == finished.id)).one()
        instances = found.get_task_instances(session=session)
        summary = session.scalar(
            select(XComModel.value).where(
                XComModel.run_id == found.run_id, XComModel.task_id == "gate", XComModel.key == "summary"
            )
        )
        return Ran(
            state=str(found.state),
            tasks={
                ti.task_id if ti.map_index < 0 else f"{ti.task_id}[{ti.map_index}]": str(ti.state) for ti in instances
            },
            labels=sorted(ti.rendered_map_index for ti in instances if ti.map_index >= 0),
            summary=json.loads(summary) if isinstance(summary, str) else summary,
        )


def rows(endpoint: Endpoint, statement: str) -> list[tuple[Any, ...]]:
    with engine(endpoint).connect() as conn:
        return [tuple(row) for row in conn.execute(text(statement))]


def subjects(inbox: Behaviour) -> list[str]:
    """Subjects of the mails that arrived, in their order."""
    return [message_from_bytes(envelope.content, policy=default)["Subject"] for envelope in inbox.taken]


def readings(endpoint: Endpoint) -> dict[str, list[str]]:
    """Outcomes of each source's attempts, oldest first."""
    found: dict[str, list[str]] = {}
    for code, outcome in rows(endpoint, "select source_code, outcome from pull.reading order by reading_id"):
        found.setdefault(code, []).append(outcome)
    return found
