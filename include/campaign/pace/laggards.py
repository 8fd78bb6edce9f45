"""Pace against the roadmap: who is behind, by how much, and how many cases a day would cure it.

Pure functions on tables, and one step that freezes a close's flags. A registry without a quota or without data is not
judged at all.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from include.campaign.days import TAIL, Close
from include.campaign.plan import Plan
from include.campaign.plan.rules import Window
from include.campaign.told import told
from include.campaign.warehouse import fetch, run, run_many

BEHIND = "behind"
"""Kind of the flag: done less than the roadmap asks for, beyond the plan's tolerance."""

PACE_CLOSES = 3
"""Daily closes that a measured pace looks back on."""


def roadmap_share(window: Window, as_of: datetime) -> float:
    """Share of the quota, 0 to 1, that a stage's roadmap asks for at an instant; it rises evenly."""
    elapsed = (as_of - window.start) / (window.until - window.start)
    return float(min(max(elapsed, 0.0), 1.0))


def days_left(window: Window, as_of: datetime) -> float:
    """Days until the roadmap's end; at least one, so that what is overdue is asked for at once."""
    return max((window.until - as_of) / timedelta(days=1), 1.0)


def judge(progress: pd.DataFrame, share: float, tolerance_share: float, days: float) -> pd.DataFrame:
    """Who is behind, and the pace that would bring them back.

    Args:
        progress: one row per registry with columns quota (cases, > 0 or 0), done (cases), pace_per_day (cases a day or
            NaN), last_streak (flags in a row when last judged, or NaN).
        share: what the roadmap asks for, as a share of the quota.
        tolerance_share: how far below it is still not behind, as a share of the quota.
        days: days until the roadmap's end.

    Returns:
        `progress` with columns due (cases, rounded up), behind (bool), needed_per_day (cases a day from now until the
        roadmap's end), streak (flags in a row with this one; 0 when not behind), newly (bool).
    """
    judged = progress.copy()
    judged["due"] = np.ceil(judged["quota"] * share - 1e-9).astype(int)
    judged["behind"] = judged["done"] < judged["due"] - judged["quota"] * tolerance_share
    judged["needed_per_day"] = ((judged["quota"] - judged["done"]).clip(lower=0) / days).astype(float)
    before = judged["last_streak"].fillna(0).astype(int)
    judged["streak"] = np.where(judged["behind"], before + 1, 0)
    judged["newly"] = judged["behind"] & (before == 0)
    return judged


def flag_laggards(conn: Connection, plan: Plan, close: Close) -> int:
    """Freeze the flags of a close; returns how many. Once people have been told of them, they stay on record.

    In the tail nobody is judged: the roadmap has ended.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: rules `laggard` and `roadmap` decide.
        close: the close, closed before.
    """
    rule = plan.rules.laggard
    window = plan.rules.roadmap[rule.stage]
    if told(conn, close):
        return len(fetch(conn, "select_flags", close_key=close.key))
    rows = fetch(conn, "select_judged", close_key=close.key, kind=BEHIND, pace_closes=PACE_CLOSES)
    run(conn, "delete_flags", close_key=close.key)
    if not rows or close.kind == TAIL:
        return 0
    progress = pd.DataFrame([dict(row) for row in rows])
    progress["done"] = progress[rule.stage]
    progress["pace_per_day"] = progress["entered_per_day"].astype(float)
    progress["last_streak"] = progress["last_streak"].astype(float)
    share = roadmap_share(window, close.as_of)
    judged = judge(progress, share, rule.tolerance_share, days_left(window, close.as_of))
    flags = judged[judged["behind"]].assign(close_key=close.key, kind=BEHIND, stage=rule.stage)
    flags = flags.round({"needed_per_day": 1, "pace_per_day": 1}).astype(object)
    columns = ["close_key", "registry_code", "kind", "stage", "quota", "done", "due"]
    columns += ["needed_per_day", "pace_per_day", "streak", "newly"]
    records = flags[columns].where(flags[columns].notna(), None).to_dict("records")
    run_many(conn, "insert_flag", [{str(column): value for column, value in row.items()} for row in records])
    return len(records)
