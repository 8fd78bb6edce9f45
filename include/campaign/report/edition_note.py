"""Reads what stands at the head of a provisional report, and of the final one that follows it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from include.campaign.report.edition import LEDGER, Difference, EditionNote, Unknown, missing_unexpectedly
from include.campaign.report.figures import province_figures, unit_figures
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.models import ProvinceReport, ReportHead
from include.campaign.warehouse import fetch

DERIVED = ("quota", "entered_share", "received_share")
"""Figures that say nothing new where one edition is held against another."""


def edition_note(conn: Connection, day: FrozenDay, report: ProvinceReport) -> EditionNote | None:
    """The note of the Department's report; None for a usual one: final, and nothing went before it.

    Args:
        conn: campaign database.
        day: the frozen day.
        report: what the Department is told of it.
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
        differences=tuple(_differences(day, report, was)),
    )


def told_figures(report: ProvinceReport, head: ReportHead) -> dict[tuple[str, str], int | None]:
    """Figures of the province and of the units just below it that a report tells, by unit and name.

    Without quotas, which no reading changes, and shares, which follow from the others.
    """
    found = [*province_figures(report, head), *(figure for area in report.areas for figure in unit_figures(area))]
    return {(figure.unit, figure.name): figure.value for figure in found if figure.name not in DERIVED}


def _differences(
    day: FrozenDay, report: ProvinceReport, was: dict[tuple[str, str], int | None]
) -> Iterator[Difference]:
    names = {row["code"]: row["full_name"] for row in day.areas}
    for (code, figure), now in told_figures(report, day.head).items():
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
