"""`bulletin`: what the public is told, and the Department's word that it may go out.

bulletin list
bulletin show DAY --out FOLDER
bulletin draft DAY
bulletin release DAY --by NAME
bulletin withdraw DAY --by NAME --why TEXT

The public folder is that of `CAMPAIGN_BULLETIN`; without it, `.local/bulletin`.
"""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, RowMapping

from include.campaign.bulletin import Refused, draft, editions, files_of, fill, release, withdraw
from include.campaign.days import Calendar
from include.campaign.desk.columns import write_columns
from include.campaign.desk.command import Desk, DeskError

ROOT = Path(__file__).resolve().parents[3]
RUN = "desk"
"""What is noted as the run of a draft that a person asked for."""

_COLUMNS = ("close", "edition", "state", "drafted", "released", "by", "withdrawn", "by", "why")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `bulletin` and what it can do."""
    parser = subparsers.add_parser(
        "bulletin",
        help="the public bulletin: look, release, withdraw",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    acts = parser.add_subparsers(required=True, metavar="ACT")

    listed = acts.add_parser("list", help="every edition and what was decided of it")
    listed.set_defaults(run=_list)

    shown = acts.add_parser("show", help="write the newest edition of a day into a folder, to look at it")
    shown.add_argument("day", metavar="DAY", help='2025-03-05, or "final"')
    shown.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    shown.set_defaults(run=_show)

    drafted = acts.add_parser("draft", help="draft a day again: its figures have changed, or it was withdrawn")
    drafted.add_argument("day", metavar="DAY")
    drafted.set_defaults(run=_draft)

    out = acts.add_parser("release", help="let the newest edition of a day go out to the public folder")
    out.add_argument("day", metavar="DAY")
    out.add_argument("--by", required=True, metavar="NAME", help="who releases it")
    out.set_defaults(run=_release)

    back = acts.add_parser("withdraw", help="take the newest edition of a day back, drafted or released")
    back.add_argument("day", metavar="DAY")
    back.add_argument("--by", required=True, metavar="NAME", help="who withdraws it")
    back.add_argument("--why", required=True, metavar="TEXT", help="as the public is to read it")
    back.set_defaults(run=_withdraw)


def public_folder() -> Path:
    """Where released bulletins lie."""
    return Path(os.environ.get("CAMPAIGN_BULLETIN") or ROOT / ".local" / "bulletin")


def _list(desk: Desk, given: argparse.Namespace) -> None:
    with desk.engine.connect() as conn:
        rows = editions(conn)
    write_columns(desk.out, [_COLUMNS, *(_line(row) for row in rows)])


def _line(row: RowMapping) -> list[str]:
    said = (
        row["close_key"],
        row["edition_no"],
        _state(row),
        row["drafted_at"],
        row["released_at"],
        row["released_by"],
        row["withdrawn_at"],
        row["withdrawn_by"],
        row["withdrawn_why"],
    )
    return ["" if one is None else f"{one:%Y-%m-%d %H:%M}" if isinstance(one, datetime) else str(one) for one in said]


def _state(row: RowMapping) -> str:
    if row["withdrawn_at"]:
        return "withdrawn"
    if row["released_at"]:
        return "released"
    return "drafted" if row["newest"] else "replaced"


def _show(desk: Desk, given: argparse.Namespace) -> None:
    close = desk.close_of(given.day)
    with desk.engine.connect() as conn:
        rows = editions(conn, close)
        if not rows:
            raise DeskError(f"no bulletin of {close.key} is drafted")
        files = files_of(conn, rows[-1]["edition_id"])
    given.out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (given.out / name).write_bytes(content)
        desk.out.write(f"{given.out / name}\n")


def _draft(desk: Desk, given: argparse.Namespace) -> None:
    close = desk.close_of(given.day)
    with desk.acting(LookupError) as conn:
        number = draft(conn, desk.plan, Calendar(desk.plan.rules), close, datetime.now(UTC), RUN, anew=True)
    said = f"edition {number} of {close.key} is drafted" if number else f"{close.key}: nothing new to say"
    desk.out.write(f"{said}\n")


def _release(desk: Desk, given: argparse.Namespace) -> None:
    close = desk.close_of(given.day)
    with desk.acting(Refused) as conn:
        edition = release(conn, close, given.by, datetime.now(UTC))
    _fill(desk, f"edition {edition['edition_no']} of {close.key} is released by {given.by}")


def _withdraw(desk: Desk, given: argparse.Namespace) -> None:
    close = desk.close_of(given.day)
    with desk.acting(Refused) as conn:
        edition = withdraw(conn, close, given.by, given.why, datetime.now(UTC))
    _fill(desk, f"edition {edition['edition_no']} of {close.key} is withdrawn by {given.by}")


def _fill(desk: Desk, said: str) -> None:
    """Bring the public folder to what has been decided: after it was kept, so that nothing goes out that was not."""
    with desk.engine.connect() as conn:
        changed = _filled(conn, desk)
    desk.out.write(f"{said}; {len(changed)} files changed in {public_folder()}\n")


def _filled(conn: Connection, desk: Desk) -> list[str]:
    rules = desk.plan.rules
    return fill(conn, public_folder(), rules.mail.sender_name, rules.campaign.timezone)
