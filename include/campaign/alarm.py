"""Telling the data team that the system itself is in trouble: by mail, once for each occasion.

An alarm goes through the outbox like every mail, so its key lets it in only once. When the campaign database is what
failed there is no outbox: then it is sent without, and whoever raises it keeps count of that himself.
"""

from __future__ import annotations

import html
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from include.campaign.days import Close
from include.campaign.mail import Message, SmtpSettings, drain, enqueue
from include.campaign.mail.client import CampaignClient
from include.campaign.mail.envelope import compose, message_id
from include.campaign.plan import Plan

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Alarm:
    """What the data team is told. `kind` and the close make its key; `lines` are paragraphs in Vietnamese."""

    kind: str
    close: Close
    subject: str
    lines: tuple[str, ...]

    @property
    def key(self) -> str:
        """The same occasion has the same key, whoever notices it and how often."""
        return f"{self.close.key}/{self.kind}"


def raise_alarm(engine: Engine, smtp: SmtpSettings, plan: Plan, alarm: Alarm, now: datetime) -> bool:
    """Mail an alarm through the outbox; returns whether it was new.

    An old one that is still waiting there is sent, too.

    Raises:
        sqlalchemy.exc.DBAPIError: the campaign database cannot be asked.
    """
    message = _message(plan, alarm, now)
    with engine.begin() as conn:
        new = bool(enqueue(conn, [message], now, f"raised: {alarm.kind}"))
    result = drain(engine, smtp, plan.rules.mail, now, message.close_key)
    log.log(logging.INFO if result.complete else logging.WARNING, "alarm %s: %s", alarm.key, result)
    return new


def send_without_outbox(smtp: SmtpSettings, plan: Plan, alarm: Alarm, now: datetime) -> None:
    """Mail an alarm straight away, for when the outbox is what failed.

    Raises:
        include.campaign.mail.client.ServerUnusable, TurnedDown, LineLost, Unanswered: it was not accepted.
    """
    message = _message(plan, alarm, now)
    domain = smtp.sender.rpartition("@")[2]
    row: Any = {  # in place of a row of the outbox
        "address": message.address,
        "message_id": message_id(f"{message.key}/{now.isoformat()}", message.close_key, domain),
        "reply_to": None,
        "subject": message.subject,
        "html": message.html,
        "plain": message.plain,
    }
    client = CampaignClient(smtp, plan.rules.mail.timeout_seconds)
    try:
        client.login()
        client.send(compose(row, plan.rules.mail.sender_name, smtp.sender, now), lambda: None)
    finally:
        client.close()


def _message(plan: Plan, alarm: Alarm, now: datetime) -> Message:
    zone = plan.rules.campaign.timezone
    team = plan.contact(plan.province.code, "data_team", alarm.close.day)
    lines = (*alarm.lines, f"Thư tự động, lập lúc {now.astimezone(zone):%H:%M ngày %d/%m/%Y}.")
    return Message(
        key=alarm.key,
        # Not the close's own key: the day's count of mails is of its papers.
        close_key=f"{alarm.close.key}-{alarm.kind}",
        kind=alarm.kind,
        address=team.email,
        office=team.office,
        reply_to=team.email,
        subject=alarm.subject,
        html="".join(f"<p>{html.escape(line)}</p>" for line in lines),
        plain="\n\n".join(lines) + "\n",
    )
