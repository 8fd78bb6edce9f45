"""The mail sink: an SMTP server that keeps every mail in a Maildir instead of delivering it.

`python -m include.local.mailsink` asks for STARTTLS and a log-in, as a real server does.
"""

from __future__ import annotations

import argparse
import asyncio
import hmac
import json
import mailbox
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

SIZE_LIMIT_BYTES = 25 * 1024 * 1024


class Keeper:
    """Writes each accepted mail to the Maildir before it answers 250.

    The file's head names the envelope (X-MailFrom, X-RcptTo): what was delivered, whatever the To line says.
    """

    def __init__(self, maildir: Path) -> None:
        maildir.parent.mkdir(parents=True, exist_ok=True)
        self.maildir = mailbox.Maildir(maildir, create=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one mail."""
        head = f"X-MailFrom: {envelope.mail_from}\nX-RcptTo: {', '.join(envelope.rcpt_tos)}\n"
        # As bytes: parsing and printing it again would not keep a mail to the letter.
        self.maildir.add(head.encode() + (envelope.original_content or b"").replace(b"\r\n", b"\n"))
        return "250 2.0.0 kept"


class Door:
    """The one log-in that the sink knows."""

    def __init__(self, login: str, password: str) -> None:
        self.login, self.password = login.encode(), password.encode()

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, offered: object
    ) -> AuthResult:
        """Let in, or refuse with 535."""
        right = (
            isinstance(offered, LoginPassword)
            and hmac.compare_digest(offered.login, self.login)
            and hmac.compare_digest(offered.password, self.password)
        )
        return AuthResult(success=right, handled=False)


async def serve(settings: dict[str, str]) -> None:
    """Listen until the process is ended; settings: host, port, login, password, maildir, certificate, key."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings["certificate"], settings["key"])
    keeper, door = Keeper(Path(settings["maildir"])), Door(settings["login"], settings["password"])

    def session() -> SMTP:
        return SMTP(
            keeper,
            hostname="localhost",
            ident="campaign mail sink",
            data_size_limit=SIZE_LIMIT_BYTES,
            enable_SMTPUTF8=True,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            auth_require_tls=True,
            authenticator=door,
        )

    server = await asyncio.get_running_loop().create_server(session, settings["host"], int(settings["port"]))
    async with server:
        await server.serve_forever()


def main() -> None:
    """Read the settings file that is named on the command line, and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", type=Path, help="JSON file, readable by its owner only")
    settings: dict[str, str] = json.loads(parser.parse_args().settings.read_text(encoding="utf-8"))
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
