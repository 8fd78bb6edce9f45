"""Connections as Airflow writes them, for processes that are not Airflow's: fields to addresses, and the file of them.

Source of the fields: the contract of the connection ids (`registry_<code>`, `ministry_ledger`, `campaign_db`,
`campaign_smtp`) and Airflow's connections file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml

from include.campaign.endpoint import Endpoint

if TYPE_CHECKING:
    from include.campaign.mail import SmtpSettings

WAREHOUSE = "campaign_db"
SMTP = "campaign_smtp"

_POSTGRES_PORT = 5432
_SMTP_PORTS = {"starttls": 587, "ssl": 465, "none": 25}


class Fields(Protocol):
    """What a connection consists of; Airflow's Connection is one."""

    host: str | None
    port: int | None
    schema: str | None
    login: str | None
    password: str | None
    extra: str | None


@dataclass
class WrittenFields:
    """A connection as it stands in a file."""

    host: str | None = None
    port: int | None = None
    schema: str | None = None
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    extra: str | None = None


class ConnectionsError(Exception):
    """The connections file cannot be used; the text names the file and the connection, never a secret."""


def endpoint_of(fields: Fields) -> Endpoint:
    """The address and log-in of a database; extra may name an `sslmode`."""
    extra = json.loads(fields.extra or "{}")
    return Endpoint(
        host=fields.host or "",
        port=fields.port or _POSTGRES_PORT,
        database=fields.schema or "",
        login=fields.login or "",
        password=fields.password or "",
        sslmode=extra.get("sslmode"),
    )


def smtp_of(fields: Fields) -> SmtpSettings:
    """The mail server: extra has security ("starttls" unless given), sender, cafile.

    Raises:
        ValueError: extra names no sender, or a security that there is not.
    """
    # Not at the top: DAG files are parsed with this module, and the mail room brings half the renderer.
    from include.campaign.mail import SmtpSettings  # noqa: PLC0415

    extra = json.loads(fields.extra or "{}")
    security: Any = extra.get("security") or "starttls"
    return SmtpSettings(
        host=fields.host or "",
        port=fields.port or _SMTP_PORTS.get(security, _SMTP_PORTS["none"]),
        login=fields.login or "",
        password=fields.password or "",
        security=security,
        sender=extra.get("sender") or "",
        cafile=extra.get("cafile"),
    )


def read_connection(path: Path, connection_id: str) -> WrittenFields:
    """One connection of an Airflow connections file (JSON, YAML, or `id=uri` lines).

    Raises:
        ConnectionsError: the file cannot be read, or has no such connection.
    """
    try:
        text = path.read_text(encoding="utf-8")
        everything = _lines(text) if path.suffix.lower() == ".env" else yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConnectionsError(f"{path} cannot be read: {type(error).__name__}") from None
    written = everything.get(connection_id) if isinstance(everything, dict) else None
    if isinstance(written, list) and len(written) == 1:
        written = written[0]
    if isinstance(written, str):
        return _from_uri(written)
    if isinstance(written, dict):
        return _from_object(written)
    raise ConnectionsError(f"{path} has no usable connection {connection_id}")


def _lines(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, sign, value in pairs if sign}


def _from_uri(uri: str) -> WrittenFields:
    parts = urlsplit(uri)
    query = dict(parse_qsl(parts.query))
    return WrittenFields(
        host=unquote(parts.hostname or "") or None,
        port=parts.port,
        schema=unquote(parts.path.lstrip("/")) or None,
        login=unquote(parts.username or "") or None,
        password=unquote(parts.password or "") or None,
        # Airflow writes what does not fit a query as one JSON text under this name.
        extra=query.get("__extra__") or json.dumps(query),
    )


def _from_object(written: dict[str, Any]) -> WrittenFields:
    extra = written.get("extra", written.get("extra_dejson"))
    port = written.get("port")
    return WrittenFields(
        host=written.get("host"),
        port=int(port) if port else None,
        schema=written.get("schema"),
        login=written.get("login"),
        password=written.get("password"),
        extra=extra if extra is None or isinstance(extra, str) else json.dumps(extra),
    )
