"""The deployment's own processes on this machine: same commands, environment and secrets, two PostgreSQL servers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import psycopg
import pytest

from include.local import postgres
from include.local.home import Home
from include.local.ports import LOOPBACK, pick
from include.local.supervision import clean_environment
from tests.deploy import deployment

DAGS = len(list((deployment.ROOT / "dags").glob("*.py")))

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

SMALL_PLAN = deployment.ROOT / "tests" / "plans" / "small"
SERVERS = {"metadata-db": "metadata", "campaign-db": "campaign"}
SMTP = {"conn_type": "smtp", "host": LOOPBACK, "port": 9, "extra": {"sender": "a@stp.example", "security": "none"}}


@dataclass
class Machine:
    """One machine in place of the containers: what they call things, and what these are called here."""

    folder: Path
    ports: dict[str, int]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        return {
            "/run/secrets": str(self.folder / "secrets"),
            "/opt/campaign/plan": str(SMALL_PLAN),
            "/opt/campaign": str(self.folder / "campaign"),
            "/opt/airflow": str(self.folder / "airflow"),
            "api-server:8080": f"{LOOPBACK}:{self.ports['ui']}",
            "localhost:8080": f"{LOOPBACK}:{self.ports['ui']}",
            "localhost:8974": f"{LOOPBACK}:{self.ports['health']}",
            "0.0.0.0": LOOPBACK,
            "metadata-db,campaign-db": LOOPBACK,
            **{f"{service}:5432": f"{LOOPBACK}:{self.ports[name]}" for service, name in SERVERS.items()},
        }

    def here(self, text: str) -> str:
        for there, here in self.names.items():
            text = text.replace(there, here)
        return text

    def start(self, name: str, command: list[str] | None = None) -> subprocess.Popen[bytes]:
        """Start a service's command, or another one, in the service's environment."""
        service = deployment.services(CAMPAIGN_SCHEDULE="off")[name]
        environment = {**clean_environment(), **deployment.image_environment(), **service["environment"]}
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment["CAMPAIGN_RETRY_DELAY_SECONDS"] = "3"  # a task that fails should tell why before the test gives up
        environment["AIRFLOW__API__PORT"] = str(self.ports["ui"])
        environment["AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT"] = str(self.ports["health"])
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [self.here(word) for word in command or service["command"]],
                env={key: self.here(value) for key, value in environment.items()},
                cwd=self.folder / "campaign",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return process

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def healthy(self, name: str) -> bool:
        """What the service's health check says."""
        check = deployment.services()[name]["healthcheck"]["test"]
        assert check[0] == "CMD"
        return self.start(name, check[1:]).wait(30) == 0


@contextmanager
def server(machine: Machine, service: str) -> Iterator[None]:
    """A PostgreSQL server as the service has it, empty but for its superuser."""
    home = Home(machine.folder / "servers")
    home.make()
    made = postgres.servers(home, {"world": 0, **machine.ports})[SERVERS[service]]
    made = replace(made, password=(machine.folder / "secrets" / "postgres_password").read_text())
    postgres.prepare(made)
    user = postgres.os_user()
    become = {"user": user, "group": user, "extra_groups": []} if user else {}
    process = subprocess.Popen(made.command, cwd="/", start_new_session=True, stderr=subprocess.DEVNULL, **become)
    try:
        postgres.wait_until_ready(made)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    # Not under pytest's own folder: as root the servers run as another user, who must be able to get in.
    folder = Path(tempfile.mkdtemp(prefix="campaign-deployed-"))
    folder.chmod(0o711)
    made = Machine(folder, pick(["metadata", "campaign", "ui", "health"], {}))
    subprocess.run([deployment.ROOT / "deploy" / "make-secrets.sh", folder / "secrets"], check=True)
    url, connections = folder / "secrets" / "metadata_db_url", folder / "secrets" / "connections.json"
    url.write_text(made.here(url.read_text()))
    written = json.loads(connections.read_text())
    written["campaign_db"] |= {"host": LOOPBACK, "port": made.ports["campaign"]}
    connections.write_text(json.dumps(written | {"campaign_smtp": SMTP}))
    deployment.make_image(folder / "campaign")
    try:
        with server(made, "metadata-db"), server(made, "campaign-db"):
            yield made
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def deployed(machine: Machine) -> Iterator[Machine]:
    """Everything up: init twice (the second changes nothing), then the four processes of Airflow."""
    for _ in range(2):
        assert machine.start("init").wait(300) == 0, machine.log("init")
    for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
        machine.running[name] = machine.start(name)
    try:
        yield machine
    finally:
        for process in machine.running.values():
            process.send_signal(signal.SIGTERM)
        for process in machine.running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(true: Callable[[], object], what: str, machine: Machine, seconds: float = 180) -> None:
    until = time.monotonic() + seconds
    while not true():
        dead = [name for name, process in machine.running.items() if process.poll() is not None]
        assert not dead, machine.log(dead[0])
        assert time.monotonic() < until, f"{what}\n{machine.log('scheduler')[-5000:]}"
        time.sleep(1)


