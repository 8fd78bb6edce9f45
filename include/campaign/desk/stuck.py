"""`stuck`: books and entries that wait for their next stage, and for how many days.

stuck counts [--registry CODE] [--stage STAGE] [--day DAY]
stuck list [--registry CODE] [--stage STAGE] [--day DAY] [--last N] [--csv]
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from typing import Any

from include.campaign.days import Calendar
from include.campaign.desk.command import Desk, DeskError
from include.campaign.warehouse import fetch

STAGES = ("classified", "scanned", "attached", "reviewed", "received")
"""What is waited for: the first two by books, the others by entries."""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `stuck` and what it can do."""
    parser = subparsers.add_parser("stuck", help="what waits for its next stage, and for how long")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    counts = acts.add_parser("counts", help="how many, by registry, stage and age")
    counts.set_defaults(run=_counts)
    listed = acts.add_parser("list", help="which books and entries, by id, the oldest first")
    listed.add_argument("--last", type=int, default=50, metavar="N", help="at most so many (50)")
    listed.add_argument("--csv", action="store_true", help="as CSV")
    listed.set_defaults(run=_list)
    for one in (counts, listed):
        one.add_argument("--registry", metavar="CODE", help="of one registry")
        one.add_argument("--stage", choices=STAGES, metavar="STAGE", help=f"waited for: {', '.join(STAGES)}")
        one.add_argument("--day", metavar="DAY", help="at a close, as known now; else at the newest one")


def _counts(desk: Desk, given: argparse.Namespace) -> None:
    rules = desk.plan.rules.breaks
    starts = [last + 1 for last in rules.age_bands_days]
    rows = _ask(desk, given, "breaks/select_stuck_counts", band_starts=starts)
    found: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        bands = found.setdefault((row["registry_code"], row["stage"]), [0] * len(rules.age_bands))
        bands[row["band"]] = row["items"]
    lines = [(code, stage, *map(str, bands)) for (code, stage), bands in found.items()]
    _write(desk, [("registry", "waits for", *(f"{band} days" for band in rules.age_bands)), *lines])


def _list(desk: Desk, given: argparse.Namespace) -> None:
    rows = _ask(desk, given, "breaks/select_stuck", at_most=given.last)
    zone = desk.plan.rules.campaign.timezone
    head = ("registry", "waits for", "item", "id", "since", "days")
    lines = [
        (*map(str, list(row.values())[:4]), f"{row['since'].astimezone(zone):%Y-%m-%d %H:%M}", str(row["days"]))
        for row in rows
    ]
    if given.csv:
        csv.writer(desk.out).writerows([head, *lines])
    else:
        _write(desk, [head, *lines])


def _ask(desk: Desk, given: argparse.Namespace, statement: str, **parameters: Any) -> Sequence[Any]:
    if given.registry and given.registry not in desk.plan.registry_codes:
        raise DeskError(f"{given.registry} is no registry of the plan")
    with desk.engine.connect() as conn:
        newest = fetch(conn, "select_newest_closed")
        if not newest:
            raise DeskError("no day is closed yet: what is received is not known")
        try:
            close = Calendar(desk.plan.rules).close(given.day or newest[0]["close_key"])
        except ValueError as error:
            raise DeskError(str(error)) from None
        asked = {"registry_code": given.registry, "stage": given.stage, "as_of": close.as_of}
        return fetch(conn, statement, **asked, **parameters)


def _write(desk: Desk, rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        desk.out.write("  ".join(map(str.ljust, row, widths)).rstrip() + "\n")
