"""The world's folder: a JSON file that says where the world stands, an array file per registry; writes are atomic."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from include.rehearsal.history import Attempts, Books, Entries, History, Reports, Requeues, Table

WORLD_FILE = "world.json"
MODES_FILE = "modes.json"
LINES_FILE = "lines.json"
FORMAT = 3


class WorldError(RuntimeError):
    """The world cannot do what it was asked; the text says why and what to do."""


AnyTable = TypeVar("AnyTable", bound=Table)
_TABLES: dict[str, type[Table]] = {
    "books": Books,
    "entries": Entries,
    "reports": Reports,
    "attempts": Attempts,
    "requeues": Requeues,
}


def write_json(path: Path, content: Any) -> None:
    """Write a file of the folder in one step, readable by its owner only: it can hold passwords."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    temporary.replace(path)


def read_json(path: Path) -> Any:
    """A file's content.

    Raises:
        FileNotFoundError: it is not there.
    """
    return json.loads(path.read_text(encoding="utf-8"))


def save_history(folder: Path, history: History) -> None:
    """Write a registry's whole history, replacing what was there in one step."""
    columns: dict[str, Any] = {"staff_rates": history.staff_rates}
    for name in _TABLES:
        table = getattr(history, name)
        columns |= {f"{name}.{column.name}": getattr(table, column.name) for column in fields(table)}
    facts = {
        "code": history.code,
        "registers": history.registers,
        "first_receipt": history.first_receipt,
        "period_hours": history.period_hours,
        "clock_start": history.clock_start,
        "keys": history.keys,
        "start": history.start,
        "formers": history.formers,
        "nfd": history.nfd,
        "second_receipts": history.second_receipts,
        "restores": history.restores,
        "wrong_clocks": history.wrong_clocks,
        "schema_faults": history.schema_faults,
    }
    columns["facts"] = np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)
    path = _history_path(folder, history.code)
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        np.savez(file, **columns)
    temporary.replace(path)


def load_history(folder: Path, code: str) -> History:
    """A registry's history as last saved."""
    with np.load(_history_path(folder, code), allow_pickle=False) as columns:
        facts = json.loads(columns["facts"].tobytes())
        tables = {name: _table(kind, name, columns) for name, kind in _TABLES.items()}
        rates = columns["staff_rates"]
    facts |= {name: tuple(facts[name]) for name in ("registers", "keys", "formers")}
    facts |= {name: tuple(map(tuple, facts[name])) for name in ("restores", "wrong_clocks", "schema_faults")}
    arguments: dict[str, Any] = {**facts, **tables}
    return History(**arguments, staff_rates=rates)


@contextmanager
def only_mover(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: two processes must not move one world.

    Raises:
        WorldError: another process is moving it.
    """
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorldError(f"Another process is moving the world in {folder}: wait until it is done.") from None
        yield


def _history_path(folder: Path, code: str) -> Path:
    return folder / "registries" / f"{code}.npz"


def _table(kind: type[AnyTable], name: str, columns: Any) -> AnyTable:
    return kind(**{column.name: columns[f"{name}.{column.name}"] for column in fields(kind)})