def client(machine: Machine, user: str, password: str) -> httpx.Client:
    """A client of the REST API, logged in."""
    base = f"http://{LOOPBACK}:{machine.ports['ui']}"
    answer = httpx.post(f"{base}/auth/token", json={"username": user, "password": password}, timeout=30)
    answer.raise_for_status()
    return httpx.Client(base_url=base, headers={"Authorization": f"Bearer {answer.json()['access_token']}"}, timeout=60)


@pytest.fixture(scope="module")
def admin(deployed: Machine) -> httpx.Client:
    wait_for(lambda: deployed.healthy("api-server"), "the api-server is not healthy", deployed)
    return client(deployed, "admin", (deployed.folder / "secrets" / "admin_password").read_text())


def test_init_tells_what_it_did(deployed: Machine) -> None:
    lines = deployed.log("init").splitlines()
    assert lines.count("ready") == 2
    told = [line for line in lines if line.startswith("log-in:")]
    assert told == ["log-in: admin, with the password of the secret admin_password", "log-in: users as they are"]


def test_the_owners_of_the_databases_are_no_superusers_and_need_their_passwords(deployed: Machine) -> None:
    url = (deployed.folder / "secrets" / "metadata_db_url").read_text().replace("+psycopg2", "")
    with psycopg.connect(url) as conn:
        row = conn.execute("select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = user").fetchone()
        assert row == (False, False, False)
        assert conn.execute("select count(*) > 0 from ab_user").fetchone() == (True,)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url, password="wrong")


def test_every_health_check_turns_green(deployed: Machine, admin: httpx.Client) -> None:
    for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
        wait_for(lambda name=name: deployed.healthy(name), f"{name} is not healthy", deployed)


def test_the_dags_are_read_from_the_image_and_the_pools_are_there(deployed: Machine, admin: httpx.Client) -> None:
    wait_for(lambda: admin.get("/api/v2/dags").json()["total_entries"] == DAGS, "not all DAGs are there", deployed)
    assert admin.get("/api/v2/importErrors").json()["total_entries"] == 0
    pools = {pool["name"]: pool["slots"] for pool in admin.get("/api/v2/pools").json()["pools"]}
    wanted = json.loads((deployment.ROOT / "include" / "tasks" / "pools.json").read_text())
    assert pools.items() >= {name: pool["slots"] for name, pool in wanted.items()}.items()


def test_nobody_gets_in_without_a_log_in(deployed: Machine, admin: httpx.Client) -> None:
    for path in ("/api/v2/dags", "/campaign/status", "/api/v2/connections"):
        assert httpx.get(f"{admin.base_url}{path}", follow_redirects=False).status_code == 401
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        client(deployed, "admin", "admin")


def test_who_looks_on_sees_the_page_and_changes_nothing(deployed: Machine, admin: httpx.Client) -> None:
    body = {
        "username": "lanh-dao",
        "first_name": "Lãnh",
        "last_name": "đạo",
        "email": "lanh-dao@stp.example",
        "password": "only-for-this-test",
        "roles": [{"name": "Viewer"}, {"name": "CampaignPage"}],
    }
    assert admin.post("/auth/fab/v1/users", json=body).status_code == 200
    viewer = client(deployed, "lanh-dao", "only-for-this-test")
    assert "Tình trạng đọc" in viewer.get("/campaign/status").text
    assert viewer.get("/ui/dags").json()["total_entries"] == DAGS
    run = {"logical_date": None, "conf": {}}
    assert viewer.post("/api/v2/dags/campaign_day/dagRuns", json=run).status_code == 403
    assert viewer.get("/api/v2/connections").status_code == 403


def test_a_day_is_closed(deployed: Machine, admin: httpx.Client) -> None:
    conf = {"day": "2025-03-01", "effects": "never", "now": "2025-03-01T18:00:00+07:00"}
    path = "/api/v2/dags/campaign_day/dagRuns"
    admin.post(path, json={"dag_run_id": "by-hand", "logical_date": None, "conf": conf}).raise_for_status()
    wait_for(
        lambda: admin.get(f"{path}/by-hand").json()["state"] in ("success", "failed"), "the day has not ended", deployed
    )
    states = {
        (task["task_id"], task["state"]) for task in admin.get(f"{path}/by-hand/taskInstances").json()["task_instances"]
    }
    assert ("close_day", "success") in states
    assert {task for task, state in states if state == "failed"} <= {"gate"}
