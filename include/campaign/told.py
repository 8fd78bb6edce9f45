"""Whether people have been told of a close: from then on who was told what stays on record, and may be withdrawn."""

from __future__ import annotations

from sqlalchemy import Connection

from include.campaign.days import Close
from include.campaign.warehouse import fetch_one


def told(conn: Connection, close: Close) -> bool:
    """Whether letters of a close are in the outbox."""
    row = fetch_one(conn, "select_whether_told", close_key=close.key)
    return bool(row and row["told"])
