"""Which receipt of the ledger belongs to which entry. Rule and order of steps: docs/figures.md, "Matching"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from include.campaign.warehouse import fetch, run


def pair_receipts(conn: Connection) -> None:
    """Pair every receipt of the mirror with the entries it can be of; pairs of the same readings and plan are kept.

    Leaves in the schema `matching`: `pair` (one row per receipt and candidate entry: by reference, else by the sender's
    id, else by the natural key), `ambiguous` (receipts with several candidates; they stay so), `stray` (receipts that
    are no entry's own) and `book` (what a book is counted under). Set-based. The mirror stands still until the
    transaction ends, so that everything made of the pairs is of one state; another transaction that pairs waits as
    long.
    """
    run(conn, "matching/lock_mirror")
    run(conn, "matching/lock_matching")
    [made_of] = fetch(conn, "matching/select_made_of")
    if made_of["kept"] == made_of["present"]:
        return
    for row in fetch(conn, "matching/select_unseen"):
        conn.execute(text(f"analyze {row['unseen']}"))  # else the first close takes loops for what it joins later
    run(conn, "matching/drop_pairs")
    run(conn, "matching/create_code_meaning")
    run(conn, "matching/create_books")
    # New tables have no statistics until told so, and the joins are large.
    conn.execute(text("analyze matching.code_meaning, matching.book"))
    run(conn, "matching/create_pair")
    run(conn, "matching/create_unpaired")
    conn.execute(text("analyze unpaired"))
    run(conn, "matching/delete_pairs_without_entry")
    run(conn, "matching/insert_pairs_by_sender")
    run(conn, "matching/create_sought")
    conn.execute(text("analyze sought"))
    run(conn, "matching/insert_pairs_by_key")
    conn.execute(text("analyze matching.pair, mirror.entry (t_state, t_error_code)"))
    run(conn, "matching/create_ambiguous")
    conn.execute(text("analyze matching.ambiguous"))
    run(conn, "matching/mark_crowded")
    # Else the planner takes it that there are none, and loops over them: half a second in each close.
    conn.execute(text("analyze matching.pair (crowded)"))
    run(conn, "matching/create_stray")
    run(conn, "matching/upsert_made_of", made_of=made_of["present"])


def make_crowds(conn: Connection, as_of: Sequence[datetime], previous_as_of: Sequence[datetime | None]) -> None:
    """Leave `matching.crowd_at`: at several instants, what counts of entries with several receipts or a doubtful one.

    Args:
        conn: campaign database, in the transaction that paired.
        as_of: the instants.
        previous_as_of: to each, the instant of the close before it; None where there is none.
    """
    run(conn, "drop_answers")
    run(conn, "create_crowd_at", as_of=as_of, previous_as_of=previous_as_of)
    conn.execute(text("analyze matching.crowd_at"))  # small: without knowing, the planner sorts all entries for it


def choose_crowd(conn: Connection, as_of: datetime, previous_as_of: datetime | None) -> None:
    """Leave `matching.crowd` and `received_ambiguous` of one of the instants of `make_crowds`, for all who ask next."""
    run(conn, "drop_counts")
    run(conn, "create_crowd", as_of=as_of)
    conn.execute(text("analyze matching.crowd"))
    run(conn, "create_received_ambiguous", as_of=as_of, previous_as_of=previous_as_of)
