"""Reads what stands at the head of a provisional report, and of the final one that follows it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from include.campaign.report.edition import LEDGER, Difference, EditionNote, Unknown, missing_unexpectedly
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.province import registries_of
from include.campaign.report.sums import area_day
from include.campaign.warehouse import fetch

PUBLISHED = ("entered", "entered_in_day", "received", "received_in_day")
"""Figures whose published values are kept: what officials pass on."""


def edition_note(conn: Connection, day: FrozenDay) -> EditionNote | None:
    """The note of the Department's report; None for a usual one: final, and nothing went before it.

    Args:
        conn: campaign database.
        day: the frozen day.
    """
    provisional = day.head.edition == "provisional"
    before = fetch(
        conn, "editions/select_provisional_figures", close_key=day.head.close_key, area_code=day.areas[0]["code"]
    )
    follows = None if provisional or not before else before[0]["rendered_at"].astimezone(day.head.as_of.tzinfo)
    if not provisional and follows is None and day.held_why is None:
        return None
    was = {(row["unit_code"], row["figure"]): row["value"] for row in before} if follows else {}
    return EditionNote(
        edition=day.head.edition,
        unknown=tuple(_unknown(conn, day)),
        held_why=day.held_why,
        follows=follows,
        differences=tuple(_differences(day, was)),
    )


def area_figures(day: FrozenDay) -> dict[tuple[str, str], int | None]:
    """The figures of the province and of each unit just below it, by unit and figure, the province's first."""
    province = day.areas[0]["code"]
    found = {}
    for row in day.areas:
        code = row["code"]
        registries = day.registries if code == province else registries_of(day, code)
        area = area_day(code, row["full_name"], row["quota"], registries)
        found.update({(code, figure): getattr(area, figure).value for figure in PUBLISHED})
    return found


def _differences(day: FrozenDay, was: dict[tuple[str, str], int | None]) -> Iterator[Difference]:
    names = {row["code"]: row["full_name"] for row in day.areas}
    for (code, figure), now in area_figures(day).items():
        if (code, figure) in was and was[code, figure] != now:
            yield Difference(names[code], figure, was[code, figure], now)


def _unknown(conn: Connection, day: FrozenDay) -> Iterator[Unknown]:
    zone = day.head.as_of.tzinfo
    if not day.head.ledger_read:
        [ledger] = fetch(conn, "editions/select_ledger_unread", close_key=day.head.close_key, baseline=day.baseline)
        yield Unknown(
            source=LEDGER,
            outcome=ledger["outcome"] or "not_read",
            entered=None,
            received=ledger["received"],
            as_of=ledger["as_of"].astimezone(zone) if ledger["as_of"] else None,
        )
    for registry in missing_unexpectedly(day.registries):
        known = registry.last_known
        yield Unknown(
            source=registry.full_name,
            outcome=registry.outcome,
            entered=known.entered if known else None,
            received=known.received if known else None,
            as_of=known.as_of if known else None,
        )
