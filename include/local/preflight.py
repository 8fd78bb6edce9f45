"""What is checked before anything is started, and what an earlier run left that must be gone first."""

from __future__ import annotations

import shutil
import sys

from include.local.home import Home, StackError
from include.local.stack import Stack

PYTHONS = ((3, 11), (3, 13))
"""First and last minor version of Python that the lock is made for."""

GIB = 1024**3
BASE_GIB, WORLD_GIB = 1.5, 6.5
"""Disk for the servers, logs and Airflow, and for a world at scale 1 with the campaign's mirror of it."""


def check_python(version: tuple[int, int] | None = None) -> None:
    """Refuse a Python that the lock is not made for.

    Raises:
        StackError: too old or too new.
    """
    version = version or (sys.version_info.major, sys.version_info.minor)
    first, last = PYTHONS
    if not first <= version <= last:
        raise StackError(
            f"Python {version[0]}.{version[1]} does not do: {first[0]}.{first[1]} to {last[0]}.{last[1]} does. "
            "Name one that is installed: make clean-venv, then PYTHON=python3.12 make demo"
        )


def check_disk(home: Home, scale: float, free_bytes: int | None = None) -> None:
    """Refuse to begin what the disk cannot hold; a world that is there already needs no more.

    Raises:
        StackError: too little is free.
    """
    needed = BASE_GIB + (0 if home.facts.get("world_made") else WORLD_GIB * scale)
    existing = next(folder for folder in (home.path, *home.path.parents) if folder.exists())
    free = (shutil.disk_usage(existing).free if free_bytes is None else free_bytes) / GIB
    if free < needed:
        raise StackError(
            f"{needed:.1f} GiB of disk are needed in {home.path} and {free:.1f} are free. Make room, put the state "
            "elsewhere (CAMPAIGN_HOME=<folder>), or play a smaller province (SCALE=0.02)."
        )


def clear_leftovers(stack: Stack) -> int:
    """End what a killed run of this home left running, and nothing else. Call it while holding the home.

    Returns:
        How many processes were ended.

    Raises:
        StackError: a stack was left running on purpose (`make up DETACH=1`).
    """
    if stack.home.facts.get("detached") and stack.supervisor.answers():
        raise StackError(f"A stack is up in {stack.home.path} (make up DETACH=1). End it first: make down")
    count = len(stack.supervisor.processes())
    return max(count, stack.stop())


def check_kind(home: Home, **wanted: object) -> None:
    """Refuse to mix: a home serves one plan, one seed and one scale, or one set of real connections.

    Raises:
        StackError: the home was made for something else.
    """
    facts = home.facts
    different = {name: (facts[name], value) for name, value in wanted.items() if name in facts and facts[name] != value}
    if different:
        told = ", ".join(f"{name} {old} (asked: {new})" for name, (old, new) in different.items())
        raise StackError(
            f"{home.path} was made for {told}. Remove it (make clean), ask for the same again, or use another folder: "
            "CAMPAIGN_HOME=<folder>"
        )
