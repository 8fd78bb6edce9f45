"""Drafting, releasing and withdrawing bulletins. What is drafted is kept as its bytes: a released one never changes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from include.campaign.bulletin.content import bulletin_of
from include.campaign.bulletin.page import bulletin_files
from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan
from include.campaign.report.frozen import read_day
from include.campaign.warehouse import fetch, run, run_many

log = logging.getLogger(__name__)


class Refused(Exception):
    """What a person asked cannot be done; the text says why."""


def draft(
    conn: Connection,
    plan: Plan,
    calendar: Calendar,
    close: Close,
    now: datetime,
    run_id: str,
    *,
    anew: bool = False,
) -> int | None:
    """Draft the bulletin of a close from what was frozen for it; it goes nowhere before somebody releases it.

    What an edition of the close says already is not drafted again. One that differs from a released one is a
    correction, and says so.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: names, rules.
        calendar: the campaign's days.
        close: a close that was closed.
        now: the campaign's present instant.
        run_id: the run that drafts it.
        anew: draft again what a person withdrew.

    Returns:
        number of the new edition; None: there is nothing new to say, or the day is held.

    Raises:
        LookupError: the close was never opened.
    """
    run(conn, "bulletin/lock_editions")
    day = read_day(conn, plan, calendar, close)
    if day.head.state not in ("closed", "gaps"):
        return None
    bulletin = bulletin_of(conn, plan, close, day)
    digest = hashlib.sha256(repr(bulletin).encode()).hexdigest()
    known = fetch(conn, "bulletin/select_editions", close_key=close.key)
    if known and known[-1]["content_digest"] == digest and not (anew and known[-1]["withdrawn_at"]):
        return None
    number = known[-1]["edition_no"] + 1 if known else 1
    released = [row["edition_no"] for row in known if row["released_at"]]
    files = bulletin_files(bulletin, number, released[-1] if released else None)
    added = run(
        conn,
        "bulletin/insert_edition",
        close_key=close.key,
        edition_no=number,
        drafted_at=now,
        run_id=run_id,
        content_digest=digest,
    )
    edition_id = added.scalar_one()
    rows = [{"edition_id": edition_id, "name": name, "content": content} for name, content in files.items()]
    run_many(conn, "bulletin/insert_file", rows)
    return number


def editions(conn: Connection, close: Close | None = None) -> Sequence[RowMapping]:
    """Every edition, oldest first, with what was decided of it; only those of a close where one is given."""
    return fetch(conn, "bulletin/select_editions", close_key=close.key if close else None)


def files_of(conn: Connection, edition_id: int) -> dict[str, bytes]:
    """The files of an edition, as they go out."""
    return {row["name"]: bytes(row["content"]) for row in fetch(conn, "bulletin/select_files", edition_id=edition_id)}


def release(conn: Connection, close: Close, by: str, now: datetime) -> RowMapping:
    """Let the newest draft of a close go out; returns its edition.

    Raises:
        Refused: nothing is drafted, or it was decided of already, or nobody is named.
    """
    edition = _newest(conn, close)
    _note(conn, edition, "release", by, None, now, refused=("withdrawn", "released"))
    return edition


def withdraw(conn: Connection, close: Close, by: str, why: str, now: datetime) -> RowMapping:
    """Take back what is newest of a close: a draft never goes out, a released bulletin gives way to a notice.

    Raises:
        Refused: nothing is drafted, or it is withdrawn already, or nobody or no reason is named.
    """
    if not why.strip():
        raise Refused("a withdrawal needs its reason, as the public is to read it: --why")
    edition = _newest(conn, close)
    _note(conn, edition, "withdraw", by, why.strip(), now, refused=("withdrawn",))
    return edition


def _newest(conn: Connection, close: Close) -> RowMapping:
    run(conn, "bulletin/lock_editions")
    known = editions(conn, close)
    if not known:
        raise Refused(f"no bulletin of {close.key} is drafted")
    return known[-1]


def _note(
    conn: Connection,
    edition: RowMapping,
    act: str,
    by: str,
    why: str | None,
    now: datetime,
    refused: Sequence[str],
) -> None:
    if not by.strip():
        raise Refused("who decides is to be named: --by")
    for done in refused:
        if edition[f"{done}_at"]:
            what = f"edition {edition['edition_no']} of {edition['close_key']}"
            raise Refused(f"{what} was {done} by {edition[f'{done}_by']} already")
    run(
        conn,
        "bulletin/insert_act",
        edition_id=edition["edition_id"],
        act=act,
        why=why,
        by_whom=by.strip(),
        acted_at=now,
    )
