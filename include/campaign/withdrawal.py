"""Taking back: a flag that rested on a wrong figure is withdrawn from exactly those who were told of it."""

from __future__ import annotations

from sqlalchemy import Connection

from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.warehouse import fetch_one, run


def withdraw_flags(conn: Connection, plan: Plan, close: Close) -> int:
    """Withdraw flags of earlier closes that what is known now does not bear out; returns how many letters that makes.

    A flag is withdrawn once, from the address that accepted the letter about it, whoever holds the post by now; the
    letters of this close tell it (`ladder.withdrawal`). A close that is held finds nothing: its figures are in doubt.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: the rule `laggard` says how far below the roadmap is not behind.
        close: a close that was closed; call before its own flags are raised.
    """
    known = fetch_one(conn, "select_close", close_key=close.key)
    if known is None or known["state"] == "held":
        return 0
    tolerance = plan.rules.laggard.tolerance_share
    return run(conn, "insert_withdrawals", found_key=close.key, tolerance_share=tolerance).rowcount
