"""What the data team records of the ladder: acknowledgements, silences, difficulties entered and closed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from include.campaign.days import Calendar
from include.campaign.ladder.difficulties import due_day
from include.campaign.ladder.redact import redact
from include.campaign.plan import Plan
from include.campaign.warehouse import fetch_one, run


class Refusal(ValueError):
    """The act cannot be recorded; the text says why."""


@dataclass(frozen=True)
class Upcoming:
    """The close whose letters are the next to go out, and the last day that people know of."""

    key: str
    day: date
    known_day: date


def upcoming(conn: Connection, plan: Plan) -> Upcoming:
    """The newest close where nobody has been told of it yet, else the one after it.

    Raises:
        Refusal: the campaign and its tail are over.
    """
    calendar = Calendar(plan.rules)
    newest = fetch_one(conn, "ladder/select_newest_close")
    if newest is None:
        first = calendar.closes()[0]
        return Upcoming(first.key, first.day, first.day)
    if not newest["told"]:
        return Upcoming(newest["close_key"], newest["day"], newest["day"])
    after = next((close for close in calendar.with_tail() if close.key > newest["close_key"]), None)
    if after is None:
        raise Refusal("no close is to come any more")
    return Upcoming(after.key, after.day, newest["day"])


def next_day(conn: Connection, plan: Plan) -> date:
    """Day of the upcoming close; that of the last one of the tail when none is to come."""
    try:
        return upcoming(conn, plan).day
    except Refusal:
        return plan.rules.campaign.tail_until


def acknowledge(
    conn: Connection, plan: Plan, code: str, who: str, by: str, at: datetime, until: date | None = None
) -> tuple[date, date]:
    """Record that somebody answers for a flagged registry: the next level waits.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: registries, and for how many days an acknowledgement may hold.
        code: the registry.
        who: the office that says so.
        by: who records it.
        at: when.
        until: last day that it holds; None: as long as the plan allows.

    Returns:
        first and last day that it holds.

    Raises:
        Refusal: no such registry, or it is not on the ladder; nobody who says so; too long.
    """
    _registry(plan, code)
    _said(who, by)
    coming = upcoming(conn, plan)
    if fetch_one(conn, "ladder/select_on_ladder", registry_code=code) is None:
        raise Refusal(f"{code} is not on the ladder: there is nothing to acknowledge")
    longest = coming.day + timedelta(days=plan.rules.ladder.acknowledged_days - 1)
    last = until or longest
    if not coming.day <= last <= longest:
        raise Refusal(f"an acknowledgement holds from {coming.day} to {longest} at most; for longer, silence it")
    run(
        conn,
        "ladder/insert_acknowledgement",
        registry_code=code,
        from_day=coming.day,
        until_day=last,
        who=who.strip(),
        by_whom=by.strip(),
        recorded_at=at,
    )
    return coming.day, last


def silence(
    conn: Connection, plan: Plan, code: str | None, first: date | None, until: date, why: str, by: str, at: datetime
) -> int:
    """Record that nobody is written to about a registry, or about any (None), until a day; returns its number.

    What is over is told all the same: that asks nothing of anybody.

    Raises:
        Refusal: no such registry, no reason, nobody who says so, or days that are not in order.
    """
    if code is not None:
        _registry(plan, code)
    _said(why, by)
    start = first or upcoming(conn, plan).day
    if until < start:
        raise Refusal(f"until {until} lies before {start}, the first day")
    return int(
        run(
            conn,
            "ladder/insert_silence",
            registry_code=code,
            from_day=start,
            until_day=until,
            why=why.strip(),
            by_whom=by.strip(),
            recorded_at=at,
        ).scalar_one()
    )


def lift(conn: Connection, silence_id: int, by: str, at: datetime) -> None:
    """End a silence at once.

    Raises:
        Refusal: there is none of that number that holds; nobody who says so.
    """
    _said(by)
    if run(conn, "ladder/lift_silence", silence_id=silence_id, by_whom=by.strip(), lifted_at=at).first() is None:
        raise Refusal(f"there is no silence {silence_id} that holds")


def enter_difficulty(conn: Connection, plan: Plan, code: str, kind: str, said: str, by: str) -> int:
    """Enter a difficulty that came otherwise than by a report; open until a person closes it. Returns its number.

    Raises:
        Refusal: no such registry or kind; one of the kind is open; no text, nobody who says so.
    """
    _registry(plan, code)
    _said(said, by)
    of = plan.difficulties.get(kind)
    if of is None:
        raise Refusal(f"{kind} is no kind of difficulty: {', '.join(plan.difficulties)}")
    coming = upcoming(conn, plan)
    entered = run(
        conn,
        "ladder/insert_difficulty",
        registry_code=code,
        kind=kind,
        owner=of.owner,
        said=redact(said),
        opened_on=coming.day,
        close_key=coming.key,
        due_day=due_day(of, coming.day),
    ).first()
    if entered is None:
        raise Refusal(f"{code} has an open difficulty {kind} already")
    return int(entered[0])


def close_difficulty(conn: Connection, plan: Plan, difficulty_id: int, why: str, by: str) -> str:
    """Close a difficulty: the next letters say that it is cleared. Returns the close from which on it is.

    Reports of days that people know of do not open it again; a later one does.

    Raises:
        Refusal: no open difficulty of that number; no reason, nobody who says so.
    """
    _said(why, by)
    coming = upcoming(conn, plan)
    closed = run(
        conn,
        "ladder/close_difficulty",
        difficulty_id=difficulty_id,
        closed_on=coming.known_day,
        close_key=coming.key,
        by_whom=by.strip(),
        why=redact(why),
    ).first()
    if closed is None:
        raise Refusal(f"there is no open difficulty {difficulty_id}")
    return coming.key


def _registry(plan: Plan, code: str) -> None:
    if code not in plan.registry_codes:
        raise Refusal(f"{code} is no registry of the plan")


def _said(*words: str) -> None:
    if not all(word.strip() for word in words):
        raise Refusal("say why (or who), and by whom: the record keeps both")
