"""Putting decided transfers back into the registries' queues through `sohoa.requeue`, and recording each answer."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from include.campaign.endpoint import Endpoint
from include.campaign.plan.rules import Pull as PullRules
from include.campaign.plan.rules import Requeue as RequeueRules
from include.campaign.pull.outcome import Outcome, classify
from include.campaign.pull.reading import conversation, source_connection, warehouse_pool
from include.campaign.warehouse import sql

log = logging.getLogger(__name__)

SecondLogIn = Callable[[str], Awaitable[Endpoint | None]]
"""Registry code to the log-in that is tried where the first may not execute `sohoa.requeue`; None: there is none."""


@dataclass(frozen=True)
class RequeueResult:
    """How many decisions came to what: put back, no longer needed, not permitted there; untold: all that stay open."""

    requeued: int = 0
    not_requeued: int = 0
    not_permitted: int = 0
    untold: int = 0

    def __add__(self, other: RequeueResult) -> RequeueResult:
        return RequeueResult(
            self.requeued + other.requeued,
            self.not_requeued + other.not_requeued,
            self.not_permitted + other.not_permitted,
            self.untold + other.untold,
        )


async def requeue(
    warehouse: Endpoint,
    requeuers: Mapping[str, Endpoint | None],
    rules: RequeueRules,
    pull_rules: PullRules,
    day_key: str,
    now: datetime,
    second: SecondLogIn | None = None,
) -> RequeueResult:
    """Carry out the open decisions that `decide` gave leave for. Safe to repeat and to run twice at once.

    Decisions of earlier days that a registry could not be told are among them. The registry itself lets a key work at
    most once per entry and answers the same to a repeated call, so what was done but not recorded (a killed worker, a
    cut line) is recorded by the next call. A registry that cannot be told keeps its decisions open; the next run looks
    at them anew and tries again.

    Args:
        warehouse: the campaign database.
        requeuers: registry code to the log-in that is tried first; None where none is configured.
        rules: how many entries one call takes.
        pull_rules: time-outs and how many registries at once.
        day_key: key of the close whose run decided last.
        now: the campaign's present instant, recorded as the moment of settling.
        second: asked only for registries where the first log-in is missing or may not; None: there are no others.

    Raises:
        asyncpg.PostgresError, OSError: the campaign database itself failed. A registry never raises.
    """
    pool = await warehouse_pool(warehouse, pull_rules.at_once * 2)
    try:
        codes = [row[0] for row in await pool.fetch(sql("warehouse/transfers/select_registries_told"), day_key)]
        results = await asyncio.gather(
            *(
                _of_registry(pool, _Run(code, rules, pull_rules, day_key, now), requeuers.get(code), second)
                for code in codes
            )
        )
        untold = await pool.fetchval(sql("warehouse/transfers/count_open"))
        return sum(results, RequeueResult(untold=untold))
    finally:
        await pool.close()


async def _of_registry(
    pool: asyncpg.Pool, run: _Run, first: Endpoint | None, second: SecondLogIn | None
) -> RequeueResult:
    """Tell one registry, in the only conversation with it."""
    seconds = run.pull_rules.registry_seconds
    async with pool.acquire() as conn, conversation(conn, run.code, True, seconds) as held:
        due = await conn.fetch(sql("warehouse/transfers/select_to_tell"), run.day_key, run.code) if held else []
        if due and not (first and await run.may(conn, first, due)):
            other = await second(run.code) if second else None
            if not (other and await run.may(conn, other, due)):
                await run.not_permitted(conn)
    return sum(run.told, RequeueResult())


@dataclass(frozen=True)
class _Run:
    """What one run tells one registry, and what it came to.

    Attributes:
        code: of the registry.
        rules, pull_rules, day_key, now: as `requeue` has them.
        told: an item for each answer as it is recorded, so that it counts though the line be cut later.
    """

    code: str
    rules: RequeueRules
    pull_rules: PullRules
    day_key: str
    now: datetime
    told: list[RequeueResult] = field(default_factory=list)

    async def may(self, conn: asyncpg.Connection, requeuer: Endpoint, due: Sequence[asyncpg.Record]) -> bool:
        """Tell as one log-in; False: that one may not. Any other failure leaves open what was not told."""
        try:
            async with asyncio.timeout(self.pull_rules.registry_seconds):
                await self._tell(conn, requeuer, due)
        except Exception as error:  # whatever a source does stays its own
            if conn.is_closed():
                raise
            if await classify(error, requeuer.host, requeuer.port) is Outcome.PERMISSION:
                return False
            log.warning("registry %s could not be told all: %s", self.code, type(error).__name__)
        return True

    async def not_permitted(self, conn: asyncpg.Connection) -> None:
        """Settle what no log-in may tell."""
        settled = await conn.fetch(sql("warehouse/transfers/settle_not_permitted"), self.day_key, self.code, self.now)
        self.told.append(RequeueResult(not_permitted=len(settled)))

    async def _tell(self, conn: asyncpg.Connection, requeuer: Endpoint, due: Sequence[asyncpg.Record]) -> None:
        """Tell in chunks of one key, oldest failure first; each chunk's answer is recorded before the next."""
        by_key: dict[tuple[str, str], list[int]] = {}
        for row in due:
            by_key.setdefault((row["requeue_key"], row["why"]), []).append(row["entry_id"])
        rules = self.pull_rules
        async with source_connection(
            requeuer, rules.connect_seconds, rules.statement_seconds, "campaign_requeue"
        ) as source:
            for (key, why), entry_ids in by_key.items():
                for start in range(0, len(entry_ids), self.rules.chunk):
                    chunk = entry_ids[start : start + self.rules.chunk]
                    self.told.append(await self._tell_chunk(conn, source, key, why, chunk))

    async def _tell_chunk(
        self, conn: asyncpg.Connection, source: asyncpg.Connection, key: str, why: str, entry_ids: list[int]
    ) -> RequeueResult:
        """Call `sohoa.requeue` once and record its answer, in one transaction of the campaign database.

        Decisions that another run settled meanwhile are left out, and none can be settled while the registry is asked:
        what it has done would go unrecorded.
        """
        async with conn.transaction():
            open_still = await conn.fetch(
                sql("warehouse/transfers/lock_to_tell"), self.code, self.day_key, key, entry_ids
            )
            if not open_still:
                return RequeueResult()
            locked = {row["entry_id"] for row in open_still}
            chunk = [entry_id for entry_id in entry_ids if entry_id in locked]
            answers = await source.fetch(sql("registry/requeue_entries"), chunk, key, why)
            settled = await conn.fetch(
                sql("warehouse/transfers/settle_answers"),
                self.code,
                key,
                [row["entry_id"] for row in answers],
                [row["requeued"] for row in answers],
                [row["state"] for row in answers],
                self.now,
            )
        states = Counter(row["state"] for row in settled)
        return RequeueResult(requeued=states["requeued"], not_requeued=states["not_requeued"])
