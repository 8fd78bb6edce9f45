"""The outbox: a table of messages, each with a key that lets it in only once.

Who has a message in copy is a message of its own, sent to that one address: a copy that is refused stops nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from include.campaign.days import Close
from include.campaign.mail.envelope import message_id, shown_pictures
from include.campaign.render import Attachment, Paper, Picture
from include.campaign.warehouse import fetch, run


@dataclass(frozen=True)
class Message:
    """One message to one address; `key` says what it is, whoever makes it and how often.

    Attributes:
        files: attached, in this order.
        pictures: shown where the HTML says so.
        copies: addresses that have it in copy; each one's message has the key `<key>/cc/<address>`.
        not_before: it waits until then (quiet hours); None: it may go at once.
        held: why it is kept back until a person releases or drops it; None: it is not.
        resend_of: key of the message that it is once more; None: it is none.
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
    pictures: tuple[Picture, ...] = ()
    copies: tuple[str, ...] = ()
    not_before: datetime | None = None
    held: str | None = None
    resend_of: str | None = None


@dataclass(frozen=True)
class DeliveryResult:
    """How the messages of a close (or all) stand.

    Attributes:
        accepted: taken over by the server.
        rendered: made, and not let go yet.
        held: kept back until a person releases or drops it.
        queued: not sent yet; waits for the next drain.
        deferred: the server asked to come again (4xx); waits for the next drain.
        refused: the server will not take it (5xx), or put it off too often; a person corrects the address.
        uncertain: the line went after the body had begun; received or not, it is not sent again.
        dropped: a person has said that it does not go.
        waiting: not sent before quiet hours are over.
        trouble: why the server could not be used by this drain; None when it could.
    """

    accepted: int = 0
    rendered: int = 0
    held: int = 0
    queued: int = 0
    deferred: int = 0
    refused: int = 0
    uncertain: int = 0
    dropped: int = 0
    waiting: int = 0
    trouble: str | None = None

    @property
    def complete(self) -> bool:
        """Every message that is to go was accepted."""
        left = (self.rendered, self.held, self.queued, self.deferred, self.refused, self.uncertain, self.waiting)
        return not any(left)


def post(conn: Connection, close: Close, papers: Iterable[Paper], now: datetime, run_id: str) -> int:
    """Put the papers of a close into the outbox; returns how many messages were new, copies included.

    One message per address and close: whoever has been written to is not written to again, even if the paper has
    changed since. A page that says why the day is held does not stand in the way of the report that follows it.

    Args:
        conn: campaign database, in a transaction of the caller.
        close: the close that the papers are of.
        papers: rendered papers.
        now: the campaign's present instant.
        run_id: the run that posts them.
    """
    return enqueue(conn, (message_of(close, paper) for paper in papers), now, f"posted by {run_id}")


def message_of(close: Close, paper: Paper) -> Message:
    """A paper as the one message of its kind, address and close."""
    key = f"{close.key}/{paper.address.casefold()}"
    return as_message(paper, key if paper.kind == "daily" else f"{key}/{paper.kind}", close.key)


def as_message(paper: Paper, key: str, close_key: str, not_before: datetime | None = None) -> Message:
    """A paper under a key. One that shows a picture it has not is held: no reader opens a blank."""
    missing = sorted(shown_pictures(paper.html) - {picture.cid for picture in paper.pictures if picture.content})
    return Message(
        key=key,
        close_key=close_key,
        kind=paper.kind,
        address=paper.address,
        office=paper.office,
        reply_to=paper.reply_to,
        subject=paper.subject,
        html=paper.html,
        plain=paper.plain,
        files=paper.files,
        pictures=paper.pictures,
        copies=paper.copies,
        not_before=not_before,
        held=f"pictures are missing: {', '.join(missing)}" if missing else None,
    )


def enqueue(
    conn: Connection,
    messages: Iterable[Message],
    now: datetime,
    why: str,
    *,
    by: str | None = None,
    let_go: bool = True,
) -> int:
    """Put messages into the outbox unless their keys are there; returns how many were new, copies included.

    Args:
        conn: campaign database, in a transaction of the caller.
        messages: to put in.
        now: the campaign's present instant.
        why: for the ledger's first event.
        by: the person who wants them; None: the system itself.
        let_go: they may be sent; else they are 'rendered' and wait for `holding.release`.
    """
    added = 0
    for message in messages:
        first = {
            "state": "held" if message.held else "queued" if let_go else "rendered",
            "queued_at": now,
            "detail": message.held or why,
            "by_whom": by,
        }
        if _insert(conn, message, first):
            added += 1 + sum(_insert_copy(conn, message, address, first) for address in _copied(message))
    return added


def delivery_of(
    conn: Connection, close_key: str | None = None, trouble: str | None = None, now: datetime | None = None
) -> DeliveryResult:
    """How the messages of a close stand, or those of all closes. One caught in the act counts as uncertain.

    Where `now` is not given none is said to wait: it is queued.
    """
    counts: dict[str, int] = {}
    for row in fetch(conn, "mail/count_message_states", close_key=close_key, now=now):
        state = "uncertain" if row["state"] == "sending" else row["state"]
        counts[state] = counts.get(state, 0) + row["messages"]
    return DeliveryResult(trouble=trouble, **counts)


def _copied(message: Message) -> list[str]:
    """Whoever has the message in copy, each once, and not to whom it is addressed anyway."""
    others = {address.casefold(): address for address in message.copies}
    others.pop(message.address.casefold(), None)
    return list(others.values())


def _insert(conn: Connection, message: Message, first: dict[str, Any]) -> bool:
    """Put a message in with its files; `first`: its state, since when, and the words of its first event."""
    added = run(
        conn,
        "mail/insert_message",
        **_headers(message),
        message_key=message.key,
        address=message.address,
        html=message.html,
        plain=message.plain,
        copies=_copied(message),
        copy_of=None,
        resend_of=message.resend_of,
        **first,
    )
    if added.first() is None:
        return False
    for place, file in enumerate(message.files):
        run(conn, "mail/insert_attachment", message_key=message.key, place=place, content_id=None, **asdict(file))
    for place, picture in enumerate(message.pictures, len(message.files)):
        run(
            conn,
            "mail/insert_attachment",
            message_key=message.key,
            place=place,
            name=f"{picture.cid}.png",
            media_type="image/png",
            content=picture.content,
            about=f"picture/{picture.cid}",
            content_id=picture.cid,
        )
    return True


def _insert_copy(conn: Connection, message: Message, address: str, first: dict[str, Any]) -> bool:
    added = run(
        conn,
        "mail/insert_message",
        **_headers(message),
        message_key=f"{message.key}/cc/{address.casefold()}",
        address=address,
        html=None,
        plain=None,
        copies=[],
        copy_of=message.key,
        resend_of=None,
        **first,
    )
    return added.first() is not None


def _headers(message: Message) -> dict[str, Any]:
    """What a message and its copies have in common."""
    domain = message.reply_to.rpartition("@")[2]
    return {
        "close_key": message.close_key,
        "kind": message.kind,
        "office": message.office,
        "message_id": message_id(message.key, message.close_key, domain),
        "reply_to": message.reply_to,
        "subject": message.subject,
        "not_before": message.not_before,
    }
