"""A PostgreSQL server over TCP with passwords, an old one as registries have, for worlds on the small plan."""

from __future__ import annotations

import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from include.campaign.plan import Plan
from include.local.postgres import Server, os_user, prepare
from include.rehearsal.address import ServerAddress
from include.rehearsal.world import World

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "autovacuum": "off",
    "max_wal_size": "1GB",
    "log_min_messages": "fatal",
}

MakeWorld = Callable[..., World]


@pytest.fixture(scope="session")
def address() -> Iterator[ServerAddress]:
    """The server of this run; one world at a time lives on it."""
    # Not under pytest's own folder: as root the server runs as another user, who must be able to get in.
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-tests-"))
    folder.chmod(0o755)
    server = Server("world", 16, folder / "world", _free_port(), secrets.token_hex(8), SETTINGS)
    prepare(server)
    process = subprocess.Popen(server.command, user=os_user(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(server)
        yield ServerAddress("127.0.0.1", server.port, "postgres", server.password)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def make_world(address: ServerAddress, small_plan: Plan, tmp_path: Path) -> MakeWorld:
    """Makes a world of the small plan in a folder of its own; it replaces the databases of the one before."""
    made = 0

    def make(seed: int = 5, scale: float = 1.0) -> World:
        nonlocal made
        made += 1
        return World.create(small_plan, address, tmp_path / f"world-{made}", seed, scale)

    return make


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: Server) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
