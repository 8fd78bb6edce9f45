"""Airflow on one machine: its configuration, its four processes, the migration of its database."""

from __future__ import annotations

import base64
import configparser
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from include.local.home import ROOT, Home, StackError, write_private
from include.local.ports import LOOPBACK
from include.local.supervision import Program, clean_environment

USER = "admin"
PARALLELISM = 4
PORTS = ("ui",)


@dataclass(frozen=True)
class Settings:
    """What differs from stack to stack.

    Args:
        plan: The plan's folder.
        schedule: Whether DAGs run at their hours; the rehearsal triggers them itself.
        waits: What overrides the plan's waits for registries, in seconds: `connect_seconds`, `retry_delay_seconds`.
        dags: Folder of DAG files.
        plugins: Folder of plugins.
    """

    plan: Path = ROOT / "include" / "plan"
    schedule: bool = False
    waits: Mapping[str, float] = field(default_factory=dict)
    dags: Path = ROOT / "dags"
    plugins: Path = ROOT / "plugins"


def configuration(home: Home, settings: Settings, port: int, database_url: str) -> str:
    """The text of airflow.cfg: only what we want other than Airflow's defaults, each with its reason."""
    backend = {"connections_file_path": str(home.connections)}
    sections: dict[str, dict[str, object]] = {
        "core": {
            "executor": "include.tasks.executor.RestartingLocalExecutor",
            "parallelism": PARALLELISM,
            "load_examples": False,
            "dags_folder": settings.dags,
            "plugins_folder": settings.plugins,
            "dags_are_paused_at_creation": False,
            "default_timezone": "Asia/Ho_Chi_Minh",
            "fernet_key": fernet_key(home),
            "execution_api_server_url": f"http://{LOOPBACK}:{port}/execution/",
            "simple_auth_manager_users": f"{USER}:admin",
            "simple_auth_manager_passwords_file": home.airflow / "passwords.json",
            # A province's machine may not know its own name.
            "hostname_callable": "include.local.airflow.host_name",
        },
        "database": {"sql_alchemy_conn": database_url},
        "api": {
            "host": LOOPBACK,
            "port": port,
            "base_url": f"http://{LOOPBACK}:{port}",
            "workers": 1,
            "secret_key": home.secret("airflow_api", length=48),
            "expose_config": False,
        },
        # Airflow warns of keys under 64 bytes (HS512).
        "api_auth": {"jwt_secret": home.secret("airflow_jwt", length=72), "jwt_issuer": "campaign"},
        "secrets": {
            "backend": "include.tasks.secrets.ConnectionsFile",
            "backend_kwargs": json.dumps(backend),
        },
        "workers": {
            "secrets_backend": "include.tasks.secrets.ConnectionsFile",
            "secrets_backend_kwargs": json.dumps(backend),
            # A supervisor that sees its task's sockets close a moment before the task's process is gone (every third,
            # on a busy machine) sleeps for this long, and its worker with it: 1 s, the least there is, instead of 5.
            "min_heartbeat_interval": 1,
        },
        "scheduler": {
            # A killed scheduler or worker is noticed within half a minute instead of five: who starts again asks every
            # ten seconds whether its predecessor, which wrote every five, has been silent for fifteen.
            "orphaned_tasks_check_interval": 10,
            "scheduler_health_check_threshold": 15,
            "task_instance_heartbeat_timeout": 60,
            # The day is a chain of short steps: a shorter nap between them.
            "scheduler_idle_sleep_time": 0.25,
        },
        # A changed file is parsed within half a minute; an unchanged one need not be each minute, 4 s of CPU for all:
        # hours and retries of a changed plan are seen within five.
        "dag_processor": {"parsing_processes": 1, "refresh_interval": 30, "min_file_process_interval": 300},
        "logging": {"base_log_folder": home.logs / "tasks", "colored_console_log": False},
    }
    parser = configparser.ConfigParser(interpolation=None)
    for section, options in sections.items():
        parser[section] = {name: str(value).replace("%", "%%") for name, value in options.items()}
    text = io.StringIO()
    parser.write(text)
    return "# Written anew at each start of the stack.\n" + text.getvalue()


def host_name() -> str:
    """What Airflow calls this machine in its own records."""
    return "localhost"


def fernet_key(home: Home) -> str:
    """Airflow's key for what it stores encrypted: 32 bytes in URL-safe base64, with padding."""
    secret = home.secret("airflow_fernet", length=48)
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode()


def write(home: Home, settings: Settings, port: int, database_url: str) -> None:
    """Write airflow.cfg and the log-in's file, readable by their owner only."""
    write_private(home.airflow / "airflow.cfg", configuration(home, settings, port, database_url))
    write_private(home.airflow / "passwords.json", json.dumps({USER: home.secret("airflow_user", length=12)}))


def environment(home: Home, settings: Settings) -> dict[str, str]:
    """What Airflow's processes, and so our tasks, find in their environment."""
    return {
        "AIRFLOW_HOME": str(home.airflow),
        "PYTHONPATH": str(ROOT),
        "CAMPAIGN_PLAN": str(settings.plan),
        "CAMPAIGN_CONNECTIONS": str(home.connections),
        "CAMPAIGN_SCHEDULE": "on" if settings.schedule else "off",
        **{f"CAMPAIGN_{name.upper()}": str(seconds) for name, seconds in settings.waits.items()},
    }


def programs(home: Home, settings: Settings) -> list[Program]:
    """Airflow's four processes. Log servers are left out: every log is on this machine already."""
    components = {
        "api-server": [],
        "scheduler": ["--skip-serve-logs"],
        "dag-processor": [],
        "triggerer": ["--skip-serve-logs"],
    }
    return [
        Program(
            name,
            "airflow",
            [
                *[sys.executable, "-m", "include.local.launch", str(home.run / f"{name}.group")],
                *[sys.executable, "-m", "airflow", name, *options],
            ],
            environment(home, settings),
        )
        for name, options in components.items()
    ]


class Migration:
    """`airflow db migrate` in the background: about 13 s on an empty database, half of it Airflow's start."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self._log = home.logs / "airflow-migrate.log"
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "airflow", "db", "migrate"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**clean_environment(), **environment(home, settings)},
                cwd=home.run,
            )

    def wait(self, seconds: float = 180) -> None:
        """Wait until it is done.

        Raises:
            StackError: it failed or took too long.
        """
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            raise StackError(f"Airflow's database not migrated in {seconds:.0f} s; see {self._log}") from None
        if code:
            tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])
            raise StackError(f"Airflow's database could not be migrated; see {self._log}\n{tail}")

    def stop(self) -> None:
        """End it, if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
