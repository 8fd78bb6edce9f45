"""Taking back: a flag that rested on a wrong figure is withdrawn from exactly those who were told of it."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import Connection

from include.campaign.days import TAIL, Calendar, Close
from include.campaign.pace.freezing import read_season, streaks_before
from include.campaign.pace.judging import judge
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.plan import Plan
from include.campaign.told import told
from include.campaign.warehouse import fetch, fetch_one, run


def withdraw_flags(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> int:
    """Withdraw flags of earlier closes that what is known now does not bear out; returns how many letters that makes.

    Earlier closes whose figures rose since are judged again; a flag of a kind that climbs, which is not raised again in
    its stage, is withdrawn once and counts in no row (`ladder.withdrawn`). The address that accepted the letter about
    it is told so, whoever holds the post by now (`ladder.withdrawal`), unless the registry is behind still. A close
    that is held finds nothing: its figures are in doubt.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: rules and roadmaps.
        calendar: the campaign's days.
        close: a close that was closed; call before it is judged.
    """
    known = fetch_one(conn, "select_close", close_key=close.key)
    if known is None or known["state"] == "held" or close.kind == TAIL or told(conn, close):
        return 0
    looking = {"found_key": close.key, "kinds": list(plan.rules.ladder.kinds)}
    doubtful = fetch(conn, "ladder/select_doubtful_flags", **looking)
    season = read_season(conn, plan, calendar, close) if doubtful else None
    # The oldest first: what is withdrawn does not lengthen the row of the one after it.
    for key, rows in groupby(doubtful, key=lambda row: str(row["close_key"])):
        assert season is not None  # noqa: S101  # there is something to look at
        then = season.until(season.keys.index(key) + 1)
        flags = judge(then, plan.rules, Roadmaps.of(plan), streaks_before(conn, calendar.close(key))).flags
        raised = {(flag.registry_code, flag.kind, flag.stage) for flag in flags}
        for row in rows:
            if (row["registry_code"], row["kind"], row["stage"]) not in raised:
                found = {name: row[name] for name in ("close_key", "registry_code", "kind")}
                run(conn, "ladder/insert_withdrawn", found_key=close.key, **found)
    return run(conn, "insert_withdrawals", **looking).rowcount
