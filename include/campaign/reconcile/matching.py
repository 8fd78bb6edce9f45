"""Which receipt of the ledger belongs to which entry. Rule and order of steps: docs/figures.md, "Matching"."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from include.campaign.warehouse import run


def pair_receipts(conn: Connection) -> None:
    """Pair every receipt of the mirror with the entries it can be of, in temporary tables of the present transaction.

    Leaves `pair` (one row per receipt and candidate entry: by reference, else by the sender's id, else by the natural
    key) and `ambiguous` (receipts with several candidates; they stay so). Set-based. The mirror stands still until the
    transaction ends, so that everything made of the pairs is of one state.
    """
    run(conn, "lock_mirror")
    run(conn, "drop_matches")
    run(conn, "create_code_meaning")
    run(conn, "create_pair")
    # Temporary tables have no statistics until told so, and the joins are large.
    conn.execute(text("analyze pair"))
    run(conn, "create_unpaired")
    run(conn, "insert_pairs_by_sender")
    run(conn, "insert_pairs_by_key")
    run(conn, "create_ambiguous")


def tell_received(conn: Connection, as_of: datetime) -> None:
    """Tell which entries are received at an instant; needs `pair_receipts` in the same transaction.

    Leaves `received` (entries with a live receipt of their own) and `received_ambiguous` (entries that count as
    received though nobody can say which).
    """
    run(conn, "drop_counts")
    run(conn, "create_received", as_of=as_of)
    conn.execute(text("analyze received"))
    run(conn, "create_received_ambiguous", as_of=as_of)
