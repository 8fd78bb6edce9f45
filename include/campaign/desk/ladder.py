"""`ladder`: who is on it and why, and what holds it.

ladder list [--day DAY] [--csv]
ladder show CODE
ladder holds
ladder acknowledge CODE --who OFFICE --by NAME [--until DATE]
ladder silence (CODE | --all) --until DATE --why TEXT --by NAME [--from DATE]
ladder lift ID --by NAME
"""

from __future__ import annotations

import argparse
import csv
from datetime import UTC, date, datetime

from include.campaign.desk.columns import write_columns
from include.campaign.desk.command import Desk, DeskError
from include.campaign.ladder.acts import Refusal, acknowledge, lift, next_day, silence
from include.campaign.warehouse import fetch

_STANDING = (
    "registry_code",
    "full_name",
    "close_key",
    "episode_key",
    "in_row",
    "counted",
    "outcome",
    "kinds",
    "levels",
)
_CLIMB = ("close_key", "episode_key", "in_row", "counted", "outcome", "level", "told_office", "mail_state")
_HOLD = ("what", "id", "registry_code", "from_day", "until_day", "said", "by_whom")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `ladder` and what it can do."""
    parser = subparsers.add_parser("ladder", help="who is told of flags; acknowledge, silence")
    acts = parser.add_subparsers(required=True, metavar="ACT")

    listed = acts.add_parser("list", help="registries on the ladder, the longest in a row first")
    listed.add_argument("--day", metavar="DAY", help="as of a close; else the newest")
    listed.add_argument("--csv", action="store_true", help="as CSV")
    listed.set_defaults(run=_list)

    shown = acts.add_parser("show", help="what every evening was for a registry, and who was told")
    shown.add_argument("code", metavar="CODE")
    shown.set_defaults(run=_show)

    holds = acts.add_parser("holds", help="acknowledgements and silences that hold or will")
    holds.set_defaults(run=_holds)

    known = acts.add_parser("acknowledge", help="an office is at work on it: the next level waits")
    known.add_argument("code", metavar="CODE")
    known.add_argument("--who", required=True, metavar="OFFICE", help="who says so; an office, no person")
    known.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="last day; else as the plan allows")
    known.add_argument("--by", required=True, metavar="NAME", help="who records it")
    known.set_defaults(run=_acknowledge)

    quiet = acts.add_parser("silence", help="write to nobody about a registry, or about any, until a day")
    whom = quiet.add_mutually_exclusive_group(required=True)
    whom.add_argument("code", nargs="?", metavar="CODE")
    whom.add_argument("--all", action="store_true", help="about any registry")
    quiet.add_argument("--from", dest="since", type=date.fromisoformat, metavar="DATE", help="else the next close's")
    quiet.add_argument("--until", type=date.fromisoformat, required=True, metavar="DATE", help="last day, inclusive")
    quiet.add_argument("--why", required=True, metavar="TEXT", help="no names of persons")
    quiet.add_argument("--by", required=True, metavar="NAME", help="who says so")
    quiet.set_defaults(run=_silence)

    ended = acts.add_parser("lift", help="end a silence at once")
    ended.add_argument("id", type=int, metavar="ID")
    ended.add_argument("--by", required=True, metavar="NAME", help="who says so")
    ended.set_defaults(run=_lift)


def _list(desk: Desk, given: argparse.Namespace) -> None:
    key = desk.close_of(given.day).key if given.day else "9999"
    with desk.engine.connect() as conn:
        rows = fetch(conn, "ladder/select_standing", close_key=key)
    lines = [[_text(row[column]) for column in _STANDING] for row in rows]
    if given.csv:
        csv.writer(desk.out).writerows([_STANDING, *lines])
    else:
        write_columns(desk.out, [_STANDING, *lines])


def _show(desk: Desk, given: argparse.Namespace) -> None:
    if given.code not in desk.plan.registry_codes:
        raise DeskError(f"{given.code} is no registry of the plan")
    with desk.engine.connect() as conn:
        rows = fetch(conn, "ladder/select_climbs", registry_code=given.code)
    write_columns(desk.out, [_CLIMB, *([_text(row[column]) for column in _CLIMB] for row in rows)])


def _holds(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        rows = fetch(conn, "ladder/select_holds", day=next_day(conn, desk.plan))
    write_columns(desk.out, [_HOLD, *([_text(row[column]) or "all" for column in _HOLD] for row in rows)])


def _acknowledge(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        first, last = acknowledge(
            conn, desk.plan, given.code, given.who, given.by, datetime.now(UTC), until=given.until
        )
    desk.out.write(f"{given.code} is acknowledged: no level is told from {first} to {last}\n")


def _silence(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        number = silence(conn, desk.plan, given.code, given.since, given.until, given.why, given.by, datetime.now(UTC))
    desk.out.write(f"silence {number} of {given.code or 'all registries'} holds until {given.until}\n")


def _lift(desk: Desk, given: argparse.Namespace) -> None:
    with desk.acting(Refusal) as conn:
        lift(conn, given.id, given.by, datetime.now(UTC))
    desk.out.write(f"silence {given.id} is lifted\n")


def _text(value: object) -> str:
    return "" if value is None else str(value)
