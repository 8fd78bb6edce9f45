"""Reading the Ministry's ledger by ranges of receipt ids; cancellations change a range's digest like any change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import asyncpg

from include.campaign.endpoint import Endpoint
from include.campaign.plan.rules import Pull as PullRules
from include.campaign.pull.outcome import Outcome, classify, detail_of
from include.campaign.pull.reading import (
    LEDGER,
    Reading,
    ReadingContext,
    conversation,
    record_reading,
    source_connection,
    warehouse_pool,
)
from include.campaign.pull.shape import digest_for
from include.campaign.warehouse import sql

RECEIPTS_IN_RANGE = 500
"""Receipts that one digest covers. Where numbers do not follow the time of receipt, a day touches ranges everywhere:
with ranges ten times smaller it reads a sixth of the rows. A million receipts are 2,000 digests, which cost little."""

# The ledger holds some hundred times a registry's rows and is one server of the Ministry's: it may take longer.
_LEDGER_PATIENCE = 4


@dataclass
class _LedgerRows:
    receipts: int
    changed: list[tuple[int, int, str]]  # range, receipts, digest
    vanished: list[int]
    receipt_rows: BytesIO
    changed_receipts: int


async def pull_ledger(
    warehouse: Endpoint, source: Endpoint | None, rules: PullRules, context: ReadingContext
) -> Outcome:
    """Read the ledger into `mirror.receipt` and record the attempt; returns its outcome.

    Raises:
        asyncpg.PostgresError, OSError: the campaign database itself failed. The ledger never raises.
    """
    pool = await warehouse_pool(warehouse, 1)
    try:
        async with pool.acquire() as conn:
            began = time.monotonic()
            if source is None:
                await record_reading(conn, LEDGER, context, Reading(Outcome.NOT_CONFIGURED), began)
                return Outcome.NOT_CONFIGURED
            patience = rules.registry_seconds * _LEDGER_PATIENCE
            async with conversation(conn, LEDGER, context.wait_for_lock, patience) as held:
                if not held:
                    await record_reading(conn, LEDGER, context, Reading(Outcome.BUSY), began)
                    return Outcome.BUSY
                return await _read_and_keep(conn, source, rules, context)
    finally:
        await pool.close()


async def _read_and_keep(
    conn: asyncpg.Connection, source: Endpoint, rules: PullRules, context: ReadingContext
) -> Outcome:
    began = time.monotonic()
    known = dict(await conn.fetch(sql("warehouse/mirror/select_receipt_digests")))
    try:
        async with asyncio.timeout(rules.registry_seconds * _LEDGER_PATIENCE):
            rows = await _read_source(source, rules, known)
    except Exception as error:  # whatever the ledger does is an outcome, and goes no further
        outcome = await classify(error, source.host, source.port)
        await record_reading(conn, LEDGER, context, Reading(outcome, detail_of(error)), began)
        return outcome
    if rows.receipts == 0 and known:
        # An emptied ledger must not take back what was received; an empty one before the first transfer is a fact.
        await record_reading(conn, LEDGER, context, Reading(Outcome.EMPTY, None, 0, 0, 0, 0), began)
        return Outcome.EMPTY
    await _keep(conn, rows, context, began)
    return Outcome.OK


async def _read_source(source: Endpoint, rules: PullRules, known: Mapping[int, str]) -> _LedgerRows:
    statement_seconds = rules.statement_seconds * _LEDGER_PATIENCE
    async with (
        source_connection(source, rules.connect_seconds, statement_seconds, "campaign_pull") as conn,
        conn.transaction(isolation="repeatable_read", readonly=True),
    ):
        digest = digest_for(conn.get_server_version(), sql("ministry/digest_receipts"))
        digests = [tuple(row) for row in await conn.fetch(digest, RECEIPTS_IN_RANGE)]
        changed = [row for row in digests if known.get(row[0]) != row[2]]
        rows = _LedgerRows(
            receipts=sum(row[1] for row in digests),
            changed=changed,
            vanished=sorted(known.keys() - {row[0] for row in digests}),
            receipt_rows=BytesIO(),
            changed_receipts=sum(row[1] for row in changed),
        )
        if changed:
            ranges = [row[0] for row in changed]
            await conn.copy_from_query(
                sql("ministry/select_receipts"), RECEIPTS_IN_RANGE, ranges, output=rows.receipt_rows, format="binary"
            )
        return rows


async def _keep(conn: asyncpg.Connection, rows: _LedgerRows, context: ReadingContext, began: float) -> None:
    """Bring `mirror.receipt` to what the ledger showed, and record the reading, in one transaction."""
    touched = [row[0] for row in rows.changed] + rows.vanished
    async with conn.transaction():
        reading = Reading(Outcome.OK, None, None, rows.receipts, len(touched), rows.changed_receipts)
        reading_id = await record_reading(conn, LEDGER, context, reading, began)
        if not touched:
            return
        await conn.execute(sql("warehouse/mirror/create_incoming"))
        if rows.changed:
            rows.receipt_rows.seek(0)
            await conn.copy_to_table("incoming_receipt", source=rows.receipt_rows, format="binary")
        await conn.execute(sql("warehouse/mirror/retire_receipts"), RECEIPTS_IN_RANGE, touched, reading_id)
        await conn.execute(sql("warehouse/mirror/insert_receipts"), reading_id)
        columns = list(zip(*rows.changed, strict=True)) or [(), (), ()]
        await conn.execute(sql("warehouse/mirror/replace_receipt_digests"), *(list(column) for column in columns))
        await conn.execute(sql("warehouse/mirror/delete_receipt_digests"), rows.vanished)
