"""By the report's hour the Department has a message: where none is there, the page that says what failed."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Engine

from include.campaign.days import Close
from include.campaign.editions.failure import failure_letter, failure_paper, what_failed
from include.campaign.editions.posting import post_failure
from include.campaign.mail import SmtpSettings, drain
from include.campaign.mail.outbox import Message, message_of
from include.campaign.plan import Plan

log = logging.getLogger(__name__)


def tell_department(
    engine: Engine, smtp: SmtpSettings, plan: Plan, close: Close, now: datetime, *, running: bool
) -> bool:
    """Send the page about a close without a report, unless the Department has a message about it; returns whether.

    It waits for no lock: whoever holds the close may be what is late. A report that comes a moment later follows it.

    Args:
        engine: campaign database.
        smtp: the mail server.
        plan: contacts, names and hours.
        close: the close whose report is due.
        now: the campaign's present instant.
        running: its run goes on.

    Raises:
        sqlalchemy.exc.DBAPIError: the campaign database cannot be asked.
    """
    with engine.begin() as conn:
        paper = failure_paper(failure_letter(plan, close, what_failed(conn, close), running=running))
        new = post_failure(conn, close, paper, now, "no report by the plan's hour")
    if new:
        result = drain(engine, smtp, plan.rules.mail, now, close.key)
        log.log(logging.INFO if result.complete else logging.WARNING, "page about %s: %s", close.key, result)
    return bool(new)


def page_without_database(plan: Plan, close: Close) -> Message:
    """The page for when the campaign database, and the outbox in it, is what failed."""
    return message_of(close, failure_paper(failure_letter(plan, close, "no_database", running=False)))
