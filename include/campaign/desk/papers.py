"""`papers`: reports of the Department that are held, and papers that could not be made.

papers list
papers show KEY
papers release KEY --by NAME --why TEXT
papers drop KEY --by NAME --why TEXT
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping

from include.campaign.desk.columns import write_columns
from include.campaign.desk.command import Desk, DeskError
from include.campaign.editions import answer_by
from include.campaign.mail import Refusal
from include.campaign.mail.holding import drop, release
from include.campaign.warehouse import fetch, run


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `papers` and what it can do."""
    parser = subparsers.add_parser("papers", help="reports that are held: show, release or drop; papers that failed")
    acts = parser.add_subparsers(required=True, metavar="ACT")

    listed = acts.add_parser("list", help="what is held, why and until when; what could not be made")
    listed.set_defaults(run=_list)

    shown = acts.add_parser("show", help="the words of one that is held")
    shown.set_defaults(run=_show)
    released = acts.add_parser("release", help="it goes out as it is; whoever releases it vouches for its figures")
    released.set_defaults(run=_release)
    dropped = acts.add_parser("drop", help="it never goes; the Department keeps the page that it has about it")
    dropped.set_defaults(run=_drop)
    for act in (shown, released, dropped):
        act.add_argument("key", metavar="KEY", help="as `papers list` shows it")
    for act in (released, dropped):
        act.add_argument("--by", required=True, metavar="NAME", help="who decides")
        act.add_argument("--why", required=True, metavar="TEXT", help="no names of other persons")


def _list(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        held = _held(conn, desk)
        failed = fetch(conn, "editions/select_unwritten", close_key=None)
    if held:
        hours = [f"{answer_by(desk.plan, row['rendered_at']):%Y-%m-%d %H:%M}" for row in held]
        rows = [(row["message_key"], hour, row["why"]) for row, hour in zip(held, hours, strict=True)]
        write_columns(desk.out, [("held", "goes out as provisional at", "why"), *rows])
    if failed:
        rows = [(row["close_key"], row["office"], row["why"]) for row in failed]
        write_columns(desk.out, [("could not be made", "for", "why"), *rows])
        print("Mend what stops them, then clear write_reports of that day.", file=desk.out)
    if not held and not failed:
        print("Nothing is held, and every paper could be made.", file=desk.out)


def _show(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        row = _held_report(conn, desk, given.key)
        [words] = fetch(conn, "mail/select_message", message_key=given.key)
    print(f"{row['address']}\n{row['subject']}\nheld: {row['why']}\n\n{words['plain']}", file=desk.out)


def _release(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        _lock(conn, desk, given.key)
        release(conn, given.key, given.why, datetime.now(UTC), given.by)
    print(f"{given.key} is released: the next run that sends mail sends it", file=desk.out)


def _drop(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        _lock(conn, desk, given.key)
        drop(conn, given.key, given.why, datetime.now(UTC), given.by)
    print(f"{given.key} is dropped: the final edition follows when the day closes", file=desk.out)


def _lock(conn: Connection, desk: Desk, key: str) -> None:
    """Whoever publishes for the same close at the same moment comes before or after."""
    run(conn, "lock_close", close_key=_held_report(conn, desk, key)["close_key"])


def _held(conn: Connection, desk: Desk) -> Sequence[RowMapping]:
    return fetch(conn, "editions/select_waiting", province=desk.plan.province.code)


def _held_report(conn: Connection, desk: Desk, key: str) -> RowMapping:
    for row in _held(conn, desk):
        if row["message_key"] == key:
            return row
    raise DeskError(f"no held report has the key {key!r}: `papers list` shows what is held")
