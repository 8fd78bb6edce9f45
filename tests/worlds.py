"""A server for rehearsal worlds: PostgreSQL over TCP with passwords, so that log-ins and refusals are real."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from include.local.ports import pick
from include.local.postgres import Server, os_user, prepare, wait_until_ready
from include.rehearsal.address import ServerAddress

SETTINGS = {
    "shared_buffers": "128MB",
    "max_connections": "150",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum_naptime": "10min",
}


@pytest.fixture(scope="session")
def world_server() -> Iterator[ServerAddress]:
    """A server whose worlds come and go with the tests."""
    with serve_worlds() as address:
        yield address


@contextmanager
def serve_worlds() -> Iterator[ServerAddress]:
    """PostgreSQL 16 on loopback for worlds: older than the campaign's, as registries will be."""
    # Not under pytest's own folder: as root the server runs as another user, who must be able to get in.
    folder = Path(tempfile.mkdtemp(prefix="campaign-world-"))
    folder.chmod(0o755)
    port = pick(["world"], {})["world"]
    server = Server("world", 16, folder / "world", port, "world-password", SETTINGS)
    prepare(server)
    process = subprocess.Popen(server.command, user=os_user(), cwd="/", stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(server)
        yield ServerAddress("127.0.0.1", port, "postgres", server.password)
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
