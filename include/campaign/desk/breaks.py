"""`breaks`: what does not fit together, whose it is, and what the data team says of it.

breaks list [--registry CODE] [--kind KIND] [--owner OWNER] [--state STATE] [--days N] [--csv]
breaks show ID
breaks comment ID --why TEXT --by NAME
breaks waive ID --until DATE --why TEXT --by NAME
breaks unwaive ID --why TEXT --by NAME
"""

from __future__ import annotations

import argparse
import csv
from datetime import date
from typing import get_args

from sqlalchemy import Connection, RowMapping

from include.campaign.desk.command import Desk, DeskError
from include.campaign.plan.fields import BreakKindName, Owner
from include.campaign.warehouse import fetch, run

COLUMNS = (
    "break_id", "registry_code", "full_name", "kind", "subject", "items", "state", "days", "owner", "first_seen_key",
    "last_looked_key", "cleared_key", "reopened", "waived_until", "said", "name_vi", "next_step_vi",
)  # fmt: skip
_SHOWN = ("break_id", "registry_code", "kind", "subject", "items", "state", "days", "owner", "last_looked_key", "said")
_ALL = {"break_id": None, "registry_code": None, "kind": None, "owner": None, "state": None, "least_days": 0}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `breaks` and what it can do."""
    parser = subparsers.add_parser("breaks", help="what does not fit together; comment on it or waive it")
    acts = parser.add_subparsers(required=True, metavar="ACT")

    listed = acts.add_parser("list", help="breaks, the oldest first")
    listed.add_argument("--registry", metavar="CODE", help='of one registry; "" of what no registry can be told of')
    listed.add_argument("--kind", choices=get_args(BreakKindName), metavar="KIND")
    listed.add_argument("--owner", choices=get_args(Owner), metavar="OWNER", help=", ".join(get_args(Owner)))
    listed.add_argument("--state", choices=("open", "waived", "cleared"), help="else those open or waived")
    listed.add_argument("--days", type=int, default=0, metavar="N", help="at least so many days old")
    listed.add_argument("--last", type=int, default=200, metavar="N", help="at most so many (200)")
    listed.add_argument("--csv", action="store_true", help="as CSV with all columns")
    listed.set_defaults(run=_list)

    shown = acts.add_parser("show", help="one break and all that was said of it")
    shown.add_argument("id", type=int, metavar="ID")
    shown.set_defaults(run=_show)

    for act, told in (
        ("comment", "say something of a break"),
        ("waive", "not count a break as open until a day"),
        ("unwaive", "count it again"),
    ):
        one = acts.add_parser(act, help=told)
        one.add_argument("id", type=int, metavar="ID")
        if act == "waive":
            one.add_argument("--until", type=date.fromisoformat, required=True, metavar="DATE", help="last day")
        one.add_argument("--why", required=True, metavar="TEXT", help="no names of persons")
        one.add_argument("--by", required=True, metavar="NAME", help="who says so")
        one.set_defaults(run=_act, act=act, until=None)


def act_on(conn: Connection, break_id: int, act: str, why: str, by_whom: str, until: date | None = None) -> None:
    """Record what is said of a break; a waiver holds from the next count on, to the end of its last day.

    Args:
        conn: campaign database, in a transaction of the caller.
        break_id: the break.
        act: "comment", "waive" or "unwaive".
        why: the reason, without names of persons.
        by_whom: who says so.
        until: last day of a waiver.

    Raises:
        DeskError: there is no such break, it is cleared, or not waived.
    """
    known = _one(conn, break_id)
    if act == "waive" and known["state"] == "cleared":
        raise DeskError(f"break {break_id} is cleared: there is nothing to waive")
    if act == "unwaive" and known["state"] != "waived":
        raise DeskError(f"break {break_id} is not waived")
    if not why.strip() or not by_whom.strip():
        raise DeskError("say why, and who says so")
    run(conn, "breaks/insert_act", break_id=break_id, act=act, until_day=until, why=why.strip(), by_whom=by_whom)
    if act != "comment":
        run(conn, "breaks/set_waiver", break_id=break_id, until_day=until)


def _one(conn: Connection, break_id: int) -> RowMapping:
    rows = fetch(conn, "breaks/select_breaks", **(_ALL | {"break_id": break_id, "at_most": 1}))
    if not rows:
        raise DeskError(f"there is no break {break_id}")
    return rows[0]


def _list(desk: Desk, given: argparse.Namespace) -> None:
    if given.registry and given.registry not in desk.plan.registry_codes:
        raise DeskError(f"{given.registry} is no registry of the plan")
    wanted = {
        "registry_code": given.registry,
        "kind": given.kind,
        "owner": given.owner,
        "state": given.state,
        "least_days": given.days,
        "at_most": None if given.csv else given.last,
    }
    with desk.engine.connect() as conn:
        rows = fetch(conn, "breaks/select_breaks", **(_ALL | wanted))
    if given.csv:
        writer = csv.writer(desk.out)
        writer.writerow(COLUMNS)
        writer.writerows([row[column] for column in COLUMNS] for row in rows)
        return
    cells = [_SHOWN, *(tuple(_text(row[column]) for column in _SHOWN) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        desk.out.write("  ".join(map(str.ljust, row, widths)).rstrip() + "\n")
    if len(rows) == given.last:
        desk.out.write(f"... at most {given.last} are shown: --last N, or --csv for all\n")


def _show(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        known = _one(conn, given.id)
        acts = fetch(conn, "breaks/select_acts", break_id=given.id)
    for column in COLUMNS:
        if column != "said":
            desk.out.write(f"{column}: {_text(known[column])}\n")
    zone = desk.plan.rules.campaign.timezone
    for act in acts:
        until = f" until {act['until_day']}" if act["until_day"] else ""
        desk.out.write(
            f"{act['acted_at'].astimezone(zone):%Y-%m-%d %H:%M} {act['by_whom']}: {act['act']}{until}: {act['why']}\n"
        )


def _act(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.begin() as conn:
        act_on(conn, given.id, given.act, given.why, given.by, given.until)
    until = f" until {given.until}" if given.until else ""
    desk.out.write(f"break {given.id}: {given.act}{until} is recorded\n")


def _text(value: object) -> str:
    return "" if value is None else str(value)
