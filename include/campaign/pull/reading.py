"""One conversation with one source: connection, lock, and the record of what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from include.campaign.endpoint import Endpoint
from include.campaign.pull.outcome import Outcome
from include.campaign.warehouse import sql

LEDGER = "ministry"
"""Source code of the Ministry's ledger in `pull.reading`."""

# Reports come as JSON text, and PostgreSQL 13 hashes a row's text: how times and numbers read there rests on these.
_PINNED = {"TimeZone": "UTC", "DateStyle": "ISO, YMD", "IntervalStyle": "postgres", "extra_float_digits": "1"}

_LOCK_POLL_SECONDS = 0.25


@dataclass(frozen=True)
class ReadingContext:
    """What a reading is made for.

    Attributes:
        attempt_key: the run and its clearing; a retry of the same key skips what it has read already.
        close_key: the close that the reading serves; None for watching and re-queueing.
        read_at: moment of reading on the campaign's clock.
        wait_for_lock: wait for another conversation with the same source to end (the close does), or step aside.
    """

    attempt_key: str
    close_key: str | None
    read_at: datetime
    wait_for_lock: bool = True


@dataclass
class Reading:
    """Outcome and size of one attempt, as it goes into `pull.reading`."""

    outcome: Outcome
    detail: str | None = None
    books: int | None = None
    entries: int | None = None
    changed_books: int | None = None
    changed_entries: int | None = None
    lacking: Sequence[str] = ()


@asynccontextmanager
async def source_connection(
    endpoint: Endpoint, connect_seconds: float, statement_seconds: float, purpose: str
) -> AsyncIterator[asyncpg.Connection]:
    """One short-lived connection to a source, with its session pinned and its time-outs set.

    Raises what asyncpg raises; a connection that stopped answering is dropped without ceremony.
    """
    statement_ms = str(int(statement_seconds * 1000))
    conn = await asyncpg.connect(
        **endpoint.asyncpg_arguments(),
        timeout=connect_seconds,
        statement_cache_size=0,  # a pooler in front of a small machine may not keep prepared statements
        server_settings={
            **_PINNED,
            "application_name": purpose,
            "statement_timeout": statement_ms,
            "idle_in_transaction_session_timeout": statement_ms,
        },
    )
    try:
        yield conn
    except BaseException:
        conn.terminate()
        raise
    else:
        await conn.close(timeout=connect_seconds)


async def warehouse_pool(warehouse: Endpoint, connections: int) -> asyncpg.Pool:
    """Pool of connections to the campaign database for copying; times in UTC."""
    return await asyncpg.create_pool(
        **warehouse.asyncpg_arguments(),
        min_size=1,
        max_size=connections,
        timeout=10,
        server_settings={"TimeZone": "UTC", "application_name": "campaign_pull", "jit": "off"},
    )


@asynccontextmanager
async def conversation(
    conn: asyncpg.Connection, source_code: str, wait: bool, wait_seconds: float
) -> AsyncIterator[bool]:
    """Hold the right to talk to one source: one conversation at a time, over all runs and processes.

    Yields whether the right was got. It is an advisory lock of the campaign database on `conn`, so it ends with the
    process that holds it.
    """
    query = sql("warehouse/mirror/try_lock_source")
    deadline = time.monotonic() + wait_seconds
    got = await conn.fetchval(query, source_code)
    while not got and wait and time.monotonic() < deadline:
        await asyncio.sleep(_LOCK_POLL_SECONDS)
        got = await conn.fetchval(query, source_code)
    try:
        yield got
    finally:
        if got and not conn.is_closed():
            await conn.execute(sql("warehouse/mirror/unlock_source"), source_code)


async def record_reading(
    conn: asyncpg.Connection, source_code: str, context: ReadingContext, reading: Reading, began: float
) -> int:
    """Write one attempt into `pull.reading`; returns its id. `began` is a `time.monotonic()`."""
    values: tuple[Any, ...] = (
        source_code, context.attempt_key, context.close_key, round((time.monotonic() - began) * 1000), context.read_at,
        reading.outcome, reading.detail, reading.books, reading.entries, reading.changed_books, reading.changed_entries,
        list(reading.lacking),
    )  # fmt: skip
    return int(await conn.fetchval(sql("warehouse/mirror/insert_reading"), *values))
