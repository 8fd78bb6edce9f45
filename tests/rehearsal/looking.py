"""Looking at a world from outside: as the superuser, as a registry's log-in, and at its own file."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from include.rehearsal.address import ServerAddress
from include.rehearsal.databases import LEDGER, TRUTH, registry_name
from include.rehearsal.world import World


def rows(address: ServerAddress, database: str, query: Any, parameters: Any = None) -> list[tuple[Any, ...]]:
    """What a query answers to the superuser."""
    with address.connect(database) as conn:
        return conn.execute(query, parameters).fetchall()


def picture(address: ServerAddress, world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the outside world and of its truth."""
    seen: dict[str, list[tuple[Any, ...]]] = {}
    for code in world.registry_codes:
        with address.connect(registry_name(code)) as conn:
            for table in ("book", "entry", "transfer", "daily_report", "requeue_log"):
                there = conn.execute("select to_regclass(%s) is not null", [f"sohoa.{table}"]).fetchone()
                query = f"select * from sohoa.{table} order by 1, 2" if there == (True,) else "select 'missing'"
                seen[f"{code}.{table}"] = conn.execute(query).fetchall()
    seen["receipt"] = rows(address, LEDGER, "select * from ledger.receipt order by 1")
    with address.connect(TRUTH) as conn:
        for table in TRUTH_TABLES:
            seen[f"truth.{table}"] = conn.execute(f"select t.* from truth.{table} t order by t").fetchall()
    return seen


def facts_of(world: World) -> dict[str, Any]:
    """What the world's own file says."""
    found: dict[str, Any] = json.loads((world.folder / "world.json").read_text())
    return found


def log_in(world: World, connection_id: str) -> psycopg.Connection:
    """A connection as the system has it, past the proxy."""
    fields = world.connections(direct=True)[connection_id]
    return psycopg.connect(
        host=fields["host"],
        port=fields["port"],
        dbname=fields["schema"],
        user=fields["login"],
        password=fields["password"],
        autocommit=True,
    )


TRUTH_TABLES = (
    *("figure", "code_count", "source", "class_count", "break", "self_report", "restatement"),
    *("put_back", "failure_count", "failure", "fate", "outage"),
)
GATHERED = {
    "book": "book_id, register, opened_year, book_no, opened_by, phase, closing_total, collected_at, classified_at, "
    "scanned_at, scan_file",
    "entry": "e.entry_id, book_id, entry_no, entered_at, scan_attached_at, reviewed_at, corrected_at, page_file, "
    "defects, state, error_code, ministry_ref",
}
COLUMNS = "select attname from pg_attribute where attrelid = %s::regclass"
SOURCES = {"book": "sohoa.book", "entry": "sohoa.entry e left join sohoa.transfer t using (entry_id)"}
STAGE = """
create temp table book (registry_code text, book_id int, register text, opened_year int, book_no text, opened_by text,
    phase int, closing_total int, collected_at timestamptz, classified_at timestamptz, scanned_at timestamptz,
    scan_file text);
create temp table entry (registry_code text, entry_id bigint, book_id int, entry_no text, entered_at timestamptz,
    scan_attached_at timestamptz, reviewed_at timestamptz, corrected_at timestamptz, page_file text, defects text[],
    state text, error_code text, ministry_ref text);
create temp table receipt (receipt_id bigint, ministry_ref text, unit_code text, register text, opened_year int,
    book_no text, entry_no text, sender_entry_id bigint, received_at timestamptz, cancelled_at timestamptz);
create temp table meaning (unit_code text, registry_code text);
"""
FOLDED = r"lower(btrim(regexp_replace(normalize({0}, nfc), '\s+', ' ', 'g')))"
FOLD = "".join(
    f"update {table} set {column} = {FOLDED.format(column)};"
    for table, column in (("book", "book_no"), ("entry", "entry_no"), ("receipt", "book_no"), ("receipt", "entry_no"))
)


def gathered(address: ServerAddress, world: World, meaning: list[tuple[str, str]]) -> psycopg.Connection:
    """A connection that has what all sources show in temporary tables, numbers folded; the caller closes it."""
    conn = address.connect(TRUTH)
    conn.execute(STAGE)  # type: ignore[arg-type]
    for code in world.registry_codes:
        with address.connect(registry_name(code)) as registry:
            for table, columns in GATHERED.items():
                known = {name for (name,) in registry.execute(COLUMNS, [f"sohoa.{table}"])}
                shown = columns
                for optional in {"page_file", "closing_total"} - known:
                    shown = shown.replace(optional, "null")
                _pour(registry, f"select '{code}', {shown} from {SOURCES[table]}", conn, table)
    with address.connect(LEDGER) as ledger:
        _pour(ledger, "select * from ledger.receipt", conn, "receipt")
    with conn.cursor().copy("copy meaning from stdin") as copy:
        for row in meaning:
            copy.write_row(row)
    conn.execute(FOLD)  # type: ignore[arg-type]
    return conn


def _pour(source: psycopg.Connection, query: str, conn: psycopg.Connection, table: str) -> None:
    """Copy what a query answers from one database into a table of another, unread."""
    reading = source.cursor().copy(f"copy ({query}) to stdout")
    with reading as found, conn.cursor().copy(f"copy {table} from stdin") as copy:
        for block in found:
            copy.write(block)
