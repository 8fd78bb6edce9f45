"""Databases that are not quite what the contract says: a column or a table missing, or one too many, for some days."""

from __future__ import annotations

import psycopg

from include.rehearsal.ailments import EXTRAS, LACKING
from include.rehearsal.databases import statement
from include.rehearsal.history import History


def faults_at(history: History, at: int) -> frozenset[str]:
    """Kinds of the ailments of the registry's schema at an instant."""
    return frozenset(kind for kind, start, end in history.schema_faults if start <= at < end)


def hidden_at(history: History, at: int) -> frozenset[str]:
    """What the registry lacks at an instant: tables, and columns as "table.column"."""
    return frozenset(LACKING[kind] for kind in faults_at(history, at) if kind in LACKING)


def mend(conn: psycopg.Connection, faults: frozenset[str]) -> None:
    """Bring a registry's schema back to the contract. What was missing was only renamed: nothing is lost."""
    for kind in sorted(faults):
        if kind == EXTRAS:
            conn.execute(statement("drop_extras"))
        else:
            conn.execute(statement(f"restore_{LACKING[kind].replace('.', '_')}"))


def impair(conn: psycopg.Connection, faults: frozenset[str]) -> None:
    """Take away, or add, what the faults say."""
    for kind in sorted(faults):
        conn.execute(statement("add_extras" if kind == EXTRAS else f"hide_{LACKING[kind].replace('.', '_')}"))
