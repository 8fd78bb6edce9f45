"""`sources`: how each registry fares, and what the data team says of one that cannot be read.

sources list [--unread]
sources history CODE [--last N]
sources acknowledge CODE --until DATE --why TEXT --by NAME [--from DATE]
sources withdraw CODE --by NAME
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from include.campaign.desk.command import Desk, DeskError
from include.campaign.pull.reading import LEDGER
from include.campaign.sources import Refusal, acknowledge, withdraw
from include.campaign.warehouse import fetch

_HEAD = ("source", "last attempt", "took", "rows", "last read", "silent since", "acknowledged")
_ATTEMPT = ("read at", "for close", "outcome", "took", "rows", "changed", "error or what it lacks")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sources` and what it can do."""
    parser = subparsers.add_parser("sources", help="health of the registries; acknowledge one that cannot be read")
    acts = parser.add_subparsers(required=True, metavar="ACT")

    listed = acts.add_parser("list", help="how each registry fares")
    listed.add_argument("--unread", action="store_true", help="only those whose last attempt was no reading")
    listed.set_defaults(run=_list)

    history = acts.add_parser("history", help="the last attempts to read one source")
    history.add_argument("code", metavar="CODE", help='a registry, or "ministry" for the ledger')
    history.add_argument("--last", type=int, default=20, metavar="N", help="how many (20)")
    history.set_defaults(run=_history)

    dead = acts.add_parser("acknowledge", help="it is known that a registry cannot be read until a day")
    dead.add_argument("code", metavar="CODE")
    dead.add_argument("--until", type=date.fromisoformat, required=True, metavar="DATE", help="last day, inclusive")
    dead.add_argument("--why", required=True, metavar="TEXT", help="printed in the Department's report")
    dead.add_argument("--by", required=True, metavar="NAME", help="who says so")
    dead.add_argument(
        "--from", dest="since", type=date.fromisoformat, metavar="DATE", help="first day; else the newest close's"
    )
    dead.set_defaults(run=_acknowledge)

    back = acts.add_parser("withdraw", help="take an acknowledgement back")
    back.add_argument("code", metavar="CODE")
    back.add_argument("--by", required=True, metavar="NAME", help="who says so")
    back.set_defaults(run=_withdraw)


def _list(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        health = fetch(conn, "select_source_health")
    zone = desk.plan.rules.campaign.timezone
    _write(desk, [_HEAD, *(_cells(row, zone) for row in health if not given.unread or row["silent_since"] is not None)])


def _history(desk: Desk, given: argparse.Namespace) -> None:
    if given.code not in {*desk.plan.registry_codes, LEDGER}:
        raise DeskError(f"{given.code} is no registry of the plan, nor {LEDGER}")
    with desk.engine.connect() as conn:
        attempts = fetch(conn, "select_source_attempts", source_code=given.code, last=given.last)
    zone = desk.plan.rules.campaign.timezone
    _write(desk, [_ATTEMPT, *(_attempt_cells(row, zone) for row in attempts)])


def _attempt_cells(row: RowMapping, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        _moment(row["read_at"], zone),
        row["close_key"] or "",
        row["outcome"],
        "" if row["took_ms"] is None else f"{row['took_ms'] / 1000:.1f} s",
        "" if row["entries"] is None else f"{row['entries']:,}",
        "" if row["changed_entries"] is None else f"{row['changed_entries']:,}",
        row["detail"] or ", ".join(row["lacking"]),
    )


def _write(desk: Desk, rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        desk.out.write("  ".join(map(str.ljust, row, widths)).rstrip() + "\n")


def _cells(row: RowMapping, zone: ZoneInfo) -> tuple[str, ...]:
    acknowledged = row["acknowledged_until"]
    return (
        f"{row['source_code']} {row['full_name'] or 'ledger of the Ministry'}",
        row["outcome"] or "never tried",
        "" if row["took_ms"] is None else f"{row['took_ms'] / 1000:.1f} s",
        "" if row["entries"] is None else f"{row['entries']:,}",
        _moment(row["last_read_at"], zone) or "never",
        _moment(row["silent_since"], zone),
        f"until {acknowledged}: {row['acknowledged_why']}" if acknowledged else "",
    )


def _moment(instant: datetime | None, zone: ZoneInfo) -> str:
    return "" if instant is None else f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


def _acknowledge(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        first = acknowledge(
            conn, desk.plan, given.code, given.until, given.why, given.by, datetime.now(UTC), given.since
        )
    desk.out.write(
        f"{given.code} is acknowledged for the closes of {first} to {given.until}. "
        "A close that is made already knows it when it is run again.\n"
    )


def _withdraw(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        withdraw(conn, desk.plan, given.code, given.by, datetime.now(UTC))
    desk.out.write(f"{given.code} is no longer acknowledged.\n")
