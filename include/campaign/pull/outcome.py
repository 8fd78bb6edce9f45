"""What happened when a source was read: a word for the health table, and whether another try can help."""

from __future__ import annotations

import asyncio
import ssl
from enum import StrEnum

import asyncpg
from asyncpg import exceptions as pg


class Outcome(StrEnum):
    """Outcome of one attempt to read one source."""

    OK = "ok"
    PARTIAL = "partial"  # read, but for columns or tables of the contract that are missing or refused
    EMPTY = "empty"  # answered, but holds no rows: no data, not zero
    NOT_CONFIGURED = "not_configured"  # the plan has it, the connections file does not
    UNREACHABLE = "unreachable"  # nothing answers at the address, or the line broke
    REFUSED = "refused"  # the server answers and turns our log-in down
    HUNG = "hung"  # connected, then silent beyond the time-out
    PERMISSION = "permission"  # a granted column is refused
    SCHEMA = "schema"  # a table or column of the contract is missing
    BUSY = "busy"  # another conversation of ours holds the source
    FAILED = "failed"  # anything else; the detail names the error class


READ = frozenset({Outcome.OK, Outcome.PARTIAL})
"""Outcomes with rows to go by; `pull.reading.was_read` says the same in the database."""

FAILED = frozenset(Outcome) - READ - {Outcome.BUSY, Outcome.NOT_CONFIGURED}
"""Outcomes that the source has to answer for; `pull.reading.has_failed` says the same in the database."""

RETRYABLE = frozenset({Outcome.UNREACHABLE, Outcome.HUNG, Outcome.BUSY, Outcome.FAILED})
"""Outcomes that another try within the hour can cure; the others need a person."""

_PROBE_SECONDS = 2.0

_BY_ERROR: tuple[tuple[tuple[type[BaseException], ...], Outcome], ...] = (
    ((pg.InsufficientPrivilegeError,), Outcome.PERMISSION),
    (
        (pg.UndefinedTableError, pg.UndefinedColumnError, pg.InvalidSchemaNameError, pg.DatatypeMismatchError,
         pg.CannotCoerceError, pg.UndefinedFunctionError),
        Outcome.SCHEMA,
    ),
    (
        (pg.InvalidAuthorizationSpecificationError, pg.InvalidCatalogNameError, pg.ObjectNotInPrerequisiteStateError),
        Outcome.REFUSED,
    ),
    ((pg.QueryCanceledError,), Outcome.HUNG),
    ((ssl.SSLError,), Outcome.REFUSED),
    (
        (OSError, pg.PostgresConnectionError, pg.TooManyConnectionsError, pg.OperatorInterventionError,
         asyncpg.InterfaceError),
        Outcome.UNREACHABLE,
    ),
)  # fmt: skip


def detail_of(error: BaseException) -> str:
    """Class and SQLSTATE of an error. Never its message: a message can quote a row, and so a person."""
    sqlstate = getattr(error, "sqlstate", None)
    return f"{type(error).__name__} {sqlstate}" if sqlstate else type(error).__name__


async def classify(error: BaseException, host: str, port: int) -> Outcome:
    """Outcome that an error means.

    A time-out alone does not tell a dead address from a server that accepts and says nothing, so the address is
    tried once more, briefly, at TCP level.
    """
    if isinstance(error, TimeoutError):
        return Outcome.HUNG if await _accepts(host, port) else Outcome.UNREACHABLE
    for classes, outcome in _BY_ERROR:
        if isinstance(error, classes):
            return outcome
    return Outcome.FAILED


async def _accepts(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            if host.startswith("/"):
                _, writer = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
            else:
                _, writer = await asyncio.open_connection(host, port)
    except OSError:  # TimeoutError is one
        return False
    writer.close()
    return True
