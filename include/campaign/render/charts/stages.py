"""The stages of the work as a funnel: how much went through each, and how much the roadmap asks for by now."""

from __future__ import annotations

from collections.abc import Sequence

from include.campaign.pace.season import BOOK_STAGES
from include.campaign.render.attachment import Picture
from include.campaign.render.charts.canvas import SMALL, WIDTH, Canvas, EmptyChart
from include.campaign.render.charts.palette import ENTERED, ENTERED_HATCH, INK, RECEIVED, REST
from include.campaign.render.charts.parts import EDGE, LINE, Head, Terms, named, no_data, share, two_columns
from include.campaign.render.formats import NO_DATA, number, percent, sentence
from include.campaign.report.funnel import StageSum

ROW, BAR = 40.0, 13.0


def stage_funnel(sums: Sequence[StageSum], terms: Terms, cid: str = "stages") -> Picture:
    """The picture: stages of books, then of cases; a stage that is not known is hatched.

    Raises:
        EmptyChart: there is no stage.
    """
    if not sums:
        raise EmptyChart(cid)
    head = Head(named(terms, "stages_title"), named(terms, "stages_said"))
    canvas = Canvas(head.height + ROW * len(sums) + LINE + 8)
    head.draw(canvas)
    for place, one in enumerate(sums):
        _row(canvas, head.height + ROW * place, one, terms)
    y = canvas.height - LINE / 2 - 3
    canvas.box(EDGE, y - 6, 26, 12, fill=ENTERED, hatch=ENTERED_HATCH, hatch_colour="#ffffff")
    canvas.text(EDGE + 32, y, named(terms, "key_books"), size=SMALL)
    canvas.box(104, y - 6, 26, 12, fill=RECEIVED)
    canvas.text(136, y, named(terms, "key_cases"), size=SMALL)
    canvas.line([(255, y - 8), (255, y + 8)], colour=INK, width=2.4)
    canvas.text(263, y, named(terms, "key_roadmap_now"), size=SMALL)
    told = "; ".join(f"{_name(one, terms)}: {_said(one, terms)}" for one in sums)
    return canvas.picture(cid, f"{named(terms, 'stages_title')}. {told}.")


def _name(one: StageSum, terms: Terms) -> str:
    return sentence(terms["stages"][one.stage])


def _said(one: StageSum, terms: Terms) -> str:
    if one.done is None or not one.whole:
        return NO_DATA
    return named(
        terms,
        "stages_value",
        done=number(one.done),
        whole=number(one.whole),
        items=terms["items"][one.stage],
        share=percent(one.done, one.whole),
    )


def _row(canvas: Canvas, y: float, one: StageSum, terms: Terms) -> None:
    two_columns(canvas, y + 8, _name(one, terms), _said(one, terms))
    width, bar = WIDTH - 2 * EDGE, y + 18
    if one.done is None or not one.whole:
        no_data(canvas, EDGE, bar, width, BAR)
        return
    canvas.box(EDGE, bar, width, BAR, fill=REST)
    done = width * share(one.done, one.whole)
    if one.stage in BOOK_STAGES:
        canvas.box(EDGE, bar, done, BAR, fill=ENTERED, hatch=ENTERED_HATCH, hatch_colour="#ffffff")
    else:
        canvas.box(EDGE, bar, done, BAR, fill=RECEIVED)
    if one.planned is not None:
        x = EDGE + width * share(one.planned, one.whole)
        canvas.line([(x, bar - 3), (x, bar + BAR + 3)], colour=INK, width=2.4)
