"""The stages of the work as a funnel: how much went through each, and how much the roadmap asks for by now."""

from __future__ import annotations

from collections.abc import Sequence

from include.campaign.pace.season import BOOK_STAGES
from include.campaign.render.attachment import Picture
from include.campaign.render.charts.canvas import SMALL, WIDTH, Canvas, EmptyChart
from include.campaign.render.charts.palette import ENTERED, ENTERED_HATCH, INK, RECEIVED, REST
from include.campaign.render.charts.parts import EDGE, LINE, Head, Wording, named, no_data, share, two_columns
from include.campaign.render.formats import sentence
from include.campaign.report.funnel import StageSum

ROW, BAR = 40.0, 13.0


def stage_funnel(sums: Sequence[StageSum], wording: Wording, cid: str = "stages") -> Picture:
    """The picture: stages of books, then of cases; a stage that is not known is hatched.

    Raises:
        EmptyChart: there is no stage.
    """
    if not sums:
        raise EmptyChart(cid)
    head = Head(named(wording, "stages_title"), named(wording, "stages_said"))
    canvas = Canvas(head.height + ROW * len(sums) + LINE + 8)
    head.draw(canvas)
    for place, one in enumerate(sums):
        _row(canvas, head.height + ROW * place, one, wording)
    y = canvas.height - LINE / 2 - 3
    canvas.box(EDGE, y - 6, 26, 12, fill=ENTERED, hatch=ENTERED_HATCH, hatch_colour="#ffffff")
    canvas.text(EDGE + 32, y, named(wording, "key_books"), size=SMALL)
    canvas.box(104, y - 6, 26, 12, fill=RECEIVED)
    canvas.text(136, y, named(wording, "key_cases"), size=SMALL)
    canvas.line([(255, y - 8), (255, y + 8)], colour=INK, width=2.4)
    canvas.text(263, y, named(wording, "key_roadmap_now"), size=SMALL)
    told = "; ".join(f"{_name(one, wording)}: {_said(one, wording)}" for one in sums)
    return canvas.picture(cid, f"{named(wording, 'stages_title')}. {told}.")


def _name(one: StageSum, wording: Wording) -> str:
    return sentence(wording.terms["stages"][one.stage])


def _said(one: StageSum, wording: Wording) -> str:
    if one.done is None or not one.whole:
        return wording.no_data
    return named(
        wording,
        "stages_value",
        done=wording.number(one.done),
        whole=wording.number(one.whole),
        items=wording.terms["items"][one.stage],
        share=wording.percent(one.done, one.whole),
    )


def _row(canvas: Canvas, y: float, one: StageSum, wording: Wording) -> None:
    two_columns(canvas, y + 8, _name(one, wording), _said(one, wording))
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
