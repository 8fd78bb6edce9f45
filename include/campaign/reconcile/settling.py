"""Settling: earlier days with gaps are closed again when a later reading can fill them, the oldest first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from include.campaign.days import Calendar
from include.campaign.plan import Plan
from include.campaign.reconcile.closing import close_day
from include.campaign.warehouse import fetch


def settle_gaps(
    conn: Connection, plan: Plan, calendar: Calendar, before_key: str, run_id: str, now: datetime
) -> list[str]:
    """Close earlier gap days again; returns their keys in the order in which they were settled.

    What a later reading tells is filled in and recorded as late data (`closing.restatement`); what the state was on the
    evening itself stays unknown. A day that nothing new can fill is left alone, so settling again changes nothing.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: the plan as loaded.
        calendar: the campaign's closes.
        before_key: only closes before this one.
        run_id: the run that settles.
        now: the campaign's present instant.
    """
    keys = [row["close_key"] for row in fetch(conn, "select_gap_closes", close_key=before_key)]
    for key in keys:
        close_day(conn, plan, calendar, calendar.close(key), run_id, now)
    return keys
