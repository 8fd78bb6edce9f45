"""Who made a milestone: what was done as of its instant, by timestamps, whichever close saw it (docs/figures.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan
from include.campaign.plan.fields import Stage
from include.campaign.plan.models import Milestone
from include.campaign.reconcile import choose_crowd, make_crowds, pair_receipts
from include.campaign.warehouse import fetch, run

CASES: Final[frozenset[Stage]] = frozenset({"entered", "attached", "reviewed", "received"})
"""Stages that are counted in cases, as quotas are; a milestone of another stage has no report."""


def freeze_milestones(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> None:
    """Keep what was done as of the milestones that are past at a close; what an earlier one kept stays.

    The first close at or after a milestone's instant tells of it, or the first that was closed after that. Registries
    that were not read for it have no data; once the close was closed again with late data they are filled in. Where
    the close is of the very instant, what it froze counts; else it is counted from the mirror.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: milestones, baseline.
        calendar: the campaign's days.
        close: a close that was closed.
    """
    past = [one for one in plan.milestones if one.stage in CASES and one.instant <= close.as_of]
    for one in past:
        of_milestone = {"close_key": close.key, "instant": one.instant, "stage": one.stage}
        run(conn, "milestone/insert_close", milestone_id=one.id, **of_milestone)
    noted = told_by(conn)
    for one in past:
        key, unknown = noted[one.id]
        if unknown and key <= close.key:
            _freeze(conn, plan, one, calendar.close(key), close)


def told_by(conn: Connection) -> Mapping[str, tuple[str, int]]:
    """By milestone the key of the close that tells of it, and of how many registries that knows nothing."""
    return {row["milestone_id"]: (row["close_key"], row["unknown"]) for row in fetch(conn, "milestone/select_closes")}


def _freeze(conn: Connection, plan: Plan, milestone: Milestone, told: Close, present: Close) -> None:
    baseline = plan.baseline_in_force(told.day).id
    counts = {"stage": milestone.stage, "baseline": baseline}
    run(conn, "milestone/drop_done")
    if milestone.instant == told.as_of:
        run(conn, "milestone/create_frozen", close_key=told.key, **counts)
    elif milestone.stage == "received":
        _pair_as_of(conn, milestone.instant)
        run(conn, "milestone/create_received", instant=milestone.instant, baseline=baseline)
        _pair_as_of(conn, present.as_of)  # who decides of transfers next asks for what counts now
    else:
        run(conn, "milestone/create_done", instant=milestone.instant, **counts)
    run(conn, "milestone/upsert_standings", milestone_id=milestone.id, close_key=told.key, **counts)


def _pair_as_of(conn: Connection, instant: datetime) -> None:
    """Leave what counts of receipts at an instant, as a close does for its own."""
    pair_receipts(conn)
    make_crowds(conn, [instant], [instant])
    choose_crowd(conn, instant, instant)
