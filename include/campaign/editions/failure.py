"""One page to the Department in place of a report that does not come in time: what failed, and when the next try is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection

from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan
from include.campaign.render import Paper
from include.campaign.render.paper import write
from include.campaign.warehouse import fetch_one

KIND = "failed"

Failure = Literal["not_opened", "not_closed", "not_written", "not_rendered", "no_database"]
"""What stands between the readings and the report; terms of `failures`."""


@dataclass(frozen=True)
class FailureHead:
    """What stands above and below the page's words."""

    sender: str
    campaign: str
    province: str
    day: date
    final: bool
    as_of: datetime
    report_by: datetime


@dataclass(frozen=True)
class FailureLetter:
    """The page.

    Attributes:
        head: above and below its words.
        address, office, language, reply_to: of the reader, and where answers go.
        failure: what failed.
        running: the run goes on, and tries again by itself.
        next_close: the next close, which runs by itself; None: there is none.
    """

    head: FailureHead
    address: str
    office: str
    language: str
    reply_to: str
    failure: Failure
    running: bool
    next_close: datetime | None


def report_by(plan: Plan, close: Close) -> datetime:
    """When the Department is to have its message: as long after the cut-off as the plan gives an evening's."""
    return Calendar(plan.rules).due_by(close, plan.rules.deadlines.report_by)


def what_failed(conn: Connection, close: Close) -> Failure:
    """How far a close came, from what stands in the campaign database."""
    row = fetch_one(conn, "select_close", close_key=close.key)
    if row is None:
        return "not_opened"
    return "not_closed" if row["closed_at"] is None else "not_written"


def failure_letter(plan: Plan, close: Close, failure: Failure, *, running: bool) -> FailureLetter:
    """The page about a close.

    Args:
        plan: contacts, names and hours.
        close: the close whose report does not come.
        failure: what failed.
        running: its run goes on.
    """
    desk = plan.contact(plan.province.code, "desk", close.day)
    calendar = Calendar(plan.rules)
    later = [one for one in calendar.with_tail() if one.as_of > close.as_of]
    return FailureLetter(
        head=FailureHead(
            sender=plan.rules.mail.sender_name,
            campaign=plan.rules.campaign.name,
            province=plan.full_name(plan.province.code),
            day=close.day,
            final=close.kind == "final",
            as_of=close.as_of,
            report_by=report_by(plan, close),
        ),
        address=desk.email,
        office=desk.office,
        language=desk.language,
        reply_to=plan.rules.mail.reply_to or desk.email,
        failure=failure,
        running=running,
        next_close=later[0].as_of if later else None,
    )


def failure_paper(letter: FailureLetter) -> Paper:
    """The page as people read it."""
    return write(letter, KIND, "failure/")
