"""Cases of duplicates brought up to date from the mirror, and counted for a close (docs/figures.md, "Duplicates")."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from include.campaign.days import Calendar, Close
from include.campaign.plan.rules import Duplicates
from include.campaign.warehouse import fetch_one, run


def count_duplicates(conn: Connection, calendar: Calendar, close: Close, *, ledger_read: bool) -> None:
    """Bring the cases up to date and freeze the burn-down of a close, per registry and phase.

    Counts are state figures: a registry's are those of the first closing that had read both it and the ledger; until
    then they say what was known before. A close that is counted after a later one changes no case and repeats the
    counts of the close before it. Needs what `pair_receipts` leaves.

    Args:
        conn: campaign database, in the closing's transaction.
        calendar: the campaign's closes, with the plan's rules.
        close: the close, its registries noted.
        ledger_read: whether receipts are known; without them no case is opened or ended.
    """
    run(conn, "duplicates/lock_duplicates")
    counted = fetch_one(conn, "duplicates/select_counted", close_key=close.key)
    if counted is not None and counted["later"]:
        run(conn, "duplicates/repeat_counts", close_key=close.key, previous_key=counted["previous_key"])
        return
    run(conn, "duplicates/drop_counted_registry")
    run(conn, "duplicates/create_counted_registry", close_key=close.key, ledger_read=ledger_read)
    if conn.execute(text("select count(*) from counted_registry")).scalar_one() == 0:
        return
    if ledger_read:
        refresh_cases(conn, calendar.rules.duplicates, close.key, close.as_of)
    run(conn, "duplicates/delete_counts", close_key=close.key)
    run(conn, "duplicates/insert_counts", close_key=close.key)
    run(conn, "duplicates/remember_counted", close_key=close.key)


def refresh_cases(conn: Connection, rules: Duplicates, close_key: str, as_of: datetime) -> None:
    """Open a case for each entry refused as a duplicate, end those that stand no more, look for partners.

    Only what changed is written, and only cases still to be decided without a partner in the ledger are looked into.

    Args:
        conn: campaign database, in a transaction that holds the lock of duplicates; the mirror stands still.
        rules: the plan's.
        close_key: close that first sees, or first misses, a case.
        as_of: instant that receipts count at.
    """
    person_codes = {"person_codes": list(rules.person_codes)}
    run(conn, "duplicates/drop_looks")
    run(conn, "duplicates/create_refused_duplicate", as_of=as_of)
    _analyse(conn, "refused_duplicate")
    run(conn, "duplicates/end_cases", close_key=close_key, as_of=as_of)
    run(conn, "duplicates/reopen_cases", **person_codes)
    opened = run(conn, "duplicates/insert_cases", close_key=close_key, **person_codes).rowcount
    if opened:
        _analyse(conn, "transfers.duplicate")
    run(conn, "duplicates/create_sought_partner", as_of=as_of)
    _analyse(conn, "sought_partner")
    run(conn, "duplicates/create_partner_book")
    _analyse(conn, "partner_book")
    run(conn, "duplicates/create_found_partner", as_of=as_of)
    run(conn, "duplicates/insert_receipt_partners", as_of=as_of, **person_codes)
    _analyse(conn, "found_partner")
    run(
        conn,
        "duplicates/update_partners",
        as_of=as_of,
        twin_registers=list(rules.twin_registers),
        near_numbers=rules.near_numbers,
        **person_codes,
    )


def _analyse(conn: Connection, table: str) -> None:
    """New tables have no statistics until told so."""
    conn.execute(text(f"analyze {table}"))
