"""Looking at sources, as each role that we log in as: facts for `judge`, checks into `sources.preflight`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg
from asyncpg.exceptions import InsufficientPrivilegeError, InvalidSchemaNameError, UndefinedFunctionError

from include.campaign.endpoint import Endpoint
from include.campaign.plan.models import Counts
from include.campaign.plan.rules import Rules
from include.campaign.preflight.contract import LEDGER, NEEDED_OF_LEDGER, NEEDED_OF_REGISTRY, REGISTRY, Column
from include.campaign.preflight.judge import (
    Check,
    Counted,
    Found,
    Grants,
    Role,
    Server,
    Verdict,
    baseline_check,
    contract_checks,
    privacy_checks,
    server_checks,
)
from include.campaign.pull.outcome import Outcome, classify, detail_of
from include.campaign.pull.reading import LEDGER as LEDGER_CODE
from include.campaign.pull.reading import conversation, source_connection, warehouse_pool
from include.campaign.warehouse import sql

_KEY = "preflight"
"""Given to `sohoa.requeue` with no entries: nothing is logged under it."""

_SAME_LOG_IN = Check("connection", Verdict.SKIPPED, "the reader's log-in")

Checks = list[tuple[Role, Check]]
_Look = Callable[[asyncpg.Connection], Awaitable[list[Check]]]


@dataclass(frozen=True)
class Target:
    """A registry to look at: its log-ins (None: not configured) and its quota under the baseline in force."""

    reader: Endpoint | None
    requeuer: Endpoint | None
    quota: int | None = None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class PreflightContext:
    """What a preflight is made for.

    Attributes:
        run_id: the run; its checks are stored under it.
        checked_at: moment of checking on the campaign's clock.
        counts: which books the baseline in force counts.
        clock: the clock that a server's is compared with, which is the machine's own in a rehearsal, too.
    """

    run_id: str
    checked_at: datetime
    counts: Counts
    clock: Callable[[], datetime] = field(default=_now)


async def preflight_registries(
    warehouse: Endpoint, targets: Mapping[str, Target], rules: Rules, context: PreflightContext
) -> dict[str, Checks]:
    """Look at some registries, several at a time, and record what was found; returns the checks by registry.

    Raises:
        asyncpg.PostgresError, OSError: the campaign database itself failed. A registry never raises.
    """
    pool = await warehouse_pool(warehouse, rules.pull.at_once)
    try:
        checks = await asyncio.gather(*(_registry(pool, code, targets[code], rules, context) for code in targets))
        return dict(zip(targets, checks, strict=True))
    finally:
        await pool.close()


async def preflight_ledger(
    warehouse: Endpoint, source: Endpoint | None, rules: Rules, context: PreflightContext
) -> Checks:
    """Look at the Ministry's ledger and record what was found.

    Raises:
        asyncpg.PostgresError, OSError: the campaign database itself failed.
    """
    pool = await warehouse_pool(warehouse, 1)

    async def look(conn: asyncpg.Connection) -> list[Check]:
        return await _source(conn, "ledger", LEDGER, NEEDED_OF_LEDGER, rules, context)

    try:
        async with pool.acquire() as conn, conversation(conn, LEDGER_CODE, True, rules.pull.registry_seconds) as held:
            found = await _as_role(source, held, rules, look, unconfigured=Verdict.FAIL)
            checks: Checks = [("reader", check) for check in found]
            await _record(conn, LEDGER_CODE, checks, context)
            return checks
    finally:
        await pool.close()


async def _registry(pool: asyncpg.Pool, code: str, target: Target, rules: Rules, context: PreflightContext) -> Checks:
    async def as_reader(conn: asyncpg.Connection) -> list[Check]:
        checks = await _source(conn, "sohoa", REGISTRY, NEEDED_OF_REGISTRY, rules, context)
        return [*checks, *await _counted(conn, target.quota, rules, context)]

    async def as_requeuer(conn: asyncpg.Connection) -> list[Check]:
        # One log-in for both roles has been looked at as the reader.
        own = [] if target.requeuer == target.reader else await _privacy(conn, "sohoa", REGISTRY)
        return [await _requeue_nothing(conn), *own]

    async with pool.acquire() as conn, conversation(conn, code, True, rules.pull.registry_seconds) as held:
        checks: Checks = [("reader", check) for check in await _as_role(target.reader, held, rules, as_reader)]
        same_door = target.requeuer == target.reader and checks[0][1].verdict is not Verdict.OK
        # What does not let one role in is told once, and costs its time-out once.
        again = [_SAME_LOG_IN] if same_door else await _as_role(target.requeuer, held, rules, as_requeuer)
        checks += [("requeuer", check) for check in again]
        await _record(conn, code, checks, context)
        return checks


async def _as_role(
    source: Endpoint | None, held: bool, rules: Rules, look: _Look, unconfigured: Verdict = Verdict.WARN
) -> list[Check]:
    """Connect and look; whatever the source does is a check, and goes no further.

    A connections file may name fewer registries than the plan: those are listed, and no failure.
    """
    if source is None:
        return [Check("connection", unconfigured, Outcome.NOT_CONFIGURED)]
    if not held:
        return [Check("connection", Verdict.SKIPPED, Outcome.BUSY)]
    pull = rules.pull
    try:
        async with (
            asyncio.timeout(pull.registry_seconds),
            source_connection(source, pull.connect_seconds, pull.statement_seconds, "campaign_preflight") as conn,
        ):
            return [Check("connection", Verdict.OK), *await look(conn)]
    except Exception as error:
        outcome = await classify(error, source.host, source.port)
        return [Check("connection", Verdict.FAIL, f"{outcome} {detail_of(error)}")]


async def _source(
    conn: asyncpg.Connection,
    schema: str,
    contract: Mapping[str, Mapping[str, Column]],
    needed: frozenset[str],
    rules: Rules,
    context: PreflightContext,
) -> list[Check]:
    before = context.clock()
    row = await conn.fetchrow(sql("registry/preflight_server"))
    our_clock = before + (context.clock() - before) / 2
    server = Server(row["version"], row["encoding"], row["clock"], our_clock, row["bytes"])
    found = await _columns(conn, schema)
    return [
        *server_checks(server, rules.preflight),
        *contract_checks(contract, needed, found),
        *privacy_checks(contract, found, await _grants(conn, schema, contract, found, row["superuser"])),
    ]


async def _privacy(conn: asyncpg.Connection, schema: str, contract: Mapping[str, Mapping[str, Column]]) -> list[Check]:
    row = await conn.fetchrow(sql("registry/preflight_server"))
    found = await _columns(conn, schema)
    return list(privacy_checks(contract, found, await _grants(conn, schema, contract, found, row["superuser"])))


async def _columns(conn: asyncpg.Connection, schema: str) -> list[Found]:
    return [Found(*row) for row in await conn.fetch(sql("registry/preflight_columns"), schema)]


async def _grants(
    conn: asyncpg.Connection,
    schema: str,
    contract: Mapping[str, Mapping[str, Column]],
    found: Iterable[Found],
    superuser: bool,
) -> Grants:
    there = {column.path for column in found}
    personal = [
        (table, name)
        for table, columns in contract.items()
        for name, column in columns.items()
        if column.grant == "personal" and f"{table}.{name}" in there
    ]
    read = [f"{table}.{name}" for table, name in personal if await _can_select(conn, schema, table, name)]
    writable = await conn.fetch(sql("registry/preflight_writable"), schema)
    elsewhere = await conn.fetch(sql("registry/preflight_elsewhere"), schema)
    return Grants(
        superuser,
        tuple(one["table_name"] for one in writable),
        tuple(read),
        tuple(one["table_name"] for one in elsewhere),
    )


async def _can_select(conn: asyncpg.Connection, schema: str, table: str, column: str) -> bool:
    """Whether a select of a column is let through. It asks for no row: grants are checked all the same."""
    try:
        # Names of our own contract, none from outside.
        await conn.execute(f'select "{column}" from "{schema}"."{table}" where false')  # noqa: S608
    except InsufficientPrivilegeError:
        return False
    return True


async def _counted(
    conn: asyncpg.Connection, quota: int | None, rules: Rules, context: PreflightContext
) -> Sequence[Check]:
    counts = context.counts
    try:
        row = await conn.fetchrow(sql("registry/preflight_counted"), counts.phase, counts.opened_year_max)
        entries = await conn.fetchval(sql("registry/preflight_entries"))
    except asyncpg.PostgresError as error:  # what is missing or refused is told by the contract's own checks
        return [Check(name, Verdict.SKIPPED, detail_of(error)) for name in ("rows", "baseline")]
    counted = Counted(row["books"], row["closed"], row["cases"], entries)
    return list(baseline_check(counted, quota, rules.preflight))


async def _requeue_nothing(conn: asyncpg.Connection) -> Check:
    """Call `sohoa.requeue` with no entries, and roll back: permission and signature are as in earnest."""
    turn = conn.transaction()
    await turn.start()
    try:
        answer = await conn.fetch(sql("registry/requeue_entries"), [], _KEY, _KEY)
    except InsufficientPrivilegeError:
        return Check("requeue", Verdict.FAIL, Outcome.PERMISSION)
    except (UndefinedFunctionError, InvalidSchemaNameError):
        return Check("requeue", Verdict.FAIL, Outcome.SCHEMA)
    except asyncpg.PostgresError as error:
        return Check("requeue", Verdict.FAIL, detail_of(error))
    finally:
        await turn.rollback()
    return (
        Check("requeue", Verdict.FAIL, "answers for entries that nobody asked for")
        if answer
        else Check("requeue", Verdict.OK)
    )


async def _record(conn: asyncpg.Connection, code: str, checks: Checks, context: PreflightContext) -> None:
    rows = [
        (
            context.run_id, context.checked_at, code, role, check.name, str(check.verdict), str(check.found),
            check.measured,
        )
        for role, check in checks
    ]  # fmt: skip
    await conn.executemany(sql("warehouse/mirror/insert_preflight"), rows)
