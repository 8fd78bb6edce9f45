"""Decisions about failed transfers, as rows written before their effect."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from include.campaign.plan import Plan
from include.campaign.reconcile.matching import pair_receipts
from include.campaign.warehouse import fetch_one, run

REMOTE_FAULT = "remote fault"
"""Rule: the receiving side failed, and the ledger shows no receipt."""


def requeue_suffix(as_of: datetime, zone: ZoneInfo) -> str:
    """End of every requeue key of a run: the same instant gives the same keys, so a repeated run decides nothing."""
    return as_of.astimezone(zone).strftime("remote-%m%dT%H%M")


def decide(conn: Connection, plan: Plan, day_key: str, as_of: datetime, attempt_key: str) -> int:
    """Decide which failed transfers go back in the queue; returns how many new decisions were made.

    Put back is what failed through the receiving side's fault (codes of kind `remote` in the plan), is not in the
    ledger, not even as one of several candidates, and lies in a registry that this attempt has read. Without a reading
    of the ledger by this attempt nothing is decided: a timed-out transfer may have been received.

    First, decisions of earlier runs whose effect was never confirmed are settled by what the registry shows now.

    Args:
        conn: campaign database, in a transaction of the caller; commit before `requeue`.
        plan: the time zone; the kinds of error codes were brought into the warehouse with it.
        day_key: key of the close that the decisions are made for; requeue keys begin with it.
        as_of: the run's instant.
        attempt_key: attempt whose readings count as present.
    """
    run(conn, "lock_decisions")
    run(conn, "settle_old_decisions", attempt_key=attempt_key, as_of=as_of)
    if fetch_one(conn, "select_ledger_of_attempt", attempt_key=attempt_key) is None:
        return 0
    pair_receipts(conn)
    made = run(
        conn,
        "insert_decisions",
        day_key=day_key,
        suffix=requeue_suffix(as_of, plan.rules.campaign.timezone),
        rule=REMOTE_FAULT,
        decided_at=as_of,
        attempt_key=attempt_key,
    )
    return made.rowcount
