"""The outbox: a table of messages, each with a key that lets it in only once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection

from include.campaign.days import Close
from include.campaign.mail.envelope import message_id
from include.campaign.render import Attachment, Paper
from include.campaign.warehouse import fetch, run


@dataclass(frozen=True)
class Message:
    """One message to one address; `key` says what it is, whoever makes it and how often.

    `not_before`: it waits until then (quiet hours); None: it may go at once.
    """

    key: str
    close_key: str
    kind: str
    address: str
    office: str
    reply_to: str
    subject: str
    html: str
    plain: str
    files: tuple[Attachment, ...] = ()
    not_before: datetime | None = None


@dataclass(frozen=True)
class DeliveryResult:
    """How the messages of a close (or all) stand.

    Attributes:
        accepted: taken over by the server.
        queued: not sent yet; waits for the next drain.
        deferred: the server asked to come again (4xx); waits for the next drain.
        refused: the server will not take it (5xx); a person corrects the address.
        uncertain: the line went after the body had begun; received or not, it is not sent again.
        waiting: not sent before quiet hours are over.
        trouble: why the server could not be used by this drain; None when it could.
    """

    accepted: int = 0
    queued: int = 0
    deferred: int = 0
    refused: int = 0
    uncertain: int = 0
    waiting: int = 0
    trouble: str | None = None

    @property
    def complete(self) -> bool:
        """Every message was accepted."""
        return not (self.queued or self.deferred or self.refused or self.uncertain or self.waiting)


def post(conn: Connection, close: Close, papers: Iterable[Paper], now: datetime, run_id: str) -> int:
    """Put the papers of a close into the outbox; returns how many were new.

    One message per address and close: whoever has been written to is not written to again, even if the paper has
    changed since. A page that says why the day is held does not stand in the way of the report that follows it.

    Args:
        conn: campaign database, in a transaction of the caller.
        close: the close that the papers are of.
        papers: rendered papers.
        now: the campaign's present instant.
        run_id: the run that posts them.
    """
    return enqueue(conn, (_message(close, paper) for paper in papers), now, f"posted by {run_id}")


def enqueue(conn: Connection, messages: Iterable[Message], now: datetime, why: str) -> int:
    """Put messages into the outbox unless their keys are there; returns how many were new."""
    return sum(_insert(conn, message, now, why) for message in messages)


def delivery_of(
    conn: Connection, close_key: str | None = None, trouble: str | None = None, now: datetime | None = None
) -> DeliveryResult:
    """How the messages of a close stand, or those of all closes. One caught in the act counts as uncertain.

    Where `now` is not given none is said to wait: it is queued.
    """
    counts: dict[str, int] = {}
    for row in fetch(conn, "count_message_states", close_key=close_key, now=now):
        state = "uncertain" if row["state"] == "sending" else row["state"]
        counts[state] = counts.get(state, 0) + row["messages"]
    return DeliveryResult(trouble=trouble, **counts)


def _message(close: Close, paper: Paper) -> Message:
    key = f"{close.key}/{paper.address.casefold()}"
    return Message(
        key=key if paper.kind == "daily" else f"{key}/{paper.kind}",
        close_key=close.key,
        kind=paper.kind,
        address=paper.address,
        office=paper.office,
        reply_to=paper.reply_to,
        subject=paper.subject,
        html=paper.html,
        plain=paper.plain,
        files=paper.files,
    )


def _insert(conn: Connection, message: Message, now: datetime, why: str) -> bool:
    domain = message.reply_to.rpartition("@")[2]
    added = run(
        conn,
        "insert_message",
        message_key=message.key,
        close_key=message.close_key,
        kind=message.kind,
        address=message.address,
        office=message.office,
        message_id=message_id(message.key, message.close_key, domain),
        reply_to=message.reply_to,
        subject=message.subject,
        html=message.html,
        plain=message.plain,
        queued_at=now,
        not_before=message.not_before,
        detail=why,
    )
    if added.first() is None:
        return False
    for place, file in enumerate(message.files):
        run(conn, "insert_attachment", message_key=message.key, place=place, **asdict(file))
    return True
