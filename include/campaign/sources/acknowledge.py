"""Acknowledging that a registry cannot be read until a date: then it is tried once a close and reddens no day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from include.campaign.plan import Plan
from include.campaign.warehouse import fetch_one, run


class Refusal(ValueError):
    """The act cannot be recorded; the text says why."""


def acknowledge(
    conn: Connection, plan: Plan, code: str, until: date, why: str, by: str, at: datetime, since: date | None = None
) -> date:
    """Record that a registry's silence is known; it holds for closes up to and including `until`'s.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: the plan, which names the registries and the campaign's days.
        code: the registry.
        until: last day that it is about.
        why: the reason, as the report prints it.
        by: who says so.
        at: when it is said.
        since: first day that it is about; None: that of the newest close opened, which is the one that is red.

    Returns:
        the first day that it is about.

    Raises:
        Refusal: no such registry, no reason, nobody who says so, or days that are not in order.
    """
    _known(plan, code)
    if not why.strip() or not by.strip():
        raise Refusal("an acknowledgement needs a reason and a name: the report prints why, the record keeps by whom")
    first = since or _newest_day(conn) or plan.rules.campaign.first_day
    if until < first:
        raise Refusal(f"until {until} lies before {first}, the first day that this would be about")
    _record(conn, code, "acknowledged", by, at, from_day=first, until_day=until, why=why.strip().rstrip("."))
    return first


def withdraw(conn: Connection, plan: Plan, code: str, by: str, at: datetime) -> None:
    """Take an acknowledgement back; closes made from now on no longer know it.

    Raises:
        Refusal: no such registry, nobody who says so, or nothing to take back.
    """
    _known(plan, code)
    if not by.strip():
        raise Refusal("a withdrawal needs a name")
    if fetch_one(conn, "select_acknowledged", registry_code=code) is None:
        raise Refusal(f"{code} is not acknowledged: there is nothing to withdraw")
    _record(conn, code, "withdrawn", by, at, from_day=None, until_day=None, why=None)


def _known(plan: Plan, code: str) -> None:
    if code not in plan.registry_codes:
        raise Refusal(f"{code} is no registry of the plan")


def _newest_day(conn: Connection) -> date | None:
    row = fetch_one(conn, "select_newest_opened")
    return row["day"] if row else None


def _record(
    conn: Connection,
    code: str,
    act: str,
    by: str,
    at: datetime,
    *,
    from_day: date | None,
    until_day: date | None,
    why: str | None,
) -> None:
    run(
        conn,
        "insert_source_act",
        registry_code=code,
        act=act,
        from_day=from_day,
        until_day=until_day,
        why=why,
        by_whom=by.strip(),
        acted_at=at,
    )
