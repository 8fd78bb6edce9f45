"""A row of the outbox as the message that goes over the line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from sqlalchemy import RowMapping


class _WholeWords(EmailPolicy):
    """Lines of a message as they go over the line; a folded subject or sender's name keeps its words.

    Python 3.11 drops a space where it breaks a subject between two encoded words, and puts one in where it breaks a
    name (github.com/python/cpython/issues/92081): measured, one Vietnamese subject in six came out with two words run
    together, and a long office's name with a word cut in two.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if not value.isascii():
            match name.lower():
                case "subject":
                    return self._line(name, str(value), "")
                case "from":
                    (sender,) = value.addresses
                    return self._line(name, sender.display_name, f"{self.linesep} <{sender.addr_spec}>")
        return super().fold_binary(name, value)

    def _line(self, name: str, words: str, end: str) -> bytes:
        encoded = Header(words, "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{end}{self.linesep}".encode("ascii")


_SHOWN = re.compile(r'(<img\b[^>]*?\bsrc=["\']cid:)([^"\'@]+)(?=["\'])')

ON_THE_LINE = _WholeWords(linesep="\r\n")
"""How a message is written for SMTP."""


def message_id(message_key: str, close_key: str, domain: str) -> str:
    """RFC 5322 Message-ID of a message: the same key gives the same id, so a reader can tell a second copy."""
    return f"<{close_key}.{hashlib.sha256(message_key.encode()).hexdigest()[:32]}@{domain}>"


def shown_pictures(html: str) -> set[str]:
    """The pictures that an HTML body shows, by their Content-ID as `Picture.cid` writes it."""
    return {found.group(2) for found in _SHOWN.finditer(html)}


def compose(
    row: RowMapping, sender_name: str, sender: str, now: datetime, files: Iterable[RowMapping] = ()
) -> EmailMessage:
    """The message of an outbox row, text and HTML with its pictures, marked as sent by a machine.

    Args:
        row: address, copies (addresses), message_id, reply_to, subject, html, plain.
        sender_name: display name of the sender.
        sender: the sender's address.
        now: the campaign's present instant.
        files: that go with it: name, media_type, content, content_id (of a picture in the HTML; null: attached).

    Raises:
        ValueError: a header would break the message (a line end in it).
    """
    message = EmailMessage()
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = row["address"]
    if row["copies"]:
        message["Cc"] = ", ".join(row["copies"])
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
    # A Content-ID is to be unique in the world (RFC 2392): programs that keep pictures by it mix none up.
    key, _, domain = row["message_id"].strip("<>").rpartition("@")
    of_message = f"{hashlib.sha256(key.encode()).hexdigest()[:16]}@{domain}"
    html = _SHOWN.sub(lambda shown: f"{shown.group(1)}{shown.group(2)}.{of_message}", row["html"])
    message.add_alternative(html, subtype="html", cte="base64")
    page = message.get_body(("html",))
    for file in files:
        main, _, sub = file["media_type"].partition("/")
        if page is not None and file["content_id"] is not None:
            page.add_related(
                bytes(file["content"]),
                maintype=main,
                subtype=sub,
                cid=f"<{file['content_id']}.{of_message}>",
                filename=file["name"],
                disposition="inline",
            )
            continue
        # Bytes, not text: a file arrives as it was made, its line ends and its mark of UTF-8 included.
        message.add_attachment(
            bytes(file["content"]), maintype=main, subtype=sub, filename=file["name"], params={"charset": "utf-8"}
        )
    return message
