"""Decisions about failed transfers, as rows written before their effect."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from include.campaign.plan import Plan
from include.campaign.reconcile.matching import pair_receipts
from include.campaign.transfers.waves import Deciding, send_wave
from include.campaign.warehouse import fetch, fetch_one, run


def instant_of_keys(as_of: datetime, zone: ZoneInfo) -> str:
    """End of every requeue key of a run: the same instant gives the same keys, so a repeated run decides nothing."""
    return as_of.astimezone(zone).strftime("%m%dT%H%M")


def decide(conn: Connection, plan: Plan, day_key: str, as_of: datetime, attempt_key: str | None) -> int:
    """Decide what happens to each failed transfer; returns how many more are to go back in their queue.

    The plan's outcomes say what happens to which failure (docs/figures.md, "Failed transfers"). Nothing goes back that
    the ledger has, even as one of several candidates; nothing is decided about a registry that this attempt has not
    read, and nothing at all without a reading of the ledger by it. The same attempt decides once.

    First, decisions of earlier runs whose effect was never confirmed are looked at anew: what the registry shows done,
    gone or changed is settled, what the ledger has is not sent again, and the rest may be carried out by `requeue` now.

    Args:
        conn: campaign database, in a transaction of the caller; commit before `requeue`.
        plan: rules and time zone; its outcomes and error codes were brought into the warehouse with it.
        day_key: key of the close that the decisions are made for; requeue keys begin with it.
        as_of: the run's instant.
        attempt_key: attempt whose readings count as present; None: it has none, and nothing may be carried out.
    """
    run(conn, "transfers/lock_decisions")
    run(conn, "transfers/withhold_open")
    if attempt_key is None:
        return 0
    run(conn, "transfers/settle_shown", attempt_key=attempt_key, as_of=as_of)
    if fetch_one(conn, "transfers/select_ledger_of_attempt", attempt_key=attempt_key) is None:
        return 0
    _find_failing(conn, as_of, attempt_key)
    run(conn, "transfers/settle_received", as_of=as_of)
    wave = fetch_one(conn, "transfers/select_wave", attempt_key=attempt_key)
    if wave is not None:
        run(conn, "transfers/clear_open", day_key=day_key, attempt_key=attempt_key, cap=wave["told"])
        return 0
    _judge(conn, as_of)
    [done] = fetch(conn, "transfers/insert_done", day_key=day_key, as_of=as_of, attempt_key=attempt_key)
    run(conn, "transfers/mark_redriven")
    instant = instant_of_keys(as_of, plan.rules.campaign.timezone)
    chosen = send_wave(conn, plan.rules.requeue, Deciding(day_key, as_of, attempt_key, instant), dict(done))
    run(conn, "transfers/finish_redrives")
    return chosen


def _find_failing(conn: Connection, as_of: datetime, attempt_key: str) -> None:
    """Make the tables `failing` and `in_ledger`: every failed transfer, and which of them the ledger has."""
    pair_receipts(conn)
    run(conn, "transfers/drop_verdict")
    run(conn, "transfers/create_failing", attempt_key=attempt_key)
    conn.execute(text("analyze failing"))
    run(conn, "transfers/create_in_ledger", as_of=as_of)


def _judge(conn: Connection, as_of: datetime) -> None:
    """Make the table `verdict`: what is to happen to each failed transfer."""
    run(conn, "transfers/create_tried")
    run(conn, "transfers/create_first_seen")
    conn.execute(text("analyze in_ledger, tried, first_seen"))
    run(conn, "transfers/create_verdict", as_of=as_of)
    conn.execute(text("analyze verdict"))
