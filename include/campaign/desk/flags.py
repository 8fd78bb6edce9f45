"""`flags`: the flags of a close with what their rules looked at, and whether judging it again gives the same."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping

from include.campaign.days import TAIL, Calendar, Close
from include.campaign.desk.command import Desk, DeskError
from include.campaign.pace.freezing import read_season, streaks_before
from include.campaign.pace.judging import judge
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.plan import Plan
from include.campaign.warehouse import fetch, fetch_one


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "flags", help="the flags of a close, why, and whether judging it again gives the same", description=__doc__
    )
    parser.add_argument("day", help='2025-03-05, or "final"')
    parser.add_argument("--registry", help="only of this registry, by its code")
    parser.add_argument("--kind", help="only of this kind: behind, will_miss_entry, ...")
    parser.set_defaults(run=_run)


def _run(desk: Desk, given: argparse.Namespace) -> None:
    calendar, close = Calendar(desk.plan.rules), desk.close_of(given.day)
    if given.registry is not None and given.registry not in desk.plan.registry_codes:
        raise DeskError(f"{given.registry!r} is no registry of the plan")
    with desk.engine.connect() as conn:
        known = fetch_one(conn, "select_close", close_key=close.key)
        if known is None or close.kind == TAIL or known["state"] in ("open", "held"):
            raise DeskError(f"{close.key} was not judged: it was not closed, is held, or is of the tail")
        flags = fetch(conn, "pace/select_report_flags", close_key=close.key)
        differing = differing_flags(conn, desk.plan, calendar, close, flags)
        # Reading a season notes sums of closed days; nothing of it is kept here.
        conn.rollback()
    for row in flags:
        if given.registry in (None, row["registry_code"]) and given.kind in (None, row["kind"]):
            print(_line(row), file=desk.out)
    registries = len({row["registry_code"] for row in flags})
    print(f"{close.key}: {len(flags)} flags of {registries} registries", file=desk.out)
    if differing:
        print(f"judged again now, {len(differing)} differ: {'; '.join(differing)}", file=desk.out)
    else:
        print("judged again now, they are the same", file=desk.out)


def differing_flags(
    conn: Connection, plan: Plan, calendar: Calendar, close: Close, flags: Sequence[RowMapping]
) -> list[str]:
    """What judging a close again raises or lets go otherwise than was frozen, in words."""
    season = read_season(conn, plan, calendar, close)
    again = judge(season, plan.rules, Roadmaps.of(plan), streaks_before(conn, close)).flags
    frozen = {(row["registry_code"], row["kind"], row["streak"]) for row in flags}
    raised = {(flag.registry_code, flag.kind, flag.streak) for flag in again}
    return [
        *(f"{code} {kind} ({streak} in a row) is raised no more" for code, kind, streak in sorted(frozen - raised)),
        *(f"{code} {kind} ({streak} in a row) would be raised" for code, kind, streak in sorted(raised - frozen)),
    ]


def _line(row: RowMapping) -> str:
    figures = ", ".join(f"{name} {value}" for name, value in row["figures"].items() if value is not None)
    stage = f" in {row['stage']}" if row["stage"] else ""
    head = f"{row['registry_code']}  {row['full_name']}: {row['kind']}{stage}, {row['streak']} in a row"
    return f"{head}, owner {row['owner']}\n    {figures}"
