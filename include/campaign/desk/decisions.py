"""`decisions`: what was decided about failed transfers, each with its reason, and what became of it.

decisions counts [--day DAY] [--registry CODE]
decisions list [--day DAY] [--registry CODE] [--entry ID] [--action ACTION] [--state STATE] [--last N] [--csv FILE]
decisions waves [--last N]
decisions codes [--day DAY]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from include.campaign.desk.columns import write_columns, write_csv
from include.campaign.desk.command import Desk
from include.campaign.desk.worklist import check_registry, newest_or
from include.campaign.warehouse import fetch
from include.campaign.worklist import unknown_codes

ACTIONS = ("put_back", "settle", "hold", "poison")
STATES = ("decided", "requeued", "not_requeued", "not_permitted", "unreached", "done")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `decisions` and what it can do."""
    parser = subparsers.add_parser("decisions", help="what was decided about failed transfers, and why")
    acts = parser.add_subparsers(required=True, metavar="ACT")

    counts = acts.add_parser("counts", help="how many of a day, by rule and what became of them")
    counts.set_defaults(run=_counts)
    listed = acts.add_parser("list", help="decisions, the newest first")
    listed.add_argument("--entry", type=int, metavar="ID", help="about one entry of the registry")
    listed.add_argument("--action", choices=ACTIONS, metavar="ACTION", help=", ".join(ACTIONS))
    listed.add_argument("--state", choices=STATES, metavar="STATE", help=", ".join(STATES))
    listed.add_argument("--csv", type=Path, metavar="FILE", help="all of them into a file for a spreadsheet")
    listed.set_defaults(run=_list)
    waves = acts.add_parser("waves", help="each deciding: the breaker, the cap, how many were due and went")
    waves.set_defaults(run=_waves)
    codes = acts.add_parser("codes", help="codes that the plan does not know, with counts")
    codes.set_defaults(run=_codes)

    for one in (counts, listed, codes):
        one.add_argument("--day", metavar="DAY", help="of a close; else of the newest one")
    for one in (counts, listed):
        one.add_argument("--registry", metavar="CODE", help="of one registry")
    for one in (listed, waves):
        one.add_argument("--last", type=int, default=50, metavar="N", help="at most so many (50)")


def _counts(desk: Desk, given: argparse.Namespace) -> None:
    check_registry(desk, given.registry)
    with desk.engine.connect() as conn:
        key = newest_or(desk, conn, given.day)
        rows = fetch(conn, "redrive/select_decision_counts", day_key=key, registry_code=given.registry)
    desk.out.write(f"{key}: {sum(row['entries'] for row in rows)} decisions\n")
    _write(desk, rows)


def _list(desk: Desk, given: argparse.Namespace) -> None:
    check_registry(desk, given.registry)
    with desk.engine.connect() as conn:
        # An entry's decisions are few, and asked for over all days.
        key = None if given.entry is not None and not given.day else newest_or(desk, conn, given.day)
        rows = fetch(
            conn,
            "redrive/select_decisions",
            day_key=key,
            registry_code=given.registry,
            entry_id=given.entry,
            action=given.action,
            state=given.state,
            at_most=None if given.csv else given.last,
        )
    if given.csv:
        zone = desk.plan.rules.campaign.timezone
        head = list(rows[0]) if rows else []
        write_csv(given.csv, [head, *([_cell(value, zone) for value in row.values()] for row in rows)])
        desk.out.write(f"{len(rows)} decisions are in {given.csv}\n")
        return
    _write(desk, rows)
    if len(rows) == given.last:
        desk.out.write(f"... at most {given.last} are shown: --last N, or --csv FILE for all\n")


def _waves(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        _write(desk, fetch(conn, "redrive/select_waves", at_most=given.last))


def _codes(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        key = newest_or(desk, conn, given.day)
        rows = unknown_codes(conn, key)
    desk.out.write(f"{key}: {len(rows)} codes that the plan does not know\n")
    _write(desk, rows)


def _write(desk: Desk, rows: Sequence[RowMapping]) -> None:
    if rows:
        zone = desk.plan.rules.campaign.timezone
        head = tuple(column.replace("_", " ") for column in rows[0])
        write_columns(desk.out, [head, *(tuple(_cell(value, zone) for value in row.values()) for row in rows)])


def _cell(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
