"""Where the world's PostgreSQL server answers, and how the world itself logs in there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg


@dataclass(frozen=True)
class ServerAddress:
    """A PostgreSQL server over TCP and the superuser that the world is made with; `repr` keeps the password out."""

    host: str
    port: int
    superuser: str
    password: str = field(repr=False)

    def connect(self, database: str = "postgres", **options: Any) -> psycopg.Connection:
        """A superuser's connection; `options` go to `psycopg.connect` (for instance `autocommit=True`).

        Raises:
            psycopg.OperationalError: the server cannot be reached or refuses the log-in.
        """
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.superuser,
            password=self.password,
            dbname=database,
            connect_timeout=10,
            application_name="rehearsal",
            **options,
        )
