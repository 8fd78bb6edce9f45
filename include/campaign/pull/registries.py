"""Reading a shard of registries by digest, several at a time, each with its own time-outs.

A registry's failure is a row in `pull.reading`, never a lost shard.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

import asyncpg

from include.campaign.endpoint import Endpoint
from include.campaign.plan.rules import Pull as PullRules
from include.campaign.pull.outcome import READ, RETRYABLE, Outcome, classify, detail_of
from include.campaign.pull.reading import (
    Reading,
    ReadingContext,
    conversation,
    record_reading,
    source_connection,
    warehouse_pool,
)
from include.campaign.pull.shape import REPORTS, Shape, Unreadable, digest_for, shape_of
from include.campaign.pull.silence import silent_already
from include.campaign.warehouse import sql


@dataclass(frozen=True)
class ShardReading:
    """What became of the registries of a shard.

    Attributes:
        outcomes: of every registry, those settled by an earlier try of the same attempt included.
        tried_enough: registries that were silent before already, or whose silence is acknowledged: one try an evening
            is enough for them; and those that hung twice.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    tried_enough: frozenset[str] = frozenset()

    @property
    def retryable(self) -> list[str]:
        """Codes of registries that were not read and that another try may reach."""
        missing = {code for code, outcome in self.outcomes.items() if outcome in RETRYABLE}
        return sorted(missing - self.tried_enough)

    def summary(self) -> str:
        """One line: how many were read, and what became of the others."""
        counts = Counter(self.outcomes.values())
        read = sum(counts.pop(outcome, 0) for outcome in READ)
        others = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
        return f"read {read}/{len(self.outcomes)}" + (f" ({others})" if others else "")


@dataclass
class _SourceRows:
    """What one registry showed in one snapshot: changed books and their entries as binary COPY streams, all reports.

    `reports` is a JSON array, None where the registry has no such table.
    """

    books: int
    entries: int
    changed: list[tuple[int, int, str]]  # book id, entries, digest
    vanished: list[int]
    lacking: tuple[str, ...]
    book_rows: BytesIO
    entry_rows: BytesIO
    reports: str | None


async def pull_registries(
    warehouse: Endpoint, sources: Mapping[str, Endpoint | None], rules: PullRules, context: ReadingContext
) -> ShardReading:
    """Read some registries into the mirror and record what happened to each.

    Args:
        warehouse: the campaign database.
        sources: registry code to its address; None where no connection is configured.
        rules: time-outs and how many registries at once.
        context: what the reading is for.

    Raises:
        asyncpg.PostgresError, OSError: the campaign database itself failed. A registry never raises.
    """
    pool = await warehouse_pool(warehouse, rules.at_once)
    try:
        settled = dict(
            await pool.fetch(sql("warehouse/mirror/select_settled_sources"), context.attempt_key, sorted(RETRYABLE))
        )
        outcomes = {code: Outcome(settled[code]) for code in sources if code in settled}
        due = [code for code in sources if code not in settled]
        results = await asyncio.gather(*(_pull_one(pool, code, sources[code], rules, context) for code in due))
        outcomes.update(zip(due, results, strict=True))
        missing = [code for code, outcome in outcomes.items() if outcome in RETRYABLE]
        return ShardReading(outcomes, await silent_already(pool, missing, rules, context))
    finally:
        await pool.close()


async def _pull_one(
    pool: asyncpg.Pool, code: str, source: Endpoint | None, rules: PullRules, context: ReadingContext
) -> Outcome:
    """Read one registry and record the attempt. The pool's size bounds how many run at once."""
    async with pool.acquire() as conn:
        began = time.monotonic()
        if source is None:
            await record_reading(conn, code, context, Reading(Outcome.NOT_CONFIGURED), began)
            return Outcome.NOT_CONFIGURED
        async with conversation(conn, code, context.wait_for_lock, rules.registry_seconds) as held:
            if not held:
                await record_reading(conn, code, context, Reading(Outcome.BUSY), began)
                return Outcome.BUSY
            return await _read_and_keep(conn, code, source, rules, context)


