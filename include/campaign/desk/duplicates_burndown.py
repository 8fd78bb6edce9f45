"""`duplicates burndown`: how many are left to be decided at each close, as it was frozen."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from sqlalchemy import RowMapping

from include.campaign.desk.columns import write_columns
from include.campaign.desk.command import Desk, DeskError
from include.campaign.warehouse import fetch

_COLUMNS = ("known", "remaining", "open", "proposed", "needs_paper", "decided_so_far", "new", "decided", "gone")
_ALL = (*_COLUMNS, "standing", "technical", "in_ledger", "same_record", "not_duplicate", "unlooked")


def burndown(desk: Desk, given: argparse.Namespace) -> None:
    """Write the burn-down: one close by district, or all closes of the province.

    Raises:
        DeskError: the campaign has no such close, or duplicates were not counted for it.
    """
    key = desk.close_of(given.day).key if given.day else None
    with desk.engine.connect() as conn:
        rows = fetch(conn, "duplicates/select_burndown", close_key=key, registry_code=None)
    if not rows:
        raise DeskError(f"duplicates were not counted for {key or 'any close'} yet")
    if given.csv:
        head = ("close_key", "area_code", "full_name", "phase", *_ALL)
        csv.writer(desk.out).writerows([head, *([row[column] for column in head] for row in rows)])
        return
    by: Callable[[RowMapping], Any] = itemgetter("full_name" if key else "close_key")
    groups: dict[Any, list[RowMapping]] = {}
    for row in rows:
        groups.setdefault(by(row), []).append(row)
    lines = [(str(name), *_sums(of)) for name, of in groups.items()]
    if key:
        lines.append(("all", *_sums(rows)))
    write_columns(desk.out, [("district" if key else "close", *_COLUMNS), *lines])


def _sums(rows: Iterable[RowMapping]) -> tuple[str, ...]:
    rows = list(rows)
    return tuple(str(sum(row[column] for row in rows)) for column in _COLUMNS)
