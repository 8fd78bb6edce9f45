"""`mail`: what became of every message; one more for a reader whom none reached; what is held; who has read it.

mail list [--day DAY] [--state STATE] [--address ADDRESS] [--last N] [--csv FILE]
mail show KEY
mail counts [--day DAY]
mail resend KEY --why TEXT --by NAME [--again]
mail release KEY --why TEXT --by NAME
mail drop KEY --why TEXT --by NAME
mail acknowledge KEY --by NAME

A reader acknowledges by telling the data team, which records it here: answers by mail go to the Department's desk and
are not read by machine.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import RowMapping

from include.campaign.desk.columns import write_columns, write_csv
from include.campaign.desk.command import Desk, DeskError
from include.campaign.editions.posting import HELD_REPORT
from include.campaign.ladder.acts import next_day
from include.campaign.mail import Refusal, acknowledge, drop, release
from include.campaign.mail.holding import message_of_key
from include.campaign.mail.resending import resend
from include.campaign.warehouse import fetch

STATES = ("rendered", "held", "queued", "sending", "accepted", "deferred", "refused", "uncertain", "dropped")
_SHOWN = ("message_key", "kind", "state", "stood_at", "attempts", "waits_until", "smtp_code", "acknowledged_by")
_STANDING = (
    "address", "office", "kind", "copies", "copy_of", "resend_of", "subject", "message_id", "state", "attempts",
    "not_before", "next_try", "acknowledged_at", "acknowledged_by",
)  # fmt: skip


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `mail` and what it can do."""
    parser = subparsers.add_parser("mail", help="what became of every message; send one again; note that it was read")
    acts = parser.add_subparsers(required=True, metavar="ACT")

    listed = acts.add_parser("list", help="messages and their states")
    listed.add_argument("--state", choices=STATES, metavar="STATE", help=", ".join(STATES))
    listed.add_argument("--address", metavar="ADDRESS", help="to one address")
    listed.add_argument("--last", type=int, default=200, metavar="N", help="at most so many, the newest (200)")
    listed.add_argument("--csv", type=Path, metavar="FILE", help="into a file for a spreadsheet")
    listed.set_defaults(run=_list)

    shown = acts.add_parser("show", help="one message and all that happened to it")
    shown.add_argument("key", metavar="KEY", help="as `mail list` shows it")
    shown.set_defaults(run=_show)

    counted = acts.add_parser("counts", help="how many of each close are in which state, copies included")
    counted.set_defaults(run=_counts)
    for one in (listed, counted):
        one.add_argument("--day", metavar="DAY", help='of one close: 2025-03-05, or "final"; its alarms included')

    resent = acts.add_parser(
        "resend",
        help="the same once more to whoever holds the post by now, for a message refused or uncertain",
        description="Mend a refused address in the plan's contacts.csv first. The next run that sends mail sends it.",
    )
    resent.add_argument("key", metavar="KEY", help="as `mail list` shows it")
    resent.add_argument("--why", required=True, metavar="TEXT", help="no names of persons")
    resent.add_argument("--by", required=True, metavar="NAME", help="who wants it")
    resent.add_argument("--again", action="store_true", help="even though the server accepted it")
    resent.set_defaults(run=_resend)

    for act, told in (
        (release, "it goes after all, copies included, as it is"),
        (drop, "it never goes, nor do its copies"),
    ):
        decided = acts.add_parser(act.__name__, help=f"what is held: {told}")
        decided.add_argument("key", metavar="KEY", help="as `mail list --state held` shows it")
        decided.add_argument("--why", required=True, metavar="TEXT", help="no names of persons")
        decided.add_argument("--by", required=True, metavar="NAME", help="who decides")
        decided.set_defaults(run=_decide, act=act)

    read = acts.add_parser("acknowledge", help="a reader has told that he has read it")
    read.add_argument("key", metavar="KEY", help="as `mail list` shows it")
    read.add_argument("--by", required=True, metavar="NAME", help="the reader")
    read.set_defaults(run=_acknowledge)


def _list(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        rows = fetch(
            conn,
            "mail/select_messages",
            close_key=desk.close_of(given.day).key if given.day else None,
            state=given.state,
            address=given.address.casefold() if given.address else None,
            last=given.last,
        )
    lines = [[_said(desk, row[column]) for column in _SHOWN] for row in rows]
    if given.csv:
        write_csv(given.csv, [_SHOWN, *lines])
        desk.out.write(f"{len(lines)} messages are in {given.csv}\n")
    else:
        write_columns(desk.out, [_SHOWN, *lines])


def _show(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        standing = message_of_key(conn, given.key)
        events = fetch(conn, "mail/select_events", message_key=given.key)
    desk.out.write(f"{given.key}\n")
    for name in _STANDING:
        if standing[name] not in (None, []):
            desk.out.write(f"  {name:<15} {_said(desk, standing[name])}\n")
    desk.out.write("\n")
    write_columns(desk.out, [("at", "message", "state", "code", "what", "by"), *_told(desk, given.key, events)])


def _told(desk: Desk, key: str, events: Iterable[RowMapping]) -> Iterable[list[str]]:
    for event in events:
        cells = (event["happened_at"], event["message_key"].removeprefix(key) or ".", event["state"])
        yield [_said(desk, cell) for cell in (*cells, event["smtp_code"], event["detail"], event["by_whom"])]


def _counts(desk: Desk, given: argparse.Namespace) -> None:
    key = desk.close_of(given.day).key if given.day else None
    with desk.engine.connect() as conn:
        rows = fetch(conn, "mail/count_deliveries", close_key=key)
    if not rows:
        raise DeskError(f"no message of {key or 'any close'} is in the outbox")
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        of_close = counts.setdefault(row["close_key"], dict.fromkeys((*STATES, "acknowledged"), 0))
        of_close[row["state"]] += row["deliveries"]
        of_close["acknowledged"] += row["acknowledged"]
    lines = [[close_key, *map(str, of_close.values())] for close_key, of_close in counts.items()]
    write_columns(desk.out, [("close", *STATES, "acknowledged"), *lines])


def _resend(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        day = next_day(conn, desk.plan)
        key = resend(conn, desk.plan, given.key, given.why, datetime.now(UTC), day, given.by, given.again)
        address = message_of_key(conn, key)["address"]
    desk.out.write(f"{key} is queued to {address}: the next run that sends mail sends it\n")


def _decide(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        if message_of_key(conn, given.key)["kind"] == HELD_REPORT:
            raise DeskError(f"{given.key} is the Department's report: `papers {given.act.__name__}` decides on it")
        count = given.act(conn, given.key, given.why, datetime.now(UTC), given.by)
    desk.out.write(f"{given.key}: {given.act.__name__} is recorded, of {count} messages\n")


def _acknowledge(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        acknowledge(conn, given.key, datetime.now(UTC), given.by)
    desk.out.write(f"{given.key} is acknowledged by {given.by}\n")


def _said(desk: Desk, value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(desk.plan.rules.campaign.timezone):%Y-%m-%d %H:%M:%S}"
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
