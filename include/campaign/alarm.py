"""Telling the data team that the system itself is in trouble: by mail, once for each occasion.

An alarm goes through the outbox like every mail, so its key lets it in only once; in quiet hours it waits there. When
the campaign database is what failed there is no outbox: then it is sent without, and whoever raises it keeps count of
that himself.
"""

from __future__ import annotations

import html
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from include.campaign.days import Close
from include.campaign.mail import Message, SmtpSettings, drain, enqueue
from include.campaign.mail.client import CampaignClient
from include.campaign.mail.envelope import compose, message_id
from include.campaign.plan import Plan

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Alarm:
    """What the data team is told, in Vietnamese.

    Attributes:
        kind: what it is about; with the close, and `occasion` where a close can have several, it makes the key.
        lines: paragraphs.
        table: rows below them, the first one the head; none: no table.
        occasion: tells alarms of one kind and close apart.
        of_report: the day's report itself does not come: told at once, as the report would be, in quiet hours too.
    """

    kind: str
    close: Close
    subject: str
    lines: tuple[str, ...]
    table: tuple[tuple[str, ...], ...] = ()
    occasion: str = ""
    of_report: bool = False

    @property
    def key(self) -> str:
        """The same occasion has the same key, whoever notices it and how often."""
        return "/".join(filter(None, (self.close.key, self.kind, self.occasion)))


def outbox_key(close: Close, kind: str) -> str:
    """What stands for the close in the outbox: not its own key, since the day's count of mails is of its papers."""
    return f"{close.key}-{kind}"


def raise_alarm(engine: Engine, smtp: SmtpSettings, plan: Plan, alarm: Alarm, now: datetime) -> bool:
    """Mail an alarm through the outbox; returns whether it was new.

    An old one that is still waiting there is sent, too.

    Raises:
        sqlalchemy.exc.DBAPIError: the campaign database cannot be asked.
    """
    with engine.begin() as conn:
        new = post_alarm(conn, plan, alarm, now)
    result = drain(engine, smtp, plan.rules.mail, now, outbox_key(alarm.close, alarm.kind))
    log.log(logging.INFO if result.complete else logging.WARNING, "alarm %s: %s", alarm.key, result)
    return new


def post_alarm(conn: Connection, plan: Plan, alarm: Alarm, now: datetime) -> bool:
    """Put an alarm into the outbox, in a transaction of the caller; returns whether it was new."""
    return bool(enqueue(conn, [_message(plan, alarm, now)], now, f"raised: {alarm.kind}"))


def send_without_outbox(smtp: SmtpSettings, plan: Plan, alarm: Alarm, now: datetime) -> None:
    """Mail an alarm straight away, for when the outbox is what failed.

    Raises:
        include.campaign.mail.client.ServerUnusable, TurnedDown, LineLost, Unanswered: it was not accepted.
    """
    send_directly(smtp, plan, _message(plan, alarm, now), now)


def send_directly(smtp: SmtpSettings, plan: Plan, message: Message, now: datetime) -> None:
    """Send a message that no outbox keeps; arguments and errors as for `send_without_outbox`."""
    domain = smtp.sender.rpartition("@")[2]
    row: Any = {  # in place of a row of the outbox
        "address": message.address,
        "copies": message.copies,
        "message_id": message_id(f"{message.key}/{now.isoformat()}", message.close_key, domain),
        "reply_to": None,
        "subject": message.subject,
        "html": message.html,
        "plain": message.plain,
    }
    client = CampaignClient(smtp, plan.rules.mail.timeout_seconds)
    try:
        client.login()
        mail = compose(row, plan.rules.mail.sender_name, smtp.sender, now)
        client.send(*client.prepare_send(mail, message.address), lambda: None)
    finally:
        client.close()


def _message(plan: Plan, alarm: Alarm, now: datetime) -> Message:
    zone = plan.rules.campaign.timezone
    team = plan.contact(plan.province.code, "data_team", alarm.close.day)
    made = f"Thư tự động, lập lúc {now.astimezone(zone):%H:%M ngày %d/%m/%Y}."
    rows = [" | ".join(row) for row in alarm.table]
    return Message(
        key=alarm.key,
        close_key=outbox_key(alarm.close, alarm.kind),
        kind=alarm.kind,
        address=team.email,
        office=team.office,
        reply_to=team.email,
        subject=alarm.subject,
        html="".join([*map(_paragraph, alarm.lines), _html_table(alarm.table), _paragraph(made)]),
        not_before=None if alarm.of_report else plan.rules.not_before(now),
        plain="\n\n".join([*alarm.lines, *(["\n".join(rows)] if rows else []), made]) + "\n",
    )


def _paragraph(line: str) -> str:
    return f"<p>{html.escape(line)}</p>"


def _html_table(table: tuple[tuple[str, ...], ...]) -> str:
    if not table:
        return ""
    head, *body = (tuple(map(html.escape, row)) for row in table)
    rows = ["".join(f'<th align="left">{cell}</th>' for cell in head)]
    rows += ["".join(f"<td>{cell}</td>" for cell in row) for row in body]
    inside = "".join(f'<tr valign="top">{row}</tr>' for row in rows)
    return f'<table border="1" cellpadding="4" cellspacing="0">{inside}</table>'
