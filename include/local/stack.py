"""The stack of one home: servers, mail sink and Airflow, started in order, killed singly, ended whole."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from include.local import airflow, certificates, connections, ports, postgres
from include.local.home import ROOT, Home, StackError, read_json, write_private
from include.local.ports import LOOPBACK
from include.local.rest import Rest
from include.local.supervision import STOPPED, Program, Supervisor

SENDER = "chien-dich@sotuphap.quangtri.example"
"""Who mails come from on this machine; a province names its own in the connection `campaign_smtp`."""

DATABASES = ("metadata", "campaign", "world")
POOLS = ROOT / "include" / "tasks" / "pools.json"
"""In the form of `airflow pools import`, which a deployment without this package uses."""


class Stack:
    """Everything that runs on this machine for one home.

    Use it as a context manager: what it started has ended when the block is left, however it is left.

    Args:
        home: Where its state is.
        settings: What Airflow runs.
        databases: Which of the embedded servers this stack needs.
        sink: Whether it runs the mail sink.
        fixed_ports: Ports that the user asked for, by name (`ui`).
        outlives_us: Whether it runs on when this block is left well, or this process is killed.
    """

    def __init__(
        self,
        home: Home,
        settings: airflow.Settings | None = None,
        *,
        databases: Iterable[str] = DATABASES,
        sink: bool = True,
        fixed_ports: dict[str, int] | None = None,
        outlives_us: bool = False,
    ) -> None:
        self.home = home
        self.settings = settings or airflow.Settings()
        self.supervisor = Supervisor(home)
        self.seconds: dict[str, float] = {}
        """How long each step of the start took."""
        self._databases, self._sink = tuple(databases), sink
        self._fixed_ports = fixed_ports or {}
        self._migration: airflow.Migration | None = None
        self._outlives_us = outlives_us

    def __enter__(self) -> Stack:
        self.home.make()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None or not self._outlives_us:
            with _undisturbed():
                self.stop()

    # -- what it consists of

    @property
    def ports(self) -> dict[str, int]:
        """Every port of this stack by name, as chosen at its last start."""
        return {name: int(port) for name, port in read_json(self._ports_file).items()}

    def choose_ports(self) -> None:
        """Choose the ports anew, the last ones where they are free; before anything of this home listens."""
        ports.pick_and_keep(self._ports_file, [*DATABASES, "smtp", "ui"], self._fixed_ports)

    @property
    def _ports_file(self) -> Path:
        return self.home.path / "ports.json"

    @cached_property
    def servers(self) -> dict[str, postgres.Server]:
        """The embedded servers of this stack by name."""
        return {
            name: server for name, server in postgres.servers(self.home, self.ports).items() if name in self._databases
        }

    @cached_property
    def programs(self) -> dict[str, Program]:
        """All that the supervisor runs, by name."""
        user = postgres.os_user()
        environment = airflow.environment(self.home, self.settings)
        found = [
            Program(name, "servers", server.command, user=user, stop_signal="INT", stop_seconds=30)
            for name, server in self.servers.items()
        ]
        if self._sink:
            found.append(self._module("mailsink", "include.local.mailsink", str(self._sink_settings)))
        if "world" in self._databases:
            found.append(self._module("proxy", "include.rehearsal.proxy", str(self.home.rehearsal)))
        state = {"CAMPAIGN_WATCHDOG_STATE": str(self.home.run / "watchdog.json")}
        found.append(self._module("watchdog", "include.campaign.watchdog", environment={**environment, **state}))
        found += airflow.programs(self.home, self.settings)
        return {program.name: program for program in found}

    @property
    def _sink_settings(self) -> Path:
        return self.home.run / "mailsink.json"

    def _module(self, name: str, module: str, *arguments: str, environment: dict[str, str] | None = None) -> Program:
        return Program(name, "outside", [sys.executable, "-m", module, *arguments], environment or {})

    @property
    def url(self) -> str:
        """Where Airflow's pages are."""
        return f"http://{LOOPBACK}:{self.ports['ui']}"

    @cached_property
    def rest(self) -> Rest:
        """A client of its REST API."""
        return Rest(self.url, airflow.USER, self.home.secret("airflow_user", length=12))

    def campaign_connection(self) -> dict[str, Any]:
        """The embedded campaign database as an Airflow connection."""
        password = self.home.secret("campaign_owner")
        return connections.postgres(LOOPBACK, self.ports["campaign"], "campaign", "campaign", password)

    def sink_connection(self) -> dict[str, Any]:
        """The mail sink as an Airflow connection."""
        authority = certificates.ensure(self.home.certificates).authority
        return connections.smtp(
            LOOPBACK,
            self.ports["smtp"],
            "campaign",
            self.home.secret("smtp"),
            security="starttls",
            sender=SENDER,
            cafile=str(authority),
        )

    # -- starting

    def start_servers(self) -> None:
        """Start the supervisor, the embedded databases and the mail sink, and wait until they answer."""
        begun = time.monotonic()
        self.choose_ports()
        with ThreadPoolExecutor() as pool:
            list(pool.map(postgres.prepare, self.servers.values()))
        if self._sink:
            self._write_sink_settings()
        self.supervisor.start(self.programs.values(), outlives_us=self._outlives_us)
        self.start(*self.servers, *(["mailsink"] if self._sink else []))
        for server in self.servers.values():
            postgres.wait_until_ready(server)
        owners = {"metadata": ("airflow", "airflow_owner"), "campaign": ("campaign", "campaign_owner")}
        for name, (database, secret) in owners.items():
            if name in self.servers:
                postgres.ensure_database(self.servers[name], database, self.home.secret(secret))
        self.seconds["servers"] = time.monotonic() - begun

    def _write_sink_settings(self) -> None:
        files = certificates.ensure(self.home.certificates)
        settings = {
            "host": LOOPBACK,
            "port": str(self.ports["smtp"]),
            "login": "campaign",
            "password": self.home.secret("smtp"),
            "maildir": str(self.home.maildir),
            "certificate": str(files.certificate),
            "key": str(files.key),
        }
        write_private(self._sink_settings, json.dumps(settings))

    def begin_airflow(self) -> None:
        """Write Airflow's configuration and begin to migrate its database, in the background."""
        password = self.home.secret("airflow_owner")
        url = self.servers["metadata"].url("airflow", "airflow", password, "psycopg2")
        airflow.write(self.home, self.settings, self.ports["ui"], url)
        self._migration = airflow.Migration(self.home, self.settings)

    def start_airflow(self) -> None:
        """Wait for the migration, then start Airflow's processes; they are ready some 10 s later."""
        begun = time.monotonic()
        if self._migration is None:
            raise StackError("Airflow's database has not begun to be migrated.")
        self._migration.wait()
        self.seconds["migration"] = time.monotonic() - begun
        self.start(*(name for name, program in self.programs.items() if program.group == "airflow"))

    def wait_for_airflow(self, dag_ids: list[str]) -> None:
        """Wait until Airflow is up and has read these DAGs; make the pools that their tasks ask for."""
        begun = time.monotonic()
        self.rest.wait_until_up()
        for name, pool in read_json(POOLS).items():
            self.rest.ensure_pool(name, int(pool["slots"]), str(pool["description"]))
        self.rest.wait_for_dags(dag_ids)
        self.seconds["airflow"] = time.monotonic() - begun

    # -- one by one

    def start(self, *names: str) -> None:
        """Start these programs, without waiting until they are ready."""
        self.supervisor.start_programs(self.programs[name] for name in names)

    def kill(self, name: str) -> int:
        """SIGKILL one program, as a crash would; the supervisor starts it again. Returns the pid that died."""
        return self.supervisor.kill(self.programs[name])

    def stop_program(self, name: str) -> None:
        """Stop one program until it is started again."""
        self.supervisor.stop_program(self.programs[name])

    def tell_broken(self, told: set[str], say: Callable[[str], None]) -> set[str]:
        """Say which programs ended for good since it was last asked; returns all that have been told of."""
        table = self.supervisor.table()
        broken = {str(row["name"]) for row in table if row["start"] and row["statename"] in STOPPED}
        if broken - told:
            say(f"[red]stopped working:[/] {', '.join(sorted(broken - told))}; see {self.home.logs}")
        return told | broken

    def memory_bytes(self) -> int:
        """Memory of the whole stack, shared pages counted once (PSS); Linux only."""
        total = 0
        for process in self.supervisor.processes():
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
        return total

    # -- ending

    def stop(self) -> int:
        """End all that this home's supervisor runs.

        Returns:
            How many processes had to be ended without the supervisor's help.
        """
        if self._migration is not None:
            self._migration.stop()
        if "rest" in self.__dict__:
            self.rest.close()
        helped = self.supervisor.end()
        # A supervisor that was killed leaves PostgreSQL's children in sessions of their own: the postmaster
        # ends them.
        for server in postgres.servers(self.home, dict.fromkeys(DATABASES, 0)).values():
            process = postgres.leftover(server)
            if process is not None:
                process.terminate()
                psutil.wait_procs([process], timeout=15)
                helped += 1
        return helped


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C, out of impatience, would leave half of the stack running."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
