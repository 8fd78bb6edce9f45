"""The tail: after the final close days go on until the plan's `tail_until`, or until nothing is left to be done."""

from __future__ import annotations

from sqlalchemy import Connection

from include.campaign.days import TAIL, Close
from include.campaign.warehouse import fetch_one

ENDED = ("final", TAIL)
"""Kinds of closes after which the tail can be over."""


def done_since(conn: Connection, close: Close) -> str | None:
    """Key of the close that found everything done, where a day of the tail is not needed any more; else None.

    Everything is done when the newest close before it, the final one or one of the tail, closed without a gap on
    every entry received or decided, and no registry had entered less than its quota. What is not known is not done.

    Args:
        conn: campaign database.
        close: any close; outside the tail every day is needed.
    """
    if close.kind != TAIL:
        return None
    left = fetch_one(conn, "select_tail_left", close_key=close.key)
    if left is None or left["kind"] not in ENDED or left["state"] != "closed" or not left["ledger_read"]:
        return None
    return str(left["close_key"]) if left["undone"] == 0 and left["short"] == 0 else None
