"""The only place that speaks SMTP to send: yagmail's client with one attempt a message, and every outcome told apart.

What is different from yagmail's own behaviour, and why:

* one attempt: yagmail sends again after a lost line, though the first copy may have been received;
* outcomes raise: yagmail returns False for a lost line and a dictionary for a refusal, both easily overlooked;
* the message is ours: yagmail turns line ends into `<br>`, makes the HTML source the plain part, attaches a file whose
  path equals the body, and gives equal subjects the same Message-ID;
* log-in and sender may differ, the certificate is checked, and nothing waits for ever.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

import yagmail

from include.campaign.mail.envelope import ON_THE_LINE
from include.campaign.mail.settings import SmtpSettings

_SERVICE_CLOSES = 421
_LOGIN_WANTED = 530
_START_OF_DATA = 354


class ServerUnusable(Exception):
    """No session with the server, or it does not let this sender send: nothing was sent, and nothing will be."""


class LineLost(Exception):
    """The line went before any of the body was sent: the message was not received."""


class Unanswered(Exception):
    """The line went after the body had begun: the message may have been received."""


class TurnedDown(Exception):
    """The server answered that it does not take the message, for now (4xx) or at all (5xx)."""

    def __init__(self, code: int, reply: bytes) -> None:
        self.code = code
        self.detail = reply.decode("utf-8", "replace")[:300]
        super().__init__(f"{code} {self.detail}")

    @property
    def for_good(self) -> bool:
        """Sending the same again is of no use."""
        return self.code >= 500


class CampaignClient(yagmail.Client):
    """A session with one SMTP server; `login` opens it, and after any lost line it must be opened again."""

    def __init__(self, settings: SmtpSettings, timeout_seconds: float) -> None:
        """Prepare a client; nothing is connected yet.

        Args:
            settings: the server, its security and who sends.
            timeout_seconds: for connecting, and for each answer.
        """
        self.is_closed = True
        self._settings = settings
        context = None if settings.security == "none" else ssl.create_default_context(cafile=settings.cafile)
        with_context = {"context": context} if settings.security == "ssl" else {}
        super().__init__(
            user=settings.sender,
            password="",
            host=settings.host,
            port=settings.port,
            smtp_ssl=settings.security == "ssl",
            smtp_starttls={"context": context} if settings.security == "starttls" else False,
            # yagmail logs in as the sender; `login` below does it as whom the settings name.
            smtp_skip_login=True,
            soft_email_validation=False,
            timeout=timeout_seconds,
            **with_context,
        )
        self.is_closed = True

    def login(self) -> None:
        """Connect, secure the line and log in.

        Raises:
            ServerUnusable: whatever of the three failed.
        """
        try:
            super().login()
            # A message longer than a TLS record goes out in pieces, and the last, short one would wait for the word
            # that the first has come, which the other side holds back for 40 ms. Measured: 21 ms a message with that
            # wait, 4 without it.
            self.smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.smtp.ehlo_or_helo_if_needed()
            if self._settings.login:
                self.smtp.login(self._settings.login, self._settings.password)
        except OSError as error:  # smtplib's and ssl's errors are such, too
            self.drop()
            raise ServerUnusable(f"{self._settings.host}:{self._settings.port}: {_told(error)}") from error

    def prepare_send(self, message: EmailMessage, recipient: str) -> tuple[list[str], bytes]:
        """Recipients, and the bytes that go over the line: dots doubled, the end marked (RFC 5321 4.5.2, 4.1.1.4).

        Args:
            message: what is sent.
            recipient: the one address that it goes to, whoever else its headers name.

        Raises:
            ValueError: the recipient is no address.
        """
        # An address with a space or a line end in it would be another command.
        address = Address(addr_spec=recipient).addr_spec
        content = re.sub(rb"(?m)^\.", b"..", message.as_bytes(policy=ON_THE_LINE)).removesuffix(b"\r\n")
        return [address], content + b"\r\n.\r\n"

    def send(self, recipients: list[str], content: bytes, before_body: Callable[[], None]) -> tuple[int, str]:
        """Send one message to its only recipient, once.

        Args:
            recipients: the one address, as `prepare_send` has it.
            content: the bytes that it makes of the message.
            before_body: called when the server waits for the body; whatever it raises stops the sending there.

        Returns:
            The server's last code and words.

        Raises:
            ServerUnusable: the server refuses the sender for good.
            TurnedDown: it refuses or defers this message.
            LineLost: the line went before the body.
            Unanswered: the line went after the body had begun.
        """
        try:
            self._announce(recipients[0])
        except OSError as error:
            self.drop()
            raise LineLost(_told(error)) from error
        try:
            before_body()
        except BaseException:
            self.drop()  # the server waits for a body that must not come
            raise
        try:
            self.smtp.send(content)
            code, reply = self.smtp.getreply()
        except OSError as error:
            self.drop()
            raise Unanswered(_told(error)) from error
        if code < 200:  # not an answer: smtplib says -1 for a line it cannot read
            self.drop()
            raise Unanswered(f"unreadable answer {reply[:100]!r}")
        if code >= 400:
            self._turned_down(code, reply)
        return code, reply.decode("utf-8", "replace")[:300]

    def _announce(self, recipient: str) -> None:
        """Sender, recipient and the wish to send: up to the server's word that it waits for the body."""
        code, reply = self.smtp.mail(self.user)
        if code >= 500:
            raise ServerUnusable(
                f"the server refuses the sender {self.user}: {code} {reply.decode('utf-8', 'replace')}"
            )
        self._check(code, reply)
        self._check(*self.smtp.rcpt(recipient))
        code, reply = self.smtp.docmd("DATA")
        if code != _START_OF_DATA:
            self._check(code, reply)
            raise smtplib.SMTPServerDisconnected(f"answer {code} to DATA")

    def _check(self, code: int, reply: bytes) -> None:
        if code == _LOGIN_WANTED:
            raise ServerUnusable(f"the server wants a log-in: {reply.decode('utf-8', 'replace')}")
        if code >= 400:
            self._turned_down(code, reply)
        if code < 200:
            raise smtplib.SMTPServerDisconnected(f"unreadable answer {reply[:100]!r}")

    def _turned_down(self, code: int, reply: bytes) -> None:
        """Leave the session ready for the next message, or closed, and say what the server said."""
        if code == _SERVICE_CLOSES:
            self.drop()
        else:
            try:
                self.smtp.rset()
            except OSError:
                self.drop()
        raise TurnedDown(code, reply)

    def drop(self) -> None:
        """Close the line without a word: after a lost line there is nobody to say it to."""
        self.is_closed = True
        if self.smtp is not None:
            self.smtp.close()

    def close(self) -> None:
        """End the session politely, if there is one."""
        if not self.is_closed:
            self.is_closed = True
            try:
                self.smtp.quit()
            except OSError:
                self.smtp.close()


def _told(error: BaseException) -> str:
    """What happened, in a line for the log and the event; carries no password."""
    words: Any = getattr(error, "smtp_error", None)
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words or error)
    code = getattr(error, "smtp_code", "")
    return " ".join(f"{type(error).__name__} {code} {said}".split())[:300]
