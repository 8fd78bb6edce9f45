"""`trace`: one case's whole life in time order, from what the mirror saw of it to the mails that counted it."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from include.campaign.desk.command import Desk, DeskError
from include.campaign.desk.proof import Closed, Past, find_closed
from include.campaign.plan import Plan
from include.campaign.warehouse import fetch, fetch_one

# What the source dates itself: column, and what it says happened.
STEPS = {
    "entered_at": "entered",
    "scan_attached_at": "scan attached",
    "reviewed_at": "reviewed",
    "corrected_at": "corrected",
    "t_queued_at": "queued for the Ministry",
    "t_sent_at": "sent to the Ministry",
    "t_answered_at": "answer came",
}
COMPARED = ("book_id", "entry_no", *STEPS, "defects", "t_state", "t_attempts", "t_error_code", "t_ministry_ref")
COMPARED_AFTER = ("t_requeue_key",)
HOW = {"ref": "by reference", "sender": "by sender's id", "key": "by natural key"}


@dataclass(frozen=True)
class Event:
    """Something that happened to a case, or that was made of it. `room`: source, mirror, ledger, decision, ..."""

    at: datetime
    room: str
    what: str


@dataclass(frozen=True)
class Case:
    """An entry of a registry."""

    registry_code: str
    entry_id: int

    @classmethod
    def of(cls, text: str, plan: Plan) -> Case:
        """From "<registry>/<entry>".

        Raises:
            DeskError: it is written otherwise, or the plan has no such registry.
        """
        code, _, number = text.strip().partition("/")
        if not number.isdigit():
            raise DeskError(f"{text!r} is no case: give <registry>/<entry>, for example 19330/1024")
        if code not in plan.registry_codes:
            raise DeskError(f"{code!r} is no registry of the plan")
        return cls(code, int(number))

    @property
    def binds(self) -> dict[str, object]:
        """As parameters of a statement."""
        return {"registry_code": self.registry_code, "entry_id": self.entry_id}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("trace", help="one case's whole life in time order", description=__doc__)
    parser.add_argument("case", metavar="REGISTRY/ENTRY")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the events to this file too")
    parser.set_defaults(run=_run)


def _run(desk: Desk, asked: argparse.Namespace) -> None:
    case = Case.of(asked.case, desk.plan)
    with desk.engine.connect() as conn:
        events = trace(conn, desk.plan, case)
    zone = desk.plan.rules.campaign.timezone
    desk.out.write(f"{case.registry_code}/{case.entry_id}  {desk.plan.full_name(case.registry_code)}\n\n")
    for event in events:
        desk.out.write(f"{_moment(event.at, zone)}  {event.room:<9} {event.what}\n")
    if asked.csv:
        with asked.csv.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["at", "room", "what"])
            writer.writerows([event.at.astimezone(zone).isoformat(), event.room, event.what] for event in events)


def trace(conn: Connection, plan: Plan, case: Case) -> list[Event]:
    """All that is known of a case, in time order.

    Args:
        conn: campaign database, in a transaction that need not be kept.
        plan: the plan.
        case: the entry.

    Raises:
        DeskError: the mirror never held it.
    """
    versions = fetch(conn, "proof/select_case_versions", **case.binds)
    if not versions:
        raise DeskError(f"{case.registry_code}/{case.entry_id} was never read: the mirror holds no version of it")
    past = Past(conn, near=(case.registry_code, case.entry_id))
    zone = plan.rules.campaign.timezone
    events = [*_of_source(versions), *_of_mirror(conn, versions, zone), *_of_decisions(conn, case)]
    pairs: dict[int, RowMapping] = {}
    for row in fetch(conn, "proof/select_closed_keys"):
        events += _of_close(past, plan, case, find_closed(conn, plan, row["close_key"]), pairs)
    events += _of_receipts(conn, pairs, zone)
    events += _of_breaks(conn, case, sorted(pairs), sorted({version["book_id"] for version in versions}))
    return sorted(events, key=lambda event: event.at)


def _of_source(versions: Sequence[RowMapping]) -> Iterator[Event]:
    """What the registry itself dated, each once however many versions say it."""
    said = dict.fromkeys((version[step], step) for version in versions for step in STEPS if version[step] is not None)
    for at, step in said:
        yield Event(at, "source", STEPS[step])


def _of_mirror(conn: Connection, versions: Sequence[RowMapping], zone: ZoneInfo) -> Iterator[Event]:
    before: RowMapping | None = None
    for version in versions:
        if before is not None and before["until"] == version["since"]:
            yield Event(version["seen_at"], "mirror", f"seen changed: {_changes(before, version, zone)}")
        else:
            place = _place(conn, version)
            state = f", transfer {version['t_state']}" if version["t_state"] else ", no transfer"
            again = "seen again" if before is not None else "first seen"
            yield Event(version["seen_at"], "mirror", f"{again}: {place}{state}")
        before = version
        followed = any(other["since"] == version["until"] for other in versions)
        if version["until"] is not None and not followed:
            yield Event(version["ended_at"], "mirror", "gone: the source shows it no more")


def _place(conn: Connection, version: RowMapping) -> str:
    key = {"registry_code": version["registry_code"], "book_id": version["book_id"]}
    book = fetch_one(conn, "proof/select_case_book", **key)
    if book is None:
        return f"book {version['book_id']}, number {version['entry_no']}"
    named = f"{book['register']} {book['opened_year']} book {book['book_no']} (phase {book['phase']})"
    return f"{named}, number {version['entry_no']}"


def _changes(before: RowMapping, after: RowMapping, zone: ZoneInfo) -> str:
    changed = [column for column in (*COMPARED, *COMPARED_AFTER) if before[column] != after[column]]
    told = [f"{_named(column)} {_said(before[column], zone)} -> {_said(after[column], zone)}" for column in changed]
    return "; ".join(told) or "only columns that are not told here"


def _named(column: str) -> str:
    return column.removeprefix("t_").removesuffix("_at").replace("_", " ")


def _said(value: object, zone: ZoneInfo) -> str:
    if value is None:
        return "none"
    if isinstance(value, datetime):
        return _moment(value, zone)
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _of_decisions(conn: Connection, case: Case) -> Iterator[Event]:
    for row in fetch(conn, "proof/select_case_decisions", **case.binds):
        what = f"re-queue for {row['day_key']}: {row['why']} ({row['rule']}, key {row['requeue_key']})"
        yield Event(row["decided_at"], "decision", what)
        if row["settled_at"] is not None:
            answered = f", the transfer was {row['answered_state']}" if row["answered_state"] else ""
            yield Event(row["settled_at"], "decision", f"{row['state']}{answered}")


def _of_close(past: Past, plan: Plan, case: Case, closed: Closed, pairs: dict[int, RowMapping]) -> Iterator[Event]:
    """What a close made of the case, who was mailed figures that count it; notes the receipts that it paired."""
    frozen_at = closed.frozen_at.get(case.registry_code)
    past.look(closed, frozen_at or closed.closings)
    found = fetch_one(past.conn, "proof/select_case_at_close", **case.binds)
    for pair in fetch(past.conn, "proof/select_case_pairs", **case.binds):
        pairs.setdefault(pair["receipt_id"], pair)
    if found is None:
        return
    key, as_of = closed.close.key, closed.row["as_of"]
    late = "" if frozen_at else "; the registry was not read then, its state is unknown"
    state = "" if late else f"class {found['class']}, "
    yield Event(as_of, "close", f"{key}: {state}counted in {', '.join(found['figures']) or 'no figure'}{late}")
    counts = found["phase"] == closed.row["phase"] or closed.row["phase"] is None
    if counts and found["figures"]:
        yield from _of_mails(past.conn, plan, case, closed)


def _of_mails(conn: Connection, plan: Plan, case: Case, closed: Closed) -> Iterator[Event]:
    """Letters of a close whose figures cover the registry."""
    day, key = closed.close.day, closed.close.key
    above = case.registry_code
    covering = {plan.contact(plan.rules.campaign.province, "desk", day).email.casefold(): "the province"}
    while (unit := plan.units[above]).parent_code is not None:
        if unit.parent_code == plan.rules.campaign.province:
            covering.setdefault(plan.contact(above, "head", day).email.casefold(), plan.full_name(above))
        above = unit.parent_code
    for row in fetch(conn, "proof/select_told", close_key=key, registry_code=case.registry_code):
        covering.setdefault(row["told_address"].casefold(), f"the registry ({row['of_what']})")
    for row in fetch(conn, "proof/select_mails", close_key=key, addresses=list(covering)):
        what = f"{key}: figures of {covering[row['address'].casefold()]} to {row['office']}: {row['state']}"
        yield Event(row["stood_at"], "mail", what)


def _of_receipts(conn: Connection, pairs: dict[int, RowMapping], zone: ZoneInfo) -> Iterator[Event]:
    for row in fetch(conn, "proof/select_case_receipts", receipt_ids=sorted(pairs)):
        pair = pairs[row["receipt_id"]]
        how = HOW[pair["how"]]
        if pair["ambiguous"]:
            how += f", ambiguous among {pair['candidates']} entries"
        number = f"{row['register']} {row['opened_year']} book {row['book_no']} number {row['entry_no']}"
        named = f"receipt {row['receipt_id']} ({row['ministry_ref']}, unit {row['unit_code']}, {number})"
        seen = _moment(row["seen_at"], zone)
        yield Event(row["received_at"], "ledger", f"{named}: received; paired {how}; first seen {seen}")
        if row["cancelled_at"] is not None:
            yield Event(row["cancelled_at"], "ledger", f"receipt {row['receipt_id']} cancelled")
        if row["ended_at"] is not None:
            yield Event(row["ended_at"], "ledger", f"receipt {row['receipt_id']} gone: the ledger shows it no more")


def _of_breaks(conn: Connection, case: Case, receipts: list[int], books: list[int]) -> Iterator[Event]:
    """Breaks of the entry itself, of its receipts and of the books it stood in, and what the data team said."""
    ids = {"registry_code": case.registry_code, "entry": str(case.entry_id)}
    of_others = {"receipts": list(map(str, receipts)), "books": list(map(str, books))}
    rows = fetch(conn, "proof/select_case_breaks", **ids, **of_others)
    ends = {(row["break_id"], row["until_key"]) for row in rows}
    begins = {(row["break_id"], row["from_key"]) for row in rows}
    for row in rows:
        named = f"{row['kind']} of {row['subject']} ({row['name_vi']})"
        # A spell that begins where one ended is the same break with more or fewer items.
        if (row["break_id"], row["from_key"]) not in ends:
            yield Event(row["began_at"], "break", f"{named} stands from {row['from_key']}")
        if row["ended_at"] is not None and (row["break_id"], row["until_key"]) not in begins:
            yield Event(row["ended_at"], "break", f"{named} is gone at {row['until_key']}")
    for row in fetch(conn, "proof/select_case_acts", **ids):
        until = f" until {row['until_day']}" if row["until_day"] else ""
        yield Event(row["acted_at"], "break", f"{row['kind']}: {row['act']}{until} by {row['by_whom']}: {row['why']}")
