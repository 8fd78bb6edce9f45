"""Which sources need no further try at a close: silent for hours, acknowledged, or hung twice this evening already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import asyncpg

from include.campaign.endpoint import Endpoint
from include.campaign.plan.rules import Pull as PullRules
from include.campaign.pull.reading import ReadingContext, warehouse_pool
from include.campaign.warehouse import sql


async def silent_already(
    pool: asyncpg.Pool, codes: Iterable[str], rules: PullRules, context: ReadingContext
) -> frozenset[str]:
    """Those of some sources that no retry's minutes will bring back, as of the context's moment of reading."""
    asked = list(codes)
    if not asked:
        return frozenset()
    since = timedelta(hours=rules.silent_hours)
    query = sql("warehouse/mirror/select_silent_sources")
    rows = await pool.fetch(query, asked, context.read_at, since, context.close_key, context.attempt_key)
    return frozenset(row["source_code"] for row in rows)


async def is_silent_already(warehouse: Endpoint, code: str, rules: PullRules, context: ReadingContext) -> bool:
    """`silent_already` of one source.

    Raises:
        asyncpg.PostgresError, OSError: the campaign database itself failed.
    """
    pool = await warehouse_pool(warehouse, 1)
    try:
        return code in await silent_already(pool, [code], rules, context)
    finally:
        await pool.close()
