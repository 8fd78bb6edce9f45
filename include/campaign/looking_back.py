"""How earlier mails stood and what was late when a close was first made: kept once, so its papers stay the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan
from include.campaign.warehouse import run


def look_back(conn: Connection, plan: Plan, calendar: Calendar, close: Close, now: datetime) -> bool:
    """Keep what the data team is told of mails and of what was late; returns whether nobody had looked before.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: the Department's address.
        calendar: the campaign's days.
        close: a close that was opened.
        now: the campaign's present instant.
    """
    before = calendar.previous(close)
    earlier = [one.key for one in calendar.with_tail() if one.as_of < close.as_of and one.kind != "tail"]
    desk = plan.contact(plan.province.code, "desk", close.day)
    keys = {"close_key": close.key, "before_key": before.key if before else None}
    looked = run(conn, "operations/insert_evening", **keys, now=now, desk=desk.email.casefold(), earlier=earlier)
    if looked.first() is None:
        return False
    if before is not None:
        run(conn, "operations/insert_deliveries", **keys)
        run(conn, "operations/insert_undelivered", **keys)
    return True
