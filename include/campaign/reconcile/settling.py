"""Settling: earlier days with gaps that a later reading can fill are closed again."""

from __future__ import annotations

from sqlalchemy import Connection

from include.campaign.days import Calendar, Close
from include.campaign.warehouse import fetch


def gaps_to_settle(conn: Connection, calendar: Calendar, before: Close) -> list[Close]:
    """Earlier closes with gaps that a reading made since can fill, the oldest first, for `close_days`.

    What the reading tells is then filled in and recorded as late data (`closing.restatement`); what the state was on
    the evening itself stays unknown. A day that nothing new can fill is not among them: settling again changes nothing.
    """
    rows = fetch(conn, "select_gap_closes", close_key=before.key)
    return [calendar.close(row["close_key"]) for row in rows]
