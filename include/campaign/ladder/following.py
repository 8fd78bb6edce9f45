"""Difficulties in the campaign database: brought up to date at a close, and set against its flags."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Close
from include.campaign.ladder.difficulties import (
    DailyReport,
    Open,
    due_day,
    explanations,
    has_dropped,
    open_difficulties,
)
from include.campaign.ladder.evening import Instead
from include.campaign.pace.judgement import Flag
from include.campaign.plan import Plan
from include.campaign.plan.ladder_rules import Difficulties
from include.campaign.told import told
from include.campaign.warehouse import fetch, fetch_one, run, run_many


def follow_difficulties(conn: Connection, plan: Plan, close: Close) -> None:
    """Open, keep and end difficulties by the reports up to a close.

    Difficulties only go forward: a close that is stepped after a later one leaves them as they are. What is known of
    them is kept for the close's papers, until these are written.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: kinds of difficulties and the rules on them.
        close: the close.
    """
    newest = fetch_one(conn, "ladder/select_newest_stepped", close_key=close.key)
    if newest is not None and newest["later"]:
        return
    run(conn, "ladder/reopen_difficulties", close_key=close.key)
    rules = plan.rules.difficulties
    reports = [_report(row, rules) for row in fetch(conn, "ladder/select_reported", close_key=close.key)]
    closed = {
        (row["registry_code"], row["kind"]): row["closed_on"]
        for row in fetch(conn, "ladder/select_closed_on", close_key=close.key)
    }
    standing = open_difficulties(reports, plan.difficulties, rules, closed)
    run(
        conn,
        "ladder/end_difficulties",
        close_key=close.key,
        day=close.day,
        registry_codes=[one.registry_code for one in standing],
        kinds=[one.kind for one in standing],
    )
    run_many(
        conn,
        "ladder/open_difficulty",
        [
            {
                "registry_code": one.registry_code,
                "kind": one.kind,
                "owner": plan.difficulties[one.kind].owner,
                "said": one.said,
                "opened_on": one.opened_on,
                "close_key": close.key,
                "last_told_on": one.last_told_on,
                "confirmed": one.confirmed,
                "due_day": due_day(plan.difficulties[one.kind], one.opened_on),
            }
            for one in standing
        ],
    )
    if not told(conn, close):
        run(conn, "ladder/delete_difficulties_told", close_key=close.key)
        run(conn, "ladder/insert_difficulties_told", close_key=close.key)


def _report(row: RowMapping, rules: Difficulties) -> DailyReport:
    entered = row["entered_in_days"]
    return DailyReport(
        registry_code=row["registry_code"],
        day=row["report_date"],
        text=row["difficulties"],
        internet_ok=row["internet_ok"],
        dropped=bool(entered) and has_dropped(entered, rules.drop_share),
    )


def explain_flags(conn: Connection, plan: Plan, close: Close, flags: Iterable[Flag]) -> dict[tuple[str, str], Instead]:
    """Note which open difficulties explain flags of a close; returns who is told instead, by registry and kind."""
    standing = [
        Open(row["difficulty_id"], row["registry_code"], row["kind"], row["confirmed"])
        for row in fetch(conn, "ladder/select_open_difficulties", close_key=close.key)
    ]
    explained = explanations(flags, standing, plan, close.day)
    run_many(
        conn,
        "ladder/explain_flag",
        [
            {
                "close_key": close.key,
                "registry_code": code,
                "kind": kind,
                "difficulty_id": instead.difficulty,
                "owner": instead.owner,
            }
            for (code, kind), instead in explained.items()
        ],
    )
    return explained
