"""Which receipt of the ledger belongs to which entry. Rule and order of steps: docs/figures.md, "Matching"."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from include.campaign.warehouse import run


def match_receipts(conn: Connection, as_of: datetime) -> None:
    """Match every receipt of the mirror, in temporary tables of the present transaction.

    Leaves `pair` (receipt and candidate entry), `candidate` (how many entries a receipt can be), `received` (entries
    with a live receipt of their own at `as_of`) and `received_ambiguous` (entries that count as received though nobody
    can say which). Set-based; nothing is guessed: a receipt with several candidates matches none of them.
    """
    run(conn, "drop_matches")
    run(conn, "create_code_meaning")
    run(conn, "create_pair")
    run(conn, "insert_pairs_by_sender")
    run(conn, "insert_pairs_by_key")
    # Temporary tables have no statistics until told so, and the next joins are large.
    conn.execute(text("analyze pair"))
    run(conn, "create_candidates")
    run(conn, "create_received", as_of=as_of)
    run(conn, "create_received_ambiguous", as_of=as_of)
    conn.execute(text("analyze received"))
