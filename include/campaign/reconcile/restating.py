"""What a closing rested on, and what it finds of the close before: figures that a source shows otherwise by now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from include.campaign.days import Close
from include.campaign.warehouse import fetch_one, run


def note_basis(conn: Connection, close: Close, frozen: Sequence[str]) -> None:
    """Note the readings that a closing rests on, so that its figures can be proved later (`closing.basis`).

    Args:
        conn: campaign database, in the closing's transaction.
        close: the close.
        frozen: registries whose state figures this closing freezes.
    """
    run(conn, "insert_basis", close_key=close.key, registry_codes=list(frozen))


def restate_before(
    conn: Connection, close: Close, before: Close | None, now: datetime, run_id: str, *, ledger_read: bool
) -> None:
    """Record where the dated figures of the close before are otherwise by now; what was frozen stays as it is.

    Whatever a source changes is so found one close later without closing the day again: the counts come from the same
    pass over the mirror as the present close's own. Needs `counted`, `pair` and `ambiguous` of the present close.

    Args:
        conn: campaign database, in the closing's transaction.
        close: the present close, its registries noted.
        before: the close before it, None for the first.
        now: the campaign's present instant.
        run_id: the run that closes.
        ledger_read: whether `received` is known.
    """
    # Closed again, a close says itself what its progress was.
    run(conn, "delete_restated_progress", close_key=close.key)
    known = fetch_one(conn, "select_close", close_key=before.key) if before else None
    if before is None or known is None or known["closed_at"] is None:
        return
    of_both = {"close_key": close.key, "previous_as_of": before.as_of, "ledger_read": ledger_read}
    run(conn, "drop_before")
    run(conn, "create_computed_before", **of_both)
    run(
        conn,
        "insert_restatements_before",
        previous_key=before.key,
        close_key=close.key,
        restated_at=now,
        run_id=run_id,
    )
    run(conn, "upsert_restated_progress", previous_key=before.key, **of_both)
