"""The file of connections that Airflow reads: the user's, checked against the plan, and completed."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml

from include.campaign.endpoint import Endpoint
from include.local.home import StackError, write_private

REGISTRY_ID = re.compile(r"registry_(?P<code>[^_]+)(?P<requeue>_requeue)?")
LEDGER, CAMPAIGN, SMTP = "ministry_ledger", "campaign_db", "campaign_smtp"

Connections = dict[str, Any]
"""Connection id to what Airflow takes for one: a URI, or an object of its fields."""


@dataclass(frozen=True)
class Findings:
    """What a connections file leaves open; none of it stops the stack.

    Args:
        missing: Registry codes of the plan without a connection ("not configured"), sorted.
        no_ledger: There is no `ministry_ledger`: *received* will be unknown everywhere.
        unused: Ids that mean nothing to this system, a misspelt one perhaps.
    """

    missing: list[str]
    no_ledger: bool
    unused: list[str]


def read(path: Path) -> Connections:
    """Read an Airflow connections file: .json, .yaml, .yml or .env (`id=uri` lines), as Airflow itself does.

    Raises:
        StackError: no such file, another format, or a fault in it, with file and line where there is one.
    """
    parsers = {".json": _json, ".yaml": _yaml, ".yml": _yaml, ".env": _env}
    suffix = path.suffix.lower() if path.suffix else path.name.lower()
    if suffix not in parsers:
        raise StackError(f"{path}: a connections file ends in .json, .yaml, .yml or .env")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise StackError(f"{path}: cannot be read ({problem.strerror})") from None
    found = parsers[suffix](path, text)
    if not isinstance(found, dict) or not found:
        raise StackError(f"{path}:1: should be an object of connection ids, and hold at least one")
    return {str(name): _normal(path, str(name), value) for name, value in found.items()}


def _json(path: Path, text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise StackError(f"{path}: named twice: {', '.join(twice)}")
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as problem:
        raise StackError(f"{path}:{problem.lineno}: {problem.msg}") from None


def _yaml(path: Path, text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise StackError(f"{path}:{line}: {problem.problem}") from None


def _env(path: Path, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, sign, value = (part.strip() for part in line.partition("="))
        if not (sign and name and value):
            raise StackError(f"{path}:{number}: a line is id=uri")
        if name in found:
            raise StackError(f"{path}:{number}: {name} is named twice")
        found[name] = value
    return found


def _normal(path: Path, name: str, value: Any) -> Any:
    """One connection as Airflow takes it: a list of one is the one, an `extra` object is text."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict):
        extra = value.get("extra", value.get("extra_dejson"))
        rest = {key: part for key, part in value.items() if key not in ("extra", "extra_dejson", "conn_id")}
        if extra is not None:
            rest["extra"] = extra if isinstance(extra, str) else json.dumps(extra)
        return rest
    if isinstance(value, str) and "://" in value:
        return value
    raise StackError(f"{path}: {name} should be a URI or an object of a connection's fields")


def check(path: Path, connections: Connections, registries: Collection[str]) -> Findings:
    """Compare the ids with the registries of the plan.

    Raises:
        StackError: a registry that the plan lacks (source contract), a log-in for requeueing without one for
        reading,
            or no registry at all.
    """
    known = set(registries)
    readable: set[str] = set()
    writable: set[str] = set()
    unused: list[str] = []
    for name in connections:
        match = REGISTRY_ID.fullmatch(name)
        if match:
            (writable if match["requeue"] else readable).add(match["code"])
        elif name not in (LEDGER, CAMPAIGN, SMTP):
            unused.append(name)
    strange = sorted((readable | writable) - known)
    if strange:
        raise StackError(
            f"{path}: the plan has no registry {', '.join(strange)}. "
            "Correct the ids, or name the plan that has them: PLAN=<folder>"
        )
    alone = sorted(writable - readable)
    if alone:
        raise StackError(
            f"{path}: registry_<code>_requeue without registry_<code> for {', '.join(alone)}: "
            "a registry is read before it is written to"
        )
    if not readable:
        raise StackError(f"{path}: names no registry (registry_<code>); there would be nothing to read")
    return Findings(sorted(known - readable), LEDGER not in connections, sorted(unused))


def database_url(path: Path, connection: Any) -> str:
    """The campaign database's SQLAlchemy URL (psycopg 3) from its Airflow connection.

    Raises:
        StackError: no host or database is named.
    """
    if isinstance(connection, str):
        parts = urlsplit(connection)
        fields: dict[str, Any] = {
            "host": unquote(parts.hostname or ""),
            "port": parts.port,
            "schema": unquote(parts.path.lstrip("/")),
            "login": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
        }
        extra: dict[str, Any] = dict(parse_qsl(parts.query))
    else:
        fields, extra = connection, json.loads(connection.get("extra") or "{}")
    if not (fields.get("host") and fields.get("schema")):
        raise StackError(f"{path}: {CAMPAIGN} needs a host and a schema (the database's name)")
    return Endpoint(
        host=fields["host"],
        port=int(fields.get("port") or 5432),
        database=fields["schema"],
        login=fields.get("login") or "",
        password=fields.get("password") or "",
        sslmode=extra.get("sslmode"),
    ).sqlalchemy_url


def postgres(host: str, port: int, database: str, login: str, password: str) -> dict[str, Any]:
    """A PostgreSQL connection in Airflow's fields."""
    return {
        "conn_type": "postgres",
        "host": host,
        "port": port,
        "schema": database,
        "login": login,
        "password": password,
    }


def smtp(host: str, port: int, login: str, password: str, **extra: str) -> dict[str, Any]:
    """A mail server's connection in Airflow's fields; extra: security, sender, cafile."""
    return {
        "conn_type": "smtp",
        "host": host,
        "port": port,
        "login": login,
        "password": password,
        "extra": json.dumps(extra),
    }


def write(path: Path, connections: Connections) -> None:
    """Write the file that Airflow reads; it holds passwords, so only its owner reads it."""
    write_private(path, json.dumps(connections, indent=1, ensure_ascii=False, sort_keys=True))
