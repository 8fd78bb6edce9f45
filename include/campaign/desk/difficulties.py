"""`difficulties`: what registries report as difficult, whose it is, and that it is cleared.

difficulties list [--registry CODE] [--state open|overdue|closed|all] [--csv]
difficulties open CODE --kind KIND --said TEXT --by NAME
difficulties close ID --why TEXT --by NAME
"""

from __future__ import annotations

import argparse
import csv

from include.campaign.desk.columns import write_columns
from include.campaign.desk.command import Desk, DeskError
from include.campaign.ladder.acts import Refusal, close_difficulty, enter_difficulty, next_day
from include.campaign.warehouse import fetch

_SHOWN = (
    "difficulty_id", "registry_code", "full_name", "kind", "owner", "state", "opened_on", "last_told_on", "due_day",
    "confirmed", "said", "closed_key", "closed_by", "closed_why",
)  # fmt: skip


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `difficulties` and what it can do."""
    parser = subparsers.add_parser("difficulties", help="what registries report as difficult; enter or close one")
    acts = parser.add_subparsers(required=True, metavar="ACT")

    listed = acts.add_parser("list", help="difficulties, the oldest first")
    listed.add_argument("--registry", metavar="CODE", help="of one registry")
    listed.add_argument("--state", choices=("open", "overdue", "closed", "all"), default="open", help="open by default")
    listed.add_argument("--csv", action="store_true", help="as CSV")
    listed.set_defaults(run=_list)

    opened = acts.add_parser("open", help="enter one that came otherwise than by a report")
    opened.add_argument("code", metavar="CODE")
    opened.add_argument("--kind", required=True, metavar="KIND", help="of the plan's difficulties.csv")
    opened.add_argument("--said", required=True, metavar="TEXT", help="names and long numbers are taken out")
    opened.add_argument("--by", required=True, metavar="NAME", help="who says so")
    opened.set_defaults(run=_open)

    closed = acts.add_parser("close", help="it is cleared")
    closed.add_argument("id", type=int, metavar="ID")
    closed.add_argument("--why", required=True, metavar="TEXT", help="printed in the reports")
    closed.add_argument("--by", required=True, metavar="NAME", help="who says so")
    closed.set_defaults(run=_close)


def _list(desk: Desk, given: argparse.Namespace) -> None:
    if given.registry and given.registry not in desk.plan.registry_codes:
        raise DeskError(f"{given.registry} is no registry of the plan")
    with desk.engine.connect() as conn:
        rows = fetch(
            conn,
            "ladder/select_difficulties",
            difficulty_id=None,
            registry_code=given.registry,
            state=None if given.state == "all" else given.state,
            day=next_day(conn, desk.plan),
        )
    lines = [["" if row[column] is None else str(row[column]) for column in _SHOWN] for row in rows]
    if given.csv:
        csv.writer(desk.out).writerows([_SHOWN, *lines])
    else:
        write_columns(desk.out, [_SHOWN, *lines])


def _open(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        number = enter_difficulty(conn, desk.plan, given.code, given.kind, given.said, given.by)
    desk.out.write(f"difficulty {number} of {given.code} is open\n")


def _close(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        key = close_difficulty(conn, desk.plan, given.id, given.why, given.by)
    desk.out.write(f"difficulty {given.id} is closed from the close {key} on\n")
