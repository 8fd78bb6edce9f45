"""Units just below the province by what the Ministry has received, with the bands that officials read."""

from __future__ import annotations

from collections.abc import Sequence

from include.campaign.render.attachment import Picture
from include.campaign.render.charts.canvas import SMALL, WIDTH, Canvas, EmptyChart
from include.campaign.render.charts.palette import ENTERED, ENTERED_HATCH, FAINT, QUIET, RECEIVED, REST
from include.campaign.render.charts.parts import EDGE, LINE, Head, Wording, most, named, no_data, share, two_columns
from include.campaign.report.models import AreaDay

BANDS = (0.1, 0.5, 1.0)
"""Where a band ends (brief): under 10, under 50, under 100, 100 percent."""
ROW, BAR = 40.0, 13.0
BEST, LAST = 8, 12
"""Shown of more than twenty."""


def ranking(areas: Sequence[AreaDay], wording: Wording, cid: str = "ranking") -> Picture:
    """The picture.

    Args:
        areas: best first.
        wording: the reader's language.
        cid: Content-ID.

    Raises:
        EmptyChart: there is no unit.
    """
    if not areas:
        raise EmptyChart(cid)
    best, last = most(areas, BEST, LAST)
    rows: list[tuple[int, AreaDay] | None] = [*enumerate(areas[:best], start=1)]
    if last:
        rows += [None, *enumerate(areas[-last:], start=len(areas) - last + 1)]
    head = Head(named(wording, "ranking_title"), named(wording, "ranking_said"))
    canvas = Canvas(head.height + 16 + ROW * len(rows) + LINE + 6)
    head.draw(canvas)
    top = head.height + 16
    width = WIDTH - 2 * EDGE
    for band in BANDS:
        x = EDGE + width * band
        at_end = band == 1.0
        share = f"{band:.0%}".replace("%", wording.per_cent)
        canvas.text(
            x if not at_end else WIDTH - EDGE, head.height + 6, share, size=SMALL, colour=QUIET,
            align="right" if at_end else "center",
        )  # fmt: skip
    for place, row in enumerate(rows):
        y = top + ROW * place
        if row is None:
            between = named(wording, "between", number=wording.number(len(areas) - best - last))
            canvas.text(WIDTH / 2, y + ROW / 2, between, colour=QUIET, align="center")
            continue
        _row(canvas, y, *row, wording)
    for band in BANDS[:-1]:
        x = EDGE + width * band
        canvas.line([(x, top), (x, top + ROW * len(rows) - 4)], colour=FAINT, width=0.8, dashes=(2, 2))
    y = canvas.height - LINE / 2 - 2
    canvas.box(EDGE, y - 6, 26, 12, fill=RECEIVED)
    canvas.text(EDGE + 32, y, named(wording, "key_received"), size=SMALL)
    canvas.box(180, y - 6, 26, 12, fill=ENTERED, hatch=ENTERED_HATCH, hatch_colour="#ffffff")
    canvas.text(212, y, named(wording, "key_only_entered"), size=SMALL)
    told = "; ".join(f"{row[0]}. {row[1].name}: {_shares(row[1], wording)}" for row in rows if row is not None)
    return canvas.picture(cid, f"{named(wording, 'ranking_title')}. {told}.")


def _row(canvas: Canvas, y: float, place: int, area: AreaDay, wording: Wording) -> None:
    two_columns(canvas, y + 8, f"{place}. {area.name}", _shares(area, wording))
    width, bar = WIDTH - 2 * EDGE, y + 18
    if not area.quota:
        canvas.line([(EDGE, bar + BAR / 2), (EDGE + width, bar + BAR / 2)], colour=FAINT, dashes=(1, 3))
        return
    if area.entered.value is None and area.received.value is None:
        no_data(canvas, EDGE, bar, width, BAR)
        return
    received = width * share(area.received.value, area.quota)
    entered = width * share(area.entered.value, area.quota)
    canvas.box(EDGE, bar, width, BAR, fill=REST)
    if entered > received:
        canvas.box(EDGE + received, bar, entered - received, BAR, fill=ENTERED, hatch=ENTERED_HATCH,
                   hatch_colour="#ffffff")  # fmt: skip
    canvas.box(EDGE, bar, received, BAR, fill=RECEIVED)


def _shares(area: AreaDay, wording: Wording) -> str:
    if not area.quota:
        return wording.no_quota
    return named(
        wording,
        "ranking_shares",
        received=wording.percent(area.received.value, area.quota),
        entered=wording.percent(area.entered.value, area.quota),
    )
