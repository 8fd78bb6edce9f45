"""The campaign's own database: connections, the named SQL, and its migrations.

It knows how to run a statement, not what the figures mean. Statements live in `include/sql/`, one per file, and are
called by name: `run(conn, "close_day", close_key="2025-03-05")` runs `include/sql/warehouse/close_day.sql`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, RowMapping, create_engine, text

from include.campaign.endpoint import Endpoint

# A close joins all receipts with all entries of a province: in memory that takes seconds, and half as many where
# workers share it, which their default price per row keeps the planner from.
# The memory is taken only by the sessions that close or decide, one or two at a time.
_OPTIONS = "-c timezone=UTC -c jit=off -c work_mem=128MB -c temp_buffers=128MB -c parallel_tuple_cost=0.01"

SQL_FOLDER = Path(__file__).resolve().parents[2] / "sql"


@cache
def sql(name: str) -> str:
    """Text of one named statement, e.g. `sql("registry/digest_books")`.

    Raises:
        FileNotFoundError: there is no such file under `include/sql/`.
    """
    return (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@cache
def engine(endpoint: Endpoint) -> Engine:
    """SQLAlchemy engine of the campaign database; one per process and endpoint.

    Times are read and written in UTC: a session's own time zone must not change what a statement means.
    """
    return create_engine(
        endpoint.sqlalchemy_url,
        pool_size=2,
        pool_pre_ping=True,
        # What people write in reports is a parameter, and an error goes into the log.
        hide_parameters=True,
        connect_args={"options": _OPTIONS, "application_name": "campaign", "connect_timeout": 10},
    )


def run(conn: Connection, name: str, /, **parameters: Any) -> CursorResult[Any]:
    """Run one statement of `include/sql/warehouse/` with bound parameters."""
    return conn.execute(text(sql(f"warehouse/{name}")), parameters)


def run_many(conn: Connection, name: str, rows: Sequence[dict[str, Any]], /) -> None:
    """Run one statement once per row (SQLAlchemy batches them); no rows, no call."""
    if rows:
        conn.execute(text(sql(f"warehouse/{name}")), list(rows))


def fetch(conn: Connection, name: str, /, **parameters: Any) -> Sequence[RowMapping]:
    """All rows of one statement as mappings, in the statement's own order."""
    return run(conn, name, **parameters).mappings().all()


def fetch_one(conn: Connection, name: str, /, **parameters: Any) -> RowMapping | None:
    """The only row of one statement, or None; more than one row is an error."""
    return run(conn, name, **parameters).mappings().one_or_none()