async def _read_and_keep(
    conn: asyncpg.Connection, code: str, source: Endpoint, rules: PullRules, context: ReadingContext
) -> Outcome:
    began = time.monotonic()
    known = dict(await conn.fetch(sql("warehouse/mirror/select_book_digests"), code))
    try:
        async with asyncio.timeout(rules.registry_seconds):
            rows = await _read_source(source, rules, known)
    except Unreadable as lack:
        await record_reading(conn, code, context, Reading(lack.outcome, lacking=lack.columns), began)
        return lack.outcome
    except Exception as error:  # whatever a source does is an outcome, and goes no further
        outcome = await classify(error, source.host, source.port)
        await record_reading(conn, code, context, Reading(outcome, detail_of(error)), began)
        return outcome
    if rows.books == 0:
        # A wiped or fresh database must not replace what was read before, and is not "zero" either.
        await record_reading(conn, code, context, Reading(Outcome.EMPTY, None, 0, 0, 0, 0), began)
        return Outcome.EMPTY
    outcome = Outcome.PARTIAL if rows.lacking else Outcome.OK
    await _keep(conn, code, rows, outcome, context, began)
    return outcome


async def _read_source(source: Endpoint, rules: PullRules, known: Mapping[int, str]) -> _SourceRows:
    """Digests, then the rows of books whose digest is not the known one, in one snapshot."""
    async with (
        source_connection(source, rules.connect_seconds, rules.statement_seconds, "campaign_pull") as conn,
        conn.transaction(isolation="repeatable_read", readonly=True),
    ):
        shape = shape_of([tuple(row) for row in await conn.fetch(sql("registry/select_columns"))])
        digest = digest_for(conn.get_server_version(), shape.statement("digest_books"))
        digests = [tuple(row) for row in await conn.fetch(digest)]
        changed = [row for row in digests if known.get(row[0]) != row[2]]
        reports = await _read_reports(conn, shape)
        rows = _SourceRows(
            books=len(digests),
            entries=sum(row[1] for row in digests),
            changed=changed,
            vanished=sorted(known.keys() - {row[0] for row in digests}),
            lacking=shape.lacking if reports or not shape.has_reports else (*shape.lacking, REPORTS),
            book_rows=BytesIO(),
            entry_rows=BytesIO(),
            reports=reports,
        )
        if changed:
            # As text: for an array asyncpg would first ask each registry's catalogue what its type is, 15 ms a time.
            ids = "{" + ",".join(str(row[0]) for row in changed) + "}"
            await conn.copy_from_query(shape.statement("select_books"), ids, output=rows.book_rows, format="binary")
            await conn.copy_from_query(shape.statement("select_entries"), ids, output=rows.entry_rows, format="binary")
        return rows


async def _read_reports(conn: asyncpg.Connection, shape: Shape) -> str | None:
    """All daily reports as a JSON array (a row a day; what changed is told in the warehouse), None if there are none.

    No figure of ours rests on them: a table that holds what cannot be a report costs the registry nothing else.
    """
    if not shape.has_reports:
        return None
    try:
        async with conn.transaction():  # a savepoint, so that the rest is read in the same snapshot
            return str(await conn.fetchval(shape.statement("select_reports")))
    except (asyncpg.DataError, asyncpg.SyntaxOrAccessError):
        return None


async def _keep(
    conn: asyncpg.Connection, code: str, rows: _SourceRows, outcome: Outcome, context: ReadingContext, began: float
) -> None:
    """Bring the mirror to what the source showed, and record the reading, in one transaction."""
    touched = [row[0] for row in rows.changed] + rows.vanished
    async with conn.transaction():
        changed_entries = sum(row[1] for row in rows.changed)
        reading = Reading(outcome, None, rows.books, rows.entries, len(touched), changed_entries, rows.lacking)
        reading_id = await record_reading(conn, code, context, reading, began)
        if touched:
            await _copy_incoming(conn, rows)
            await conn.execute(sql("warehouse/mirror/retire_entries"), code, touched, reading_id)
            await conn.execute(sql("warehouse/mirror/retire_books"), code, touched, reading_id)
            await conn.execute(sql("warehouse/mirror/insert_books"), code, reading_id)
            await conn.execute(sql("warehouse/mirror/insert_entries"), code, reading_id)
            await conn.execute(sql("warehouse/mirror/replace_book_digests"), code)
            await conn.execute(sql("warehouse/mirror/delete_book_digests"), code, rows.vanished)
        if rows.reports is not None:
            await conn.execute(sql("warehouse/mirror/retire_reports"), code, rows.reports, reading_id)
            await conn.execute(sql("warehouse/mirror/insert_reports"), code, rows.reports, reading_id)


async def _copy_incoming(conn: asyncpg.Connection, rows: _SourceRows) -> None:
    await conn.execute(sql("warehouse/mirror/create_incoming"))
    if not rows.changed:
        return
    await conn.copy_records_to_table("incoming_digest", records=rows.changed)
    for table, stream in (("incoming_book", rows.book_rows), ("incoming_entry", rows.entry_rows)):
        stream.seek(0)
        await conn.copy_to_table(table, source=stream, format="binary")
