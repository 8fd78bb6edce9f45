"""Which books balance at a close, kept per close: closing total = entered = scanned = received (docs/figures.md)."""

from __future__ import annotations

from sqlalchemy import Connection, text

from include.campaign.days import Close
from include.campaign.warehouse import run


def freeze_completion(conn: Connection, close: Close, *, ledger_read: bool) -> None:
    """Keep which books came into balance by a close, and which fell out of it again.

    The counts are those of the close's own pass over the mirror (`answered`). Of a registry that was not read for the
    close nothing is said, and of none where the ledger was not read: its books stay as they stood.

    Args:
        conn: campaign database, in the closing's transaction.
        close: the close, its registries noted.
        ledger_read: whether `received` is known.
    """
    if not ledger_read:
        return
    run(conn, "completion/drop_balanced")
    run(conn, "completion/create_balanced", close_key=close.key, as_of=close.as_of)
    conn.execute(text("analyze balanced"))
    run(conn, "completion/upsert_registries", close_key=close.key)
    run(conn, "completion/delete_books", close_key=close.key)
    run(conn, "completion/insert_books", close_key=close.key)
