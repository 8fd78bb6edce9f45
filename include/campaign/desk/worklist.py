"""`worklist`: what registries have to correct before the Ministry takes it.

worklist counts [--registry CODE] [--day DAY]
worklist list [--registry CODE] [--code CODE] [--day DAY] [--last N] [--csv FILE]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sqlalchemy import Connection

from include.campaign.days import Calendar
from include.campaign.desk.columns import write_columns, write_csv
from include.campaign.desk.command import Desk, DeskError
from include.campaign.warehouse import fetch
from include.campaign.worklist import worklist_counts, worklist_items

_COUNTS = ("registry", "code", "entries", "new", "done", "since")
_ITEMS = ("registry", "entry", "register", "year", "book", "number", "code", "sends", "since", "to do")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `worklist` and what it can do."""
    parser = subparsers.add_parser("worklist", help="what registries have to correct before the Ministry takes it")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    counts = acts.add_parser("counts", help="how many, by registry and code; what came and went since the day before")
    counts.set_defaults(run=_counts)
    listed = acts.add_parser("list", help="which entries, in the order of the books")
    listed.add_argument("--code", metavar="CODE", help="with one error code")
    listed.add_argument("--last", type=int, default=50, metavar="N", help="at most so many (50)")
    listed.add_argument("--csv", type=Path, metavar="FILE", help="all of them into a file for a spreadsheet")
    listed.set_defaults(run=_list)
    for one in (counts, listed):
        one.add_argument("--registry", metavar="CODE", help="of one registry")
        one.add_argument("--day", metavar="DAY", help="at a close; else at the newest one")


def newest_or(desk: Desk, conn: Connection, day: str | None) -> str:
    """Key of the close that is asked for, else of the newest one.

    Raises:
        DeskError: no such close, or none is closed yet.
    """
    try:
        if day:
            return Calendar(desk.plan.rules).close(day).key
    except ValueError as error:
        raise DeskError(str(error)) from None
    newest = fetch(conn, "select_newest_closed")
    if not newest:
        raise DeskError("no day is closed yet")
    return str(newest[0]["close_key"])


def check_registry(desk: Desk, code: str | None) -> None:
    """Refuse a registry that the plan does not know.

    Raises:
        DeskError: it does not.
    """
    if code and code not in desk.plan.registry_codes:
        raise DeskError(f"{code} is no registry of the plan")


def _counts(desk: Desk, given: argparse.Namespace) -> None:
    check_registry(desk, given.registry)
    with desk.engine.connect() as conn:
        key = newest_or(desk, conn, given.day)
        rows = worklist_counts(conn, key)
    zone = desk.plan.rules.campaign.timezone
    lines = [
        (
            row["registry_code"],
            row["error_code"],
            *(str(row[column]) for column in ("entries", "new", "done")),
            f"{row['oldest_since'].astimezone(zone):%Y-%m-%d}" if row["oldest_since"] else "",
        )
        for row in rows
        if given.registry in (None, row["registry_code"])
    ]
    desk.out.write(f"{key}: {sum(int(line[2]) for line in lines)} entries to correct\n")
    if lines:
        write_columns(desk.out, [_COUNTS, *lines])


def _list(desk: Desk, given: argparse.Namespace) -> None:
    check_registry(desk, given.registry)
    registries = {given.registry} if given.registry else None
    with desk.engine.connect() as conn:
        key = newest_or(desk, conn, given.day)
        rows = worklist_items(conn, key, registries, given.code, None if given.csv else given.last)
    zone = desk.plan.rules.campaign.timezone
    codes = desk.plan.error_codes
    columns = ("registry_code", "entry_id", "register", "opened_year", "book_no", "entry_no", "error_code", "sends")
    lines = [
        (
            *(str(row[column]) for column in columns),
            f"{row['since'].astimezone(zone):%Y-%m-%d}",
            (codes[row["error_code"]].fix_vi or "") if row["error_code"] in codes else "",
        )
        for row in rows
    ]
    if given.csv:
        write_csv(given.csv, [_ITEMS, *lines])
        desk.out.write(f"{key}: {len(lines)} entries are in {given.csv}\n")
        return
    write_columns(desk.out, [_ITEMS, *lines])
    if len(rows) == given.last:
        desk.out.write(f"... at most {given.last} are shown: --last N, or --csv FILE for all\n")
