"""A row of the outbox as the message that goes over the line."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr

from sqlalchemy import RowMapping


class _WholeSubjects(EmailPolicy):
    """Lines of a message as they go over the line; a folded subject keeps its spaces.

    Python 3.11 drops a space where it breaks a line between two encoded words (github.com/python/cpython/issues/92081):
    measured, one Vietnamese subject in six came out with two words run together.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() == "subject" and not value.isascii():
            encoded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
            return f"{name}: {encoded}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


ON_THE_LINE = _WholeSubjects(linesep="\r\n")
"""How a message is written for SMTP."""


def message_id(message_key: str, close_key: str, domain: str) -> str:
    """RFC 5322 Message-ID of a message: the same key gives the same id, so a reader can tell a second copy."""
    return f"<{close_key}.{hashlib.sha256(message_key.encode()).hexdigest()[:32]}@{domain}>"


def compose(row: RowMapping, sender_name: str, sender: str, now: datetime) -> EmailMessage:
    """The message of an outbox row, text and HTML, marked as sent by a machine.

    Args:
        row: address, message_id, reply_to, subject, html, plain.
        sender_name: display name of the sender.
        sender: the sender's address.
        now: the campaign's present instant.

    Raises:
        ValueError: a header would break the message (a line end in it).
    """
    message = EmailMessage()
    message["From"] = formataddr((sender_name, sender))
    message["To"] = row["address"]
    message["Subject"] = row["subject"]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = row["message_id"]
    if row["reply_to"]:
        message["Reply-To"] = row["reply_to"]
    # Out-of-office robots must not answer a robot (RFC 3834; the second is Exchange's own).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    # base64: a Vietnamese letter has a non-ASCII character in every word.
    message.set_content(row["plain"], cte="base64")
    message.add_alternative(row["html"], subtype="html", cte="base64")
    return message
