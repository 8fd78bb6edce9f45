"""Worklists: what each registry has to correct before the Ministry takes it, kept across closes (docs/figures.md)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, RowMapping, text

from include.campaign.days import Close
from include.campaign.warehouse import fetch, run


def freeze_worklists(conn: Connection, close: Close, registry_codes: Sequence[str]) -> None:
    """Bring worklists to what was read for a close, and freeze what they hold.

    State figures: a registry's list is that of the day's first closing read, and a registry that was not read, or shows
    no error codes, keeps its list. Lists only go forward: a close that is closed after a later one leaves them as they
    are.

    Args:
        conn: campaign database, in the closing's transaction; needs what `pair_receipts` leaves.
        close: the close, its registries noted.
        registry_codes: registries whose state this closing freezes.
    """
    if registry_codes and not run(conn, "worklist/select_whether_later", close_key=close.key).scalar_one():
        _update_items(conn, close, registry_codes)
    run(conn, "worklist/delete_counts", close_key=close.key)
    run(conn, "worklist/insert_counts", close_key=close.key)


def _update_items(conn: Connection, close: Close, registry_codes: Sequence[str]) -> None:
    [looked] = fetch(conn, "worklist/select_looked", close_key=close.key, registry_codes=list(registry_codes))
    # How many rows a close changes is not known before: what suits a handful takes minutes for a first day's lists.
    conn.execute(text("set local enable_nestloop = off"))
    run(conn, "worklist/drop_refused")
    run(conn, "worklist/create_refused", **looked)
    conn.execute(text("analyze refused (entry_hash)"))
    run(conn, "worklist/take_received", as_of=close.as_of)
    run(conn, "worklist/end_items", close_key=close.key, registry_codes=looked["registry_codes"])
    run(conn, "worklist/insert_items", close_key=close.key)
    conn.execute(text("set local enable_nestloop = on"))


def worklist_counts(conn: Connection, close_key: str) -> Sequence[RowMapping]:
    """What the lists hold at a close, by registry and code: entries, new, done, oldest_since."""
    return fetch(conn, "worklist/select_counts", close_key=close_key)


def worklist_items(
    conn: Connection,
    close_key: str,
    registry_codes: Collection[str] | None = None,
    error_code: str | None = None,
    at_most: int | None = None,
) -> Sequence[RowMapping]:
    """Entries on the lists at a close, registry after registry in the order of its books.

    Args:
        conn: campaign database.
        close_key: any close.
        registry_codes: of these registries; None: of all.
        error_code: with this code; None: any.
        at_most: so many; None: all.
    """
    return fetch(
        conn,
        "worklist/select_items",
        close_key=close_key,
        registry_codes=None if registry_codes is None else sorted(registry_codes),
        error_code=error_code,
        at_most=at_most,
    )


def untold_worklists(conn: Connection, close_key: str) -> frozenset[str]:
    """Registries whose list at a close holds something else than what was told last, by a mail of an earlier close."""
    return frozenset(row["registry_code"] for row in fetch(conn, "worklist/select_untold", close_key=close_key))


def unknown_codes(conn: Connection, close_key: str) -> Sequence[RowMapping]:
    """Codes at a close that the plan does not know, new ones first: error_code ("": none at all), entries, registries.

    `first_key` is the close that showed the code first. What came back with such a code is held until the plan says
    what it means.
    """
    return fetch(conn, "worklist/select_unknown_codes", close_key=close_key)
