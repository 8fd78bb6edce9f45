"""Breaks: what does not fit together, each one known across the days. Rules: docs/figures.md, "Breaks"."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, text

from include.campaign.days import Calendar, Close
from include.campaign.plan.rules import Breaks, Scans
from include.campaign.plan.scans import name_regex
from include.campaign.pull.ledger import RECEIPTS_IN_RANGE
from include.campaign.warehouse import fetch, run

_NUMBER = "{number}"


def count_breaks(conn: Connection, calendar: Calendar, close: Close) -> Sequence[RowMapping]:
    """Tell the breaks of what was read for a close, and freeze how many stand, are new and are cleared.

    What was looked at for the close before stays as it was told then, so that closing again changes nothing. A
    registry that was not read keeps its breaks; without the ledger, all keep those that rest on it. A close that is
    counted after a later one leaves every break alone. Books are looked into only where they changed. Needs
    what `pair_receipts` leaves, and `matching.crowd` and `classed` of the close.

    Args:
        conn: campaign database, in the closing's transaction.
        calendar: the campaign's closes, with the plan's rules.
        close: the close, its registries noted.

    Returns:
        Where the breaks do not add up (registry, what, held, counted). Then nothing of them is kept, and the next
        closing of the day tells them anew.
    """
    attempt = conn.begin_nested()
    run(conn, "breaks/drop_looks")
    first = run(conn, "breaks/insert_close", close_key=close.key).rowcount == 1
    run(conn, "breaks/create_looked", close_key=close.key)
    looked = conn.execute(text("select count(*) from looked")).scalar_one()
    if looked:
        _check_changes(conn, calendar.rules.scans)
        _find(conn, close, calendar.rules.scans)
        _keep(conn, close)
    if first or looked:
        _count(conn, close, calendar.rules.breaks, first=first)
    wrong = fetch(conn, "breaks/select_open_sums", close_key=close.key)
    if wrong:
        attempt.rollback()
    else:
        attempt.commit()
    return wrong


def _check_changes(conn: Connection, scans: Scans) -> None:
    """Look into the books and ranges of receipts that changed since they were checked last."""
    head, tail = scans.entry_pattern.split(_NUMBER)
    patterns = hashlib.sha256(scans.entry_pattern.encode()).hexdigest()[:12]
    run(conn, "breaks/create_changed_book", page_head=head, page_tail=tail, patterns=patterns)
    run(conn, "breaks/create_changed_entry")
    run(conn, "breaks/create_changed_receipt", receipts_in_range=RECEIPTS_IN_RANGE)
    _analyse(conn, "looked", "changed_book", "changed_entry", "changed_receipt")
    run(conn, "breaks/upsert_book_checks", patterns=patterns)
    run(conn, "breaks/delete_book_checks")
    run(conn, "breaks/delete_alike_numbers")
    run(conn, "breaks/insert_alike_numbers")
    run(conn, "breaks/delete_page_checks")
    run(conn, "breaks/insert_page_checks", page_fits=name_regex(scans.entry_pattern))
    run(conn, "breaks/delete_key_checks")
    run(conn, "breaks/insert_key_checks")
    run(conn, "breaks/upsert_range_checks")


def _find(conn: Connection, close: Close, scans: Scans) -> None:
    run(conn, "breaks/create_found_break", book_fits=name_regex(scans.book_pattern))
    run(conn, "breaks/insert_repeated_pages")
    run(conn, "breaks/create_unjudged_receipt")
    run(conn, "breaks/insert_ledger_breaks", as_of=close.as_of)
    _analyse(conn, "found_break")


def _keep(conn: Connection, close: Close) -> None:
    """Bring what was found to the known breaks and their spells."""
    run(conn, "breaks/clear_breaks", close_key=close.key)
    run(conn, "breaks/forget_unchanged")
    run(conn, "breaks/end_spells", close_key=close.key)
    run(conn, "breaks/upsert_breaks", close_key=close.key, day=close.day)
    run(conn, "breaks/insert_looks", close_key=close.key)


def _count(conn: Connection, close: Close, rules: Breaks, *, first: bool) -> None:
    in_order = text("select in_order from closing.break_close where close_key = :close_key")
    if not conn.execute(in_order, {"close_key": close.key}).scalar_one():
        run(conn, "breaks/repeat_counts", close_key=close.key)
        return
    run(conn, "breaks/create_tally", close_key=close.key, day=close.day, all_registries=first)
    run(conn, "breaks/delete_counts", close_key=close.key)
    run(
        conn,
        "breaks/insert_counts",
        close_key=close.key,
        band_starts=[last + 1 for last in rules.age_bands_days],
        bands=" ".join(rules.age_bands),
    )
    run(conn, "breaks/update_counted", close_key=close.key)


def _analyse(conn: Connection, *tables: str) -> None:
    """Temporary tables have no statistics until told so."""
    for table in tables:
        conn.execute(text(f"analyze {table}"))
