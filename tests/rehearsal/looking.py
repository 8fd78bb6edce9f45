"""Looking at a world from outside: as the superuser, as a registry's log-in, and at its own file."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from include.rehearsal import ServerAddress, World
from include.rehearsal.databases import LEDGER, TRUTH, registry_name


def rows(address: ServerAddress, database: str, query: Any, parameters: Any = None) -> list[tuple[Any, ...]]:
    """What a query answers to the superuser."""
    with address.connect(database) as conn:
        return conn.execute(query, parameters).fetchall()


def picture(address: ServerAddress, world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the outside world and of its truth."""
    seen: dict[str, list[tuple[Any, ...]]] = {}
    for code in world.registry_codes:
        with address.connect(registry_name(code)) as conn:
            for table in ("book", "entry", "transfer", "daily_report", "requeue_log"):
                seen[f"{code}.{table}"] = conn.execute(f"select * from sohoa.{table} order by 1, 2").fetchall()
    seen["receipt"] = rows(address, LEDGER, "select * from ledger.receipt order by 1")
    with address.connect(TRUTH) as conn:
        for table in ("figure", "code_count", "source"):
            seen[f"truth.{table}"] = conn.execute(f"select t.* from truth.{table} t order by t").fetchall()
    return seen


def facts_of(world: World) -> dict[str, Any]:
    """What the world's own file says."""
    found: dict[str, Any] = json.loads((world.folder / "world.json").read_text())
    return found


def log_in(world: World, connection_id: str) -> psycopg.Connection:
    """A connection as the system has it, past the proxy."""
    fields = world.connections(direct=True)[connection_id]
    return psycopg.connect(
        host=fields["host"],
        port=fields["port"],
        dbname=fields["schema"],
        user=fields["login"],
        password=fields["password"],
        autocommit=True,
    )
