"""Corrections (đính chính): published figures of earlier closes that moved beyond the plan's threshold, told once.

Like is held against like: what moved is the sum over registries whose figure was published and is known now. A registry
that had no data then and has now completes a figure, which was published with its coverage; it does not make it wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, RowMapping

from include.campaign.days import FINAL, Close
from include.campaign.editions.published import keep_edition, keep_figures
from include.campaign.mail import enqueue
from include.campaign.mail.outbox import message_of
from include.campaign.plan import Contact, Plan
from include.campaign.plan.papers_rules import Correction
from include.campaign.render import Paper
from include.campaign.render.paper import write
from include.campaign.warehouse import fetch

KIND = "correction"
MOST_NAMED = 5
"""So many registries are named for each figure, those that changed most."""


@dataclass(frozen=True)
class CorrectionHead:
    """What stands above and below a correction's words."""

    sender: str
    campaign: str
    as_of: datetime


@dataclass(frozen=True)
class CorrectedArea:
    """A published figure of an area: what was sent, what it is, and how much of the change is not late data."""

    code: str
    name: str
    was: int
    now: int
    moved: int

    @property
    def late(self) -> int:
        """What came of registries that had no data then."""
        return max(self.now - self.was - self.moved, 0)


@dataclass(frozen=True)
class CorrectedFigure:
    """A figure of an earlier close: every area that was told it and in which it moved, the province first.

    `sources`: registries whose own books say otherwise than they said, and by how much, most first.
    """

    close_key: str
    day: date
    final: bool
    figure: str
    areas: tuple[CorrectedArea, ...]
    sources: tuple[tuple[str, int], ...]
    rows: tuple[RowMapping, ...]
    """What it was worked out from, to be kept as published."""


@dataclass(frozen=True)
class CorrectionLetter:
    """All that one reader is told otherwise by one close."""

    head: CorrectionHead
    address: str
    office: str
    language: str
    reply_to: str
    reader_code: str
    figures: tuple[CorrectedFigure, ...]


def post_corrections(conn: Connection, plan: Plan, close: Close, now: datetime, run_id: str) -> int:
    """Post what a close finds to be corrected; returns how many messages were new.

    Args:
        conn: campaign database, in a transaction of the caller.
        plan: contacts and the threshold.
        close: the close that finds it; one message per reader and close.
        now: the campaign's present instant.
        run_id: the run that posts.
    """
    posted = 0
    for letter in correction_letters(conn, plan, close):
        message = message_of(close, correction_paper(letter))
        new = enqueue(conn, [message], now, f"posted by {run_id}")
        posted += new
        if new:
            for close_key, figures in groupby(letter.figures, key=lambda figure: figure.close_key):
                keep_edition(conn, message, close_key, "correction", letter.reader_code, now)
                keep_figures(conn, message.key, close_key, [row for figure in figures for row in _kept(plan, figure)])
    return posted


def correction_letters(conn: Connection, plan: Plan, close: Close) -> Iterator[CorrectionLetter]:
    """A letter per reader whose published figures need one.

    Args:
        conn: campaign database.
        plan: contacts and the threshold.
        close: only figures of closes before it.
    """
    rows = fetch(conn, "editions/select_moved", province=plan.province.code, close_key=close.key)
    for (reader, _), found in groupby(rows, key=lambda row: (row["reader_code"], row["address"])):
        of_reader = list(found)
        grouped = groupby(of_reader, key=itemgetter("close_key", "figure"))
        figures = [corrected(plan, list(of_figure)) for _, of_figure in grouped]
        needed = [figure for figure in figures if needs_telling(figure, plan.rules.papers.correction)]
        if needed:
            yield _letter(plan, close, reader, of_reader[0]["address"], needed)


def corrected(plan: Plan, rows: Sequence[RowMapping]) -> CorrectedFigure:
    """One figure of one close for one reader: rows of `editions/select_moved`, one per registry."""
    first = rows[0]
    areas = [
        _area(code, name, list(of_area), "area_was")
        for (code, name), of_area in groupby(rows, key=itemgetter("area_code", "area_name"))
    ]
    province = plan.province.code
    whole = [_area(province, plan.full_name(province), rows, "province_was")]
    moved = [(row["full_name"], row["known"] - row["told"]) for row in rows if _moved(row)]
    return CorrectedFigure(
        close_key=first["close_key"],
        day=first["day"],
        final=first["kind"] == FINAL,
        figure=first["figure"],
        areas=tuple(area for area in [*whole, *areas] if area is not None and area.moved),
        sources=tuple(sorted(moved, key=lambda pair: (-abs(pair[1]), pair[0]))),
        rows=tuple(rows),
    )


def needs_telling(figure: CorrectedFigure, rule: Correction) -> bool:
    """Whether a figure moved beyond the plan's threshold in any area that was told it."""
    return any(rule.needed(area.was, area.was + area.moved) for area in figure.areas)


def correction_paper(letter: CorrectionLetter) -> Paper:
    """A correction as people read it."""
    return write(letter, KIND, "correction/", most_named=MOST_NAMED)


def _letter(
    plan: Plan, close: Close, reader: str, address: str, figures: Sequence[CorrectedFigure]
) -> CorrectionLetter:
    holder = _holder(plan, close, reader)
    desk = plan.contact(plan.province.code, "desk", close.day)
    same = holder.email.casefold() == address.casefold()
    return CorrectionLetter(
        head=CorrectionHead(plan.rules.mail.sender_name, plan.rules.campaign.name, close.as_of),
        address=address,
        office=holder.office,
        language=holder.language if same else "vi",
        reply_to=plan.rules.mail.reply_to or desk.email,
        reader_code=reader,
        figures=tuple(figures),
    )


def _holder(plan: Plan, close: Close, reader: str) -> Contact:
    return plan.contact(reader, "desk" if reader == plan.province.code else "head", close.day)


def _area(code: str, name: str, rows: Sequence[RowMapping], was: str) -> CorrectedArea | None:
    """None: the reader was not told this area's figure, or it had no data."""
    if rows[0][was] is None:
        return None
    return CorrectedArea(
        code=code,
        name=name,
        was=rows[0][was],
        now=sum(row["known"] for row in rows if row["known"] is not None),
        moved=sum(row["known"] - row["told"] for row in rows if _moved(row)),
    )


def _moved(row: RowMapping) -> bool:
    return row["told"] is not None and row["known"] is not None and row["told"] != row["known"]


def _kept(plan: Plan, figure: CorrectedFigure) -> Iterator[tuple[str, str, bool, int | None]]:
    """What is published from now on: every registry's present figure, and those of all areas that were told it."""
    sums: dict[str, int] = {}
    for row in figure.rows:
        yield row["registry_code"], figure.figure, True, row["known"]
        for code, was in ((row["area_code"], row["area_was"]), (plan.province.code, row["province_was"])):
            if was is not None:
                sums[code] = sums.get(code, 0) + (row["known"] or 0)
    for code, value in sums.items():
        yield code, figure.figure, False, value
