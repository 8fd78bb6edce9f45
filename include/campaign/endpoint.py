"""Where a database answers: the address and log-in of one PostgreSQL database, as the rest of the domain sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import URL


@dataclass(frozen=True)
class Endpoint:
    """Address and log-in of one database.

    Attributes:
        host: name, address, or directory of a Unix socket.
        port: TCP port (5432 where none was given).
        database: name of the database.
        login: role to connect as.
        password: its password; never part of `repr`, so it cannot reach a log.
        sslmode: libpq's sslmode; `None` leaves the choice to the driver ("prefer").
    """

    host: str
    port: int
    database: str
    login: str
    password: str = field(default="", repr=False)
    sslmode: str | None = None

    @property
    def sqlalchemy_url(self) -> str:
        """URL for SQLAlchemy with psycopg 3; carries the password, so do not log it."""
        query: dict[str, str] = {}
        host: str | None = self.host
        if self.host.startswith("/"):
            query["host"], host = self.host, None
        if self.sslmode:
            query["sslmode"] = self.sslmode
        return URL.create(
            "postgresql+psycopg",
            username=self.login or None,
            password=self.password or None,
            host=host,
            port=self.port,
            database=self.database,
            query=query,
        ).render_as_string(hide_password=False)

    def asyncpg_arguments(self) -> Mapping[str, Any]:
        """Keyword arguments for `asyncpg.connect`."""
        arguments: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "database": self.database,
            "user": self.login,
            "password": self.password or None,
        }
        if self.sslmode:
            arguments["ssl"] = self.sslmode
        return arguments
