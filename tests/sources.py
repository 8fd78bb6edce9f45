"""Registries and a ledger made by hand on the test server, to the contract, for tests that need one exact situation."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan

if TYPE_CHECKING:
    from tests.campaign.scene import Scene

CONTRACT = Path(__file__).resolve().parents[1] / "include" / "rehearsal" / "contract"
SECRET = "only-on-this-test-server"
_numbers = itertools.count(1)


def superuser(endpoint: Endpoint) -> psycopg.Connection:
    """An autocommit connection to a database of the test server, allowed to do everything."""
    return psycopg.connect(
        host=endpoint.host, port=endpoint.port, dbname=endpoint.database, user="postgres", autocommit=True
    )


@contextmanager
def silent_server() -> Iterator[int]:
    """A server on loopback that accepts every connection and never says a word."""
    started = threading.Event()
    port = 0
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        nonlocal port
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        started.set()

    thread = threading.Thread(target=lambda: (loop.run_until_complete(serve()), loop.run_forever()))
    thread.start()
    started.wait(5)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


@pytest.fixture(scope="session")
def source_roles(pg_server: Endpoint) -> str:
    """The contract's roles and one plain log-in that belongs to both; returns the log-in's name."""
    with superuser(pg_server) as conn:
        for role in ("campaign_reader", "campaign_requeuer"):
            conn.execute(f"create role {role} nologin")
        conn.execute(f"create role campaign_login login password '{SECRET}'")
        conn.execute("grant campaign_reader, campaign_requeuer to campaign_login")
    return "campaign_login"


@pytest.fixture(scope="session")
def source_templates(pg_server: Endpoint, source_roles: str) -> dict[str, str]:
    """Contract ("registry", "ministry") to the name of an empty database made from its file."""
    made = {contract: f"template_{contract}" for contract in ("registry", "ministry")}
    for contract, name in made.items():
        with superuser(pg_server) as conn:
            conn.execute(f"create database {name}")
        with superuser(replace(pg_server, database=name)) as conn:
            conn.execute((CONTRACT / f"{contract}.sql").read_text(encoding="utf-8"))
    return made


@pytest.fixture
def make_source(
    pg_server: Endpoint, source_roles: str, source_templates: dict[str, str], drop_later: Callable[..., None]
) -> Iterator[Callable[[str], Endpoint]]:
    """Make an empty source database of a contract ("registry" or "ministry"); yields its address and log-in."""
    made: list[str] = []

    def make(contract: str) -> Endpoint:
        name = f"{contract}_{next(_numbers)}"
        with superuser(pg_server) as conn:
            conn.execute(f"create database {name} template {source_templates[contract]} strategy wal_log")
        made.append(name)
        return replace(pg_server, database=name, login=source_roles, password=SECRET)

    yield make
    drop_later(*made)


@pytest.fixture
def scene(campaign_db: Endpoint, make_source: Callable[[str], Endpoint], small_plan: Plan) -> Scene:
    """Two empty registries and an empty ledger of the small plan."""
    from tests.campaign.scene import HOME, OTHER, Scene  # noqa: PLC0415  (it imports this module)

    registries = {HOME: make_source("registry"), OTHER: make_source("registry")}
    return Scene(campaign_db, small_plan, registries, make_source("ministry"))
