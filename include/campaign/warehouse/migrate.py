"""Bring the campaign database to the newest schema (Alembic), safely from several processes at once."""

from __future__ import annotations

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

# Any number; the same in every process, so that only one migrates at a time.
_MIGRATION_LOCK = 3703

OLDEST_SERVER = 17
"""Oldest PostgreSQL of the campaign's own database; sources may be older (contract: 13)."""


def migrate(url: str) -> None:
    """Create or upgrade the campaign's schemas in the database at `url` (`postgresql+psycopg://...`).

    Does nothing when the schema is the newest already. Two processes may call it at once: the second waits.

    Raises:
        RuntimeError: the server is older than `OLDEST_SERVER`.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = create_engine(url)
    try:
        with engine.begin() as conn:
            version = int(conn.execute(text("show server_version_num")).scalar_one()) // 10_000
            if version < OLDEST_SERVER:
                raise RuntimeError(
                    f"the campaign database runs PostgreSQL {version}; it needs {OLDEST_SERVER} or later "
                    "(registries and the ledger may be older)"
                )
            conn.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
    finally:
        engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m include.campaign.warehouse.migrate postgresql+psycopg://user:password@host/campaign")
    migrate(sys.argv[1])
