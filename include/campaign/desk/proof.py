"""What a closing saw, made again from the mirror's versions: the keys behind its figures, by statements of its own.

A closing rests on one reading of each source (`closing.basis`). A version of an entry, book or receipt was in the
mirror then if a reading not later than that one first showed it and none up to it ended it. Matching and classes follow
docs/figures.md in statements apart from those that closed the day: what they agree on was counted twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, text

from include.campaign.days import Calendar, Close
from include.campaign.desk.command import DeskError
from include.campaign.plan import Plan
from include.campaign.warehouse import fetch, fetch_one, run


@dataclass(frozen=True)
class Closed:
    """A close that was carried through, as a proof needs it."""

    close: Close
    row: RowMapping
    frozen_at: dict[str, int]
    """Registry code to the closing that froze its state figures."""

    @property
    def closings(self) -> int:
        """How often it was closed on different readings; 1 as a rule."""
        return int(self.row["closings"])


def find_closed(conn: Connection, plan: Plan, day: str) -> Closed:
    """The close of a day.

    Raises:
        DeskError: the campaign has no such close, or it was not closed.
    """
    calendar = Calendar(plan.rules)
    try:
        close = calendar.close(day)
    except ValueError as error:
        raise DeskError(str(error)) from None
    row = fetch_one(conn, "proof/select_close", close_key=close.key, starts_at=calendar.starts_at)
    if row is None or row["closings"] is None:
        raise DeskError(f"{close.key} was not closed yet: there is nothing to prove")
    frozen = fetch(conn, "proof/select_frozen_at", close_key=close.key)
    return Closed(close, row, {found["registry_code"]: found["closing_no"] for found in frozen})


class Past:
    """What the mirror held at closings of the past, in temporary tables of one transaction.

    Args:
        conn: campaign database, in a transaction that need not be kept.
        near: registry and id of the one entry that is asked for; then only what can bear on it is looked at: its
            receipts, and the entries that these can also be of. None: everything.
    """

    def __init__(self, conn: Connection, near: tuple[str, int] | None = None) -> None:
        self.conn = conn
        self._looked: tuple[str, int] | None = None
        run(conn, "proof/create_book_versions")
        if near is None:
            run(conn, "proof/create_entry_versions")
            run(conn, "proof/create_receipt_versions")
        else:
            case = {"registry_code": near[0], "entry_id": near[1]}
            run(conn, "proof/create_near_receipts", **case)
            run(conn, "proof/create_near_entries", **case)

    def look(self, closed: Closed, closing_no: int) -> None:
        """Make what a closing saw (`proof_*`, `entry_proof`), in place of the last look."""
        if self._looked == (closed.close.key, closing_no):
            return
        conn, as_of, after = self.conn, closed.row["as_of"], closed.row["after"]
        run(conn, "proof/drop_proof")
        run(conn, "proof/create_basis", close_key=closed.close.key, closing_no=closing_no)
        for what in ("book", "entry", "receipt", "code", "pair", "left_over"):
            run(conn, f"proof/create_{what}")
            # Temporary tables have no statistics until told so, and the joins are large.
            conn.execute(text(f"analyze proof_{what}"))
        run(conn, "proof/insert_pairs_by_sender")
        run(conn, "proof/insert_pairs_by_key")
        run(conn, "proof/create_live", as_of=as_of)
        conn.execute(text("analyze proof_live"))
        run(conn, "proof/create_entry_proof", as_of=as_of, after=after)
        self._looked = closed.close.key, closing_no


def items_of(conn: Connection, figure: str, as_of: datetime) -> list[RowMapping]:
    """Keys that a figure or class counts in what was looked at, by registry, register and phase."""
    if figure.startswith("books_"):
        return list(fetch(conn, "proof/select_books", figure=figure, as_of=as_of))
    if figure.startswith("R"):
        return list(fetch(conn, "proof/select_receipts", figure=figure, as_of=as_of))
    found = list(fetch(conn, "proof/select_entries", figure=figure))
    if figure == "received":
        found += fetch(conn, "proof/select_ambiguous")
    return found
