"""The databases of the outside world: made to the contract from a template, with plain log-ins, and filled in bulk."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path
from typing import Any, LiteralString

import numpy as np
import psycopg
from psycopg import sql

from include.rehearsal.address import ServerAddress
from include.rehearsal.history import Numbers

FOLDER = Path(__file__).parent
LEDGER = "ministry"
TRUTH = "truth"
READER, REQUEUER = "campaign_reader", "campaign_requeuer"
LEDGER_LOGIN = "ministry_ledger"
TEMPLATE = "registry_template"

_COPY_HEAD = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
_COPY_TAIL = struct.pack(">h", -1)


def registry_name(code: str) -> str:
    """Name of a registry's database and of its log-in, also its connection id."""
    return f"registry_{code}"


@cache
def statement(name: str) -> LiteralString:
    """The text of a statement in this package's sql folder."""
    return (FOLDER / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def contract(name: str) -> LiteralString:
    """The text of a file of the source contract."""
    return (FOLDER / "contract" / f"{name}.sql").read_text(encoding="utf-8")


def create_databases(server: ServerAddress, registries: dict[str, str], ledger_password: str) -> None:
    """Make the ledger, the truth and a database for each registry, all empty; what an earlier attempt left is dropped.

    Copying a template file by file takes 10 ms a database while nothing else is written (45 ms through the log).

    Args:
        server: where to make them.
        registries: GSO code → password of the registry's log-in.
        ledger_password: of the log-in that reads the ledger.
    """
    logins = {registry_name(code): password for code, password in registries.items()}
    with server.connect(autocommit=True) as conn:
        for name in (*logins, LEDGER, TRUTH, TEMPLATE):
            conn.execute(_sql("drop database if exists {} with (force)", name))
        for role in (READER, REQUEUER):
            _ensure_role(conn, role, None)
        for name, password in logins.items():
            _ensure_role(conn, name, password)
            conn.execute(_sql("grant {}, {} to {}", READER, REQUEUER, name))
        _ensure_role(conn, LEDGER_LOGIN, ledger_password)
        conn.execute(_sql("grant {} to {}", READER, LEDGER_LOGIN))
        for name in (TEMPLATE, LEDGER, TRUTH):
            conn.execute(_sql("create database {} template template0 encoding 'UTF8'", name))
    _fill(server, TEMPLATE, contract("registry"), statement("create_rehearsal"))
    _fill(server, LEDGER, contract("ministry"), statement("create_rehearsal"))
    _fill(server, TRUTH, statement("create_truth"))
    with server.connect(autocommit=True) as conn:
        for name in logins:
            conn.execute(_sql("create database {} template {} strategy file_copy", name, TEMPLATE))
        conn.execute(_sql("drop database {}", TEMPLATE))
        for name in (*logins, LEDGER, TRUTH):
            conn.execute(_sql("revoke connect, temporary on database {} from public", name))
        for name in logins:
            conn.execute(_sql("grant connect on database {} to {}", name, name))
        conn.execute(_sql("grant connect on database {} to {}", LEDGER, LEDGER_LOGIN))


def set_login(server: ServerAddress, role: str, *, allowed: bool, password: str) -> None:
    """Allow or refuse a role's log-in, and say with which password."""
    verb = sql.SQL("login" if allowed else "nologin")
    with server.connect(autocommit=True) as conn:
        conn.execute(sql.SQL("alter role {} {} password {}").format(sql.Identifier(role), verb, sql.Literal(password)))


def copy_numbers(conn: psycopg.Connection, table: str, columns: dict[str, Numbers]) -> int:
    """Copy whole numbers into a table of bigint columns, in binary, 0 standing for null; answers the rows."""
    count = len(next(iter(columns.values())))
    if count == 0:
        return 0
    layout: list[Any] = [("fields", ">i2")]
    for name in columns:
        layout += [(f"{name} length", ">i4"), (name, ">i8")]
    rows = np.empty(count, dtype=layout)
    rows["fields"] = len(columns)
    for name, values in columns.items():
        rows[f"{name} length"] = 8
        rows[name] = values
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    into = sql.SQL("copy {} ({}) from stdin (format binary)").format(sql.Identifier(table), names)
    with conn.cursor().copy(into) as copy:
        copy.write(_COPY_HEAD + rows.tobytes() + _COPY_TAIL)
    return count


def _ensure_role(conn: psycopg.Connection, name: str, password: str | None) -> None:
    """A role that is no superuser; with a password it may log in. It may be there from an earlier world."""
    known = conn.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
    verb = sql.SQL("alter" if known else "create")
    if password is None:
        conn.execute(sql.SQL("{} role {} nologin nosuperuser").format(verb, sql.Identifier(name)))
    else:
        conn.execute(
            sql.SQL("{} role {} login nosuperuser nocreatedb nocreaterole password {}").format(
                verb, sql.Identifier(name), sql.Literal(password)
            )
        )


def _sql(text: LiteralString, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))


def _fill(server: ServerAddress, database: str, *texts: LiteralString) -> None:
    with server.connect(database) as conn:
        for text in texts:
            conn.execute(text)
