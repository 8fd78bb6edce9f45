"""Opening and closing a day: its figures frozen per registry, register and phase, with what is not known left empty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, text

from include.campaign.completion import freeze_completion
from include.campaign.days import Calendar, Close
from include.campaign.duplicates import count_duplicates
from include.campaign.plan import Plan
from include.campaign.reconcile.breaks import count_breaks
from include.campaign.reconcile.matching import choose_crowd, make_crowds, pair_receipts
from include.campaign.reconcile.restating import note_basis, restate_before
from include.campaign.reconcile.self_reports import judge_self_reports
from include.campaign.warehouse import fetch, fetch_one, run
from include.campaign.warehouse.plan_sync import sync_plan
from include.campaign.worklist import freeze_worklists


def open_close(conn: Connection, plan: Plan, calendar: Calendar, close: Close, run_id: str, now: datetime) -> None:
    """Bring the plan into the warehouse and open the close; opening it again only notes the new run.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: the plan as loaded.
        calendar: the campaign's closes.
        close: the close to open.
        run_id: the run that works on it.
        now: the campaign's present instant.
    """
    sync_plan(conn, plan)
    previous = calendar.previous(close)
    run(
        conn,
        "upsert_close",
        close_key=close.key,
        day=close.day,
        kind=close.kind,
        as_of=close.as_of,
        previous_as_of=previous.as_of if previous else None,
        baseline=plan.baseline_in_force(close.day).id,
        plan_digest=plan.digest,
        opened_at=now,
        run_id=run_id,
    )


def close_days(conn: Connection, calendar: Calendar, closes: Sequence[Close], run_id: str, now: datetime) -> None:
    """Freeze the figures of closes from the mirror; closing one again restates what changed and nothing else.

    Dated figures are computed as of the close from what is known now, whatever came later; state figures are those of
    the first closing read, and unknown where that never was. A registry without a good reading for the close or after
    it has no data: null, but for `received`, which the ledger and its last mirror still tell (docs/figures.md). Every
    entry and every receipt is counted in exactly one class; where a sum does not close, the day is held.

    Args:
        conn: campaign database, in a transaction of the caller; readings wait for its end.
        calendar: the campaign's closes.
        closes: closes that were opened before, in the order in which they are to be closed.
        run_id: the run that closes them.
        now: the campaign's present instant.

    Raises:
        LookupError: a close was never opened.
    """
    for close in closes:
        run(conn, "lock_close", close_key=close.key)
    opened = [_opened(conn, close) for close in closes]
    pair_receipts(conn)
    _count_answers(conn, calendar, closes, opened)
    for close, known in zip(closes, opened, strict=True):
        _close(conn, calendar, close, known, run_id, now)
    # Whoever judges and reports next asks for closes that the planner would take for empty: up to minutes, in a loop.
    conn.execute(text("analyze closing.class_count, closing.figure, closing.progress"))


def _opened(conn: Connection, close: Close) -> RowMapping:
    known = fetch_one(conn, "select_close", close_key=close.key)
    if known is None:
        raise LookupError(f"close {close.key} was not opened: run open_day first")
    return known


def _count_answers(conn: Connection, calendar: Calendar, closes: Sequence[Close], opened: Sequence[RowMapping]) -> None:
    """What entries and receipts count for at each close, all in one pass: joining them is the half of it."""
    as_of = [close.as_of for close in closes]
    previous_as_of = [known["previous_as_of"] for known in opened]
    make_crowds(conn, as_of, previous_as_of)
    # Misled by a key of two columns, the planner would sort all entries to join them with their books: 1.3 s for 0.95.
    conn.execute(text("set local enable_mergejoin = off"))
    run(conn, "create_answered", as_of=as_of, previous_as_of=previous_as_of, starts_at=calendar.starts_at)
    conn.execute(text("set local enable_mergejoin = on"))


def _close(conn: Connection, calendar: Calendar, close: Close, known: RowMapping, run_id: str, now: datetime) -> None:
    ledger = fetch_one(conn, "select_ledger_reading", close_key=close.key, as_of=close.as_of)
    ledger_read = ledger is not None
    run(conn, "upsert_registry_closes", close_key=close.key, as_of=close.as_of, ledger_read=ledger_read)
    # Else the planner takes a close that it has not seen for one of no registries: 2 s more at full scale.
    conn.execute(text("analyze closing.registry_close"))

    choose_crowd(conn, close.as_of, known["previous_as_of"])
    run(conn, "create_counted", as_of=close.as_of)
    run(conn, "create_classed", as_of=close.as_of)
    run(conn, "create_computed", as_of=close.as_of)
    open_sums = fetch(conn, "select_open_sums", as_of=close.as_of, ledger_read=ledger_read)
    run(conn, "blank_unknown", close_key=close.key, ledger_read=ledger_read)
    if known["closed_at"] is not None:
        run(conn, "insert_restatements", close_key=close.key, restated_at=now, run_id=run_id)

    unfrozen = [row["registry_code"] for row in fetch(conn, "select_unfrozen_registries", close_key=close.key)]
    run(conn, "upsert_figures", close_key=close.key)
    run(conn, "zero_vanished_figures", close_key=close.key)
    run(conn, "insert_code_counts", close_key=close.key, registry_codes=unfrozen)
    if ledger_read:
        # What no registry can be told of is frozen by the first closing that has the ledger.
        nowhere = [""] if known["ledger_reading_id"] is None else []
        run(conn, "insert_class_counts", close_key=close.key, registry_codes=[*unfrozen, *nowhere])
    run(conn, "delete_progress", close_key=close.key)
    run(
        conn,
        "insert_progress",
        close_key=close.key,
        as_of=close.as_of,
        previous_as_of=known["previous_as_of"],
        starts_at=calendar.starts_at,
        ledger_read=ledger_read,
    )
    judge_self_reports(conn, calendar, close, ledger_read)
    open_sums = [*open_sums, *count_breaks(conn, calendar, close)]
    freeze_worklists(conn, close, unfrozen)
    count_duplicates(conn, calendar, close, ledger_read=ledger_read)
    freeze_completion(conn, close, ledger_read=ledger_read)
    note_basis(conn, close, unfrozen)
    restate_before(conn, close, calendar.previous(close), now, run_id, ledger_read=ledger_read)
    run(
        conn,
        "finish_close",
        close_key=close.key,
        closed_at=now,
        ledger_reading_id=ledger["reading_id"] if ledger else None,
        held_why="; ".join(_told(row) for row in open_sums) or None,
    )


def _told(row: RowMapping) -> str:
    where = f"registry {row['registry_code']}" if row["registry_code"] else "the ledger"
    return f"{where}: {row['held']} {row['what']} are held, {row['counted']} are counted"
