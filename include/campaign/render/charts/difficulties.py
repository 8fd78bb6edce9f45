"""What registries report as difficult: how many of each kind stand, and how many of them are overdue."""

from __future__ import annotations

from include.campaign.render.attachment import Picture
from include.campaign.render.charts.canvas import SMALL, WIDTH, Canvas, EmptyChart
from include.campaign.render.charts.palette import FAINT, LATE, QUIET, RECEIVED
from include.campaign.render.charts.parts import EDGE, LINE, Head, Wording, named, share, two_columns
from include.campaign.render.formats import sentence
from include.campaign.report.difficulties import DifficultiesBlock, KindCount

ROW, BAR = 54.0, 12.0
MOST = 10
OVERDUE_HATCH = "////"


def difficulties(block: DifficultiesBlock, wording: Wording, cid: str = "difficulties") -> Picture:
    """The picture of the kinds that most registries have.

    Raises:
        EmptyChart: none is open.
    """
    counts = sorted((one for one in block.counts if one.open), key=lambda one: (-one.open, one.kind_name))[:MOST]
    if not counts:
        raise EmptyChart(cid)
    open_, overdue = sum(one.open for one in block.counts), sum(one.overdue for one in block.counts)
    said = named(wording, "difficulties_said", open=wording.number(open_), overdue=wording.number(overdue))
    head = Head(named(wording, "difficulties_title"), said)
    canvas = Canvas(head.height + ROW * len(counts) + LINE + 8)
    head.draw(canvas)
    most = counts[0].open
    for place, one in enumerate(counts):
        _row(canvas, head.height + ROW * place, one, most, wording)
    y = canvas.height - LINE / 2 - 3
    canvas.box(EDGE, y - 6, 26, 12, fill="#ffffff", edge=LATE, hatch=OVERDUE_HATCH, hatch_colour=LATE)
    canvas.text(EDGE + 32, y, named(wording, "key_overdue"), size=SMALL)
    canvas.box(WIDTH / 2, y - 6, 26, 12, fill=RECEIVED)
    canvas.text(WIDTH / 2 + 32, y, named(wording, "key_in_time"), size=SMALL)
    told = "; ".join(f"{sentence(one.kind_name)} ({_owner(one, wording)}): {_value(one, wording)}" for one in counts)
    return canvas.picture(cid, f"{named(wording, 'difficulties_title')}. {said} {told}.")


def _value(one: KindCount, wording: Wording) -> str:
    return named(
        wording,
        "difficulties_value",
        open=wording.number(one.open),
        overdue=wording.number(one.overdue),
    )


def _owner(one: KindCount, wording: Wording) -> str:
    return wording.terms["difficulty_owners"].get(one.owner, one.owner)


def _row(canvas: Canvas, y: float, one: KindCount, most: int, wording: Wording) -> None:
    two_columns(canvas, y + 8, sentence(one.kind_name), _value(one, wording))
    canvas.text(EDGE, y + 8 + LINE, _owner(one, wording), size=SMALL, colour=QUIET, room=WIDTH - 2 * EDGE)
    width, bar = WIDTH - 2 * EDGE, y + 18 + LINE
    late, all_ = width * share(one.overdue, most), width * share(one.open, most)
    canvas.line([(EDGE, bar + BAR), (EDGE + width, bar + BAR)], colour=FAINT)
    if late:
        canvas.box(EDGE, bar, late, BAR, fill="#ffffff", edge=LATE, hatch=OVERDUE_HATCH, hatch_colour=LATE)
    canvas.box(EDGE + late, bar, all_ - late, BAR, fill=RECEIVED)
