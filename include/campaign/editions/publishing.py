"""Publishing a close: every letter made on its own and posted, the Department's in the edition that the figures allow.

Whoever publishes holds the close's lock, so two runs at once do what one does. `mail.edition` says what went out; the
keys of the outbox keep each message single.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from include.campaign.days import Calendar, Close
from include.campaign.editions.corrections import post_corrections
from include.campaign.editions.policy import act_when_unanswered
from include.campaign.editions.posting import Posting
from include.campaign.editions.published import standing
from include.campaign.editions.rendering import Made, make, make_one
from include.campaign.plan import Plan
from include.campaign.report import write_letters, write_report
from include.campaign.warehouse import fetch, run


@dataclass(frozen=True)
class Published:
    """What came of publishing a close: letters made, messages that are new in the outbox, letters that failed."""

    letters: int
    posted: int
    unwritten: tuple[Made, ...]


def publish_close(
    conn: Connection, plan: Plan, calendar: Calendar, close: Close, now: datetime, run_id: str
) -> Published:
    """Write, make and post all papers of a close, and what earlier closes are owed by now.

    A letter that cannot be made is noted in `mail.unwritten` and the others go; where it is the Department's own, that
    gets the page about it. Publishing again posts what is new and nothing twice.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: contacts, names, rules.
        calendar: the campaign's days.
        close: a close that was closed, flagged and stepped.
        now: the campaign's present instant.
        run_id: the run that posts.

    Raises:
        LookupError: the close was never opened, or the Department's desk has no contact.
    """
    owed = publish_owed(conn, plan, calendar, close, now, run_id, last_word=close.kind != "daily")
    run(conn, "lock_close", close_key=close.key)
    post = Posting(conn, plan, calendar, close, now, f"posted by {run_id}")
    made = make(write_letters(conn, plan, calendar, close))
    posted = post.department(made[0]) + sum(post.other(one) for one in made[1:])
    _note_unwritten(conn, close, [*made, *post.failed], now)
    posted += owed + post_corrections(conn, plan, close, now, run_id)
    return Published(len(made), posted, tuple(one for one in [*made, *post.failed] if one.paper is None))


def publish_owed(
    conn: Connection,
    plan: Plan,
    calendar: Calendar,
    before: Close,
    now: datetime,
    run_id: str,
    *,
    last_word: bool = False,
) -> int:
    """The final editions that earlier closes are owed, since what they lacked has come; returns how many were posted.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: contacts, names, rules.
        calendar: the campaign's days.
        before: closes before this one.
        now: the campaign's present instant.
        run_id: the run that posts.
        last_word: the campaign is over: also those of closes that still lack something.
    """
    posted = 0
    for row in fetch(conn, "editions/select_owed", province=plan.province.code, close_key=before.key):
        close = calendar.close(row["close_key"])
        run(conn, "lock_close", close_key=close.key)
        post = Posting(conn, plan, calendar, close, now, f"posted by {run_id}")
        letter = write_report(conn, plan, calendar, close)
        if post.due(letter, last_word=last_word)[0] == "nothing":
            continue  # it lacks something still: no need to make a paper of it
        made = make_one(letter)
        posted += post.department(made, last_word=last_word)
        _note_unwritten(conn, close, [made, *post.failed], now)
    return posted


def publish_unanswered(conn: Connection, plan: Plan, calendar: Calendar, now: datetime) -> int:
    """Reports that are held past the plan's hour go out as provisional; returns how many.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: contacts, names, rules.
        calendar: the campaign's days.
        now: the campaign's present instant.
    """
    posted = 0
    for row in fetch(conn, "editions/select_waiting", province=plan.province.code):
        close = calendar.close(row["close_key"])
        if now < answer_by(plan, row["rendered_at"]):
            continue
        run(conn, "lock_close", close_key=close.key)
        has = standing(conn, plan.province.code, close)
        if act_when_unanswered(has) == "provisional":
            post = Posting(conn, plan, calendar, close, now, "nobody released or dropped the held report in time")
            posted += post.unanswered()
            _note_unwritten(conn, close, post.failed, now)
    return posted


def answer_by(plan: Plan, held_at: datetime) -> datetime:
    """Until when a person may decide about a report held at an instant: the plan's hour, next time it comes."""
    local = held_at.astimezone(plan.rules.campaign.timezone)
    hour = datetime.combine(local.date(), plan.rules.papers.release_held_at, local.tzinfo)
    return hour if hour > local else hour + timedelta(days=1)


def _note_unwritten(conn: Connection, close: Close, made: Sequence[Made], now: datetime) -> None:
    """Keep which letters of a close cannot be made; those that could be made by now are forgotten."""
    written = [one.letter.address for one in made if one.paper is not None]
    run(conn, "editions/delete_unwritten", close_key=close.key, addresses=written)
    for one in (one for one in made if one.paper is None):
        run(
            conn,
            "editions/upsert_unwritten",
            close_key=close.key,
            address=one.letter.address,
            unit_code=one.letter.unit_code,
            office=one.letter.office,
            why=one.why,
            failed_at=now,
        )
