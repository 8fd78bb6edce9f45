"""From Airflow Connections to what the domain takes: `Endpoint` for a database, `SmtpSettings` for mail.

Ids: `registry_<code>` (and, where only another login may requeue, `registry_<code>_requeue`), `ministry_ledger`,
`campaign_db`, `campaign_smtp`. A registry without a connection is "not configured": a state of the source, no error.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from include.campaign.connections import SMTP, WAREHOUSE, endpoint_of, smtp_of
from include.campaign.endpoint import Endpoint

if TYPE_CHECKING:
    from include.campaign.mail import SmtpSettings

LEDGER = "ministry_ledger"


def registry(code: str) -> str:
    """Connection id of a registry."""
    return f"registry_{code}"


def warehouse() -> Endpoint:
    """The campaign's own database.

    Raises:
        AirflowNotFoundException: there is no connection `campaign_db`.
    """
    return endpoint_of(Connection.get(WAREHOUSE))


async def awarehouse() -> Endpoint:
    """The campaign's own database, asked for from inside an async task."""
    return endpoint_of(await Connection.async_get(WAREHOUSE))


async def source(connection_id: str) -> Endpoint | None:
    """A source's address, or None when it is not configured."""
    try:
        return endpoint_of(await Connection.async_get(connection_id))
    except AirflowNotFoundException:
        return None


async def registries(codes: Iterable[str]) -> dict[str, Endpoint | None]:
    """Where each registry is read. One look-up after the other: they share the task's one line to Airflow."""
    return {code: await source(registry(code)) for code in codes}


async def requeuer(code: str) -> Endpoint | None:
    """Where a registry's transfers are put back when the reading log-in may not; None: it has no such connection."""
    return await source(f"{registry(code)}_requeue")


def smtp() -> SmtpSettings:
    """The mail server.

    Raises:
        AirflowNotFoundException: there is no connection `campaign_smtp`.
        ValueError: its extra names no sender, or a security that there is not.
    """
    return smtp_of(Connection.get(SMTP))


async def asmtp() -> SmtpSettings:
    """The mail server, asked for from inside a coroutine."""
    return smtp_of(await Connection.async_get(SMTP))
