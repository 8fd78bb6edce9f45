"""What registries report as difficult: how many of each kind stand, and how many of them are overdue."""

from __future__ import annotations

from include.campaign.render.attachment import Picture
from include.campaign.render.charts.canvas import SMALL, WIDTH, Canvas, EmptyChart
from include.campaign.render.charts.palette import FAINT, LATE, QUIET, RECEIVED
from include.campaign.render.charts.parts import EDGE, LINE, Head, Terms, named, share, two_columns
from include.campaign.render.formats import number, sentence
from include.campaign.report.difficulties import DifficultiesBlock, KindCount

ROW, BAR = 54.0, 12.0
MOST = 10
OVERDUE_HATCH = "////"


def difficulties(block: DifficultiesBlock, terms: Terms, cid: str = "difficulties") -> Picture:
    """The picture of the kinds that most registries have.

    Raises:
        EmptyChart: none is open.
    """
    counts = sorted((one for one in block.counts if one.open), key=lambda one: (-one.open, one.kind_name))[:MOST]
    if not counts:
        raise EmptyChart(cid)
    open_, overdue = sum(one.open for one in block.counts), sum(one.overdue for one in block.counts)
    said = named(terms, "difficulties_said", open=number(open_), overdue=number(overdue))
    head = Head(named(terms, "difficulties_title"), said)
    canvas = Canvas(head.height + ROW * len(counts) + LINE + 8)
    head.draw(canvas)
    most = counts[0].open
    for place, one in enumerate(counts):
        _row(canvas, head.height + ROW * place, one, most, terms)
    y = canvas.height - LINE / 2 - 3
    canvas.box(EDGE, y - 6, 26, 12, fill="#ffffff", edge=LATE, hatch=OVERDUE_HATCH, hatch_colour=LATE)
    canvas.text(EDGE + 32, y, named(terms, "key_overdue"), size=SMALL)
    canvas.box(WIDTH / 2, y - 6, 26, 12, fill=RECEIVED)
    canvas.text(WIDTH / 2 + 32, y, named(terms, "key_in_time"), size=SMALL)
    told = "; ".join(f"{sentence(one.kind_name)} ({_owner(one, terms)}): {_value(one, terms)}" for one in counts)
    return canvas.picture(cid, f"{named(terms, 'difficulties_title')}. {said} {told}.")


def _value(one: KindCount, terms: Terms) -> str:
    return named(terms, "difficulties_value", open=number(one.open), overdue=number(one.overdue))


def _owner(one: KindCount, terms: Terms) -> str:
    return terms["difficulty_owners"].get(one.owner, one.owner)


def _row(canvas: Canvas, y: float, one: KindCount, most: int, terms: Terms) -> None:
    two_columns(canvas, y + 8, sentence(one.kind_name), _value(one, terms))
    canvas.text(EDGE, y + 8 + LINE, _owner(one, terms), size=SMALL, colour=QUIET, room=WIDTH - 2 * EDGE)
    width, bar = WIDTH - 2 * EDGE, y + 18 + LINE
    late, all_ = width * share(one.overdue, most), width * share(one.open, most)
    canvas.line([(EDGE, bar + BAR), (EDGE + width, bar + BAR)], colour=FAINT)
    if late:
        canvas.box(EDGE, bar, late, BAR, fill="#ffffff", edge=LATE, hatch=OVERDUE_HATCH, hatch_colour=LATE)
    canvas.box(EDGE + late, bar, all_ - late, BAR, fill=RECEIVED)
