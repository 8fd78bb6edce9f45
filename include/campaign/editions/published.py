"""What was published of a close, to whom, and in which edition (`mail.edition`, `mail.published_figure`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from include.campaign.days import Close
from include.campaign.editions.policy import Standing
from include.campaign.mail import Message
from include.campaign.report import DistrictReport, Letter, ProvinceReport
from include.campaign.report.edition_note import DERIVED, told_figures
from include.campaign.report.figures import unit_figures
from include.campaign.warehouse import fetch, run

Kept = Literal["final", "provisional", "correction"]


def standing(conn: Connection, province: str, close: Close) -> Standing:
    """What was made of a close's report for the Department."""
    rows = fetch(conn, "editions/select_editions", province=province, close_key=close.key)
    gone = [row for row in rows if row["state"] not in ("held", "dropped")]
    return Standing(
        final=any(row["edition"] == "final" for row in gone),
        provisional=any(row["edition"] == "provisional" for row in gone),
        waiting=any(row["state"] == "held" for row in rows),
        dropped=any(row["state"] == "dropped" for row in rows),
    )


def waiting_keys(conn: Connection, province: str, close: Close) -> list[str]:
    """Keys of the reports of a close that are held."""
    rows = fetch(conn, "editions/select_editions", province=province, close_key=close.key)
    return [row["message_key"] for row in rows if row["state"] == "held"]


def keep(conn: Connection, close: Close, message: Message, letter: Letter, now: datetime) -> None:
    """Keep the figures that a letter's message says; letters without figures of an area keep nothing.

    Args:
        conn: campaign database, in the transaction that posts the message.
        close: the close that the figures are of.
        message: in the outbox.
        letter: that it was made from.
        now: the campaign's present instant.
    """
    report = letter.blocks[0]
    if isinstance(report, ProvinceReport | DistrictReport):
        code = report.province.code if isinstance(report, ProvinceReport) else report.area.code
        keep_edition(conn, message, close.key, letter.head.edition, code, now)
        keep_figures(conn, message.key, close.key, list(_figures(letter, report)))


def keep_edition(
    conn: Connection, message: Message, close_key: str, edition: Kept, area_code: str, now: datetime
) -> None:
    """Note that a message carries figures of a close to whoever answers for an area."""
    run(
        conn,
        "editions/insert_edition",
        message_key=message.key,
        close_key=close_key,
        edition=edition,
        area_code=area_code,
        address=message.address,
        rendered_at=now,
    )


def keep_figures(
    conn: Connection, message_key: str, close_key: str, figures: list[tuple[str, str, bool, int | None]]
) -> None:
    """Keep figures of a close as a message says them: unit, figure, whether of its own books alone, value."""
    units, names, of_registries, values = zip(*figures, strict=True) if figures else ((), (), (), ())
    run(
        conn,
        "editions/insert_published_figures",
        message_key=message_key,
        close_key=close_key,
        units=list(units),
        figures=list(names),
        of_registries=list(of_registries),
        values=list(values),
    )


def _figures(letter: Letter, report: ProvinceReport | DistrictReport) -> Iterator[tuple[str, str, bool, int | None]]:
    if isinstance(report, ProvinceReport):
        for (unit, name), value in told_figures(report, letter.head).items():
            yield unit, name, False, value
    else:
        for figure in unit_figures(report.area):
            if figure.name not in DERIVED:
                yield figure.unit, figure.name, False, figure.value
    for registry in report.registries:
        for figure in unit_figures(registry):
            if figure.name not in DERIVED:
                yield figure.unit, figure.name, True, figure.value
