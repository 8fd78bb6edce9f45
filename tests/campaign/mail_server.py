"""A mail server that behaves as badly as a test wants: STARTTLS and log-in on, one behaviour per address."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from include.campaign.mail import SmtpSettings

LOGIN, PASSWORD = "congvan", "mat-khau-thu"
SENDER = "hotich@sotuphap.example"


@dataclass
class Behaviour:
    """What the server does to each address (none named: accepts), and what it has taken.

    Values of `to`: refuse, defer, drop_before_data, refuse_data, defer_data, drop_after_data, drop_after_answer (found
    out with the next command), stall_before_data, stall_after_data. `times` limits a behaviour to the first so many
    attempts.
    """

    to: dict[str, str] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    refuse_sender: bool = False
    slow_seconds: float = 0.0
    taken: list[Envelope] = field(default_factory=list)
    """Every body that arrived whole, whatever was answered."""
    kept: list[Envelope] = field(default_factory=list)
    """Those of them that it has told nobody it would not have."""
    sessions: int = 0
    stalled: bool = False
    cut: bool = False

    def addresses(self) -> list[str]:
        return sorted(envelope.rcpt_tos[0] for envelope in self.taken)

    def _now(self, address: str, wanted: tuple[str, ...]) -> str | None:
        behaviour = self.to.get(address)
        if behaviour not in wanted:
            return None
        left = self.times.get(address)
        if left == 0:
            return None
        if left is not None:
            self.times[address] = left - 1
        return behaviour

    async def handle_EHLO(self, server: Any, session: Session, envelope: Envelope, hostname: str, answers: list[str]):
        session.host_name = hostname
        self.sessions += not session.ssl
        return answers

    async def handle_MAIL(self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]):
        if self.cut:
            self.cut = False
            server.transport.abort()
        if self.refuse_sender:
            return "553 5.7.1 sender not allowed"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]):
        match self._now(address, ("refuse", "defer", "drop_before_data", "stall_before_data")):
            case "refuse":
                return "550 5.1.1 no such mailbox"
            case "defer":
                return "451 4.7.1 come again later"
            case "drop_before_data":
                server.transport.abort()
            case "stall_before_data":
                self.stalled = True
                await asyncio.sleep(30)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope):
        await asyncio.sleep(self.slow_seconds)
        behaviour = self._now(
            envelope.rcpt_tos[0],
            ("refuse_data", "defer_data", "drop_after_data", "drop_after_answer", "stall_after_data"),
        )
        self.taken.append(envelope)
        if behaviour not in ("refuse_data", "defer_data"):
            self.kept.append(envelope)
        match behaviour:
            case "refuse_data":
                return "554 5.7.0 looks like spam"
            case "defer_data":
                return "452 4.3.1 disk full"
            case "drop_after_data":
                server.transport.abort()
            case "drop_after_answer":
                self.cut = True
            case "stall_after_data":
                await asyncio.sleep(30)
        return "250 OK taken"


@contextmanager
def mail_server(behaviour: Behaviour, folder: Path, security: str = "starttls") -> Iterator[SmtpSettings]:
    """The server on a free port of this machine; yields how to reach it."""
    cafile, keyfile = make_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cafile, keyfile)
    port = free_port()
    over_tls: dict[str, Any] = {
        "starttls": {"tls_context": context, "require_starttls": True, "auth_required": True},
        "ssl": {"ssl_context": context, "auth_required": True, "auth_require_tls": False},
        "none": {"auth_require_tls": False},
    }[security]
    controller = Controller(behaviour, hostname="127.0.0.1", port=port, authenticator=_authenticate, **over_tls)
    controller.start()
    try:
        yield SmtpSettings(
            host="localhost",
            port=port,
            login="" if security == "none" else LOGIN,
            password="" if security == "none" else PASSWORD,
            security=security,
            sender=SENDER,
            cafile=str(cafile),
        )
    finally:
        controller.stop(no_assert=True)


def _authenticate(server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (LOGIN.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate of localhost and its key, as PEM files."""
    cafile, keyfile = folder / "server.pem", folder / "server.key"
    if not cafile.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = datetime.datetime.now(datetime.UTC)
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=5))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        cafile.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        keyfile.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return cafile, keyfile


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
