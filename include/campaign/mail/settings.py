"""Where and how mail is handed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Security = Literal["starttls", "ssl", "none"]


@dataclass(frozen=True)
class SmtpSettings:
    """One SMTP server and how to use it.

    Attributes:
        host: name of the server; its certificate must be made out to it.
        port: TCP port.
        login: who logs in; empty: no log-in. Need not be an address, nor the sender's.
        password: its password; never part of `repr`, so it cannot reach a log.
        security: "starttls" and "ssl" check the server's certificate; "none" is for servers on the same machine.
        sender: address that mail comes from.
        cafile: certificates to trust instead of the system's, as a PEM file.
    """

    host: str
    port: int
    login: str
    password: str = field(repr=False)
    security: Security
    sender: str
    cafile: str | None = None

    def __post_init__(self) -> None:
        if self.security not in ("starttls", "ssl", "none"):
            raise ValueError(f"security is {self.security!r}: it must be starttls, ssl or none")
        if "@" not in self.sender:
            raise ValueError(f"sender is {self.sender!r}: it must be an address")
