"""Transfers that stand rejected or failed, by what is wrong: what units can correct, and the other side's faults."""

from __future__ import annotations

from include.campaign.render.attachment import Picture
from include.campaign.render.charts.canvas import WIDTH, Canvas, EmptyChart
from include.campaign.render.charts.palette import FAINT, LATE, QUIET, RECEIVER_HATCH
from include.campaign.render.charts.parts import EDGE, LINE, Head, Wording, named, share, two_columns
from include.campaign.render.formats import sentence
from include.campaign.report.models import FailureLine, Failures

ROW, BAR = 36.0, 11.0
MOST = {"ours": 8, "receivers": 5}
"""Codes of each side that have a bar; the others are added up."""


def failures(found: Failures, wording: Wording, cid: str = "failures") -> Picture:
    """The picture.

    Raises:
        EmptyChart: nothing stands rejected or failed.
    """
    sides = [(side, getattr(found, side)) for side in ("ours", "receivers") if getattr(found, side)]
    if not sides:
        raise EmptyChart(cid)
    most = max(line.own for _, lines in sides for line in lines)
    own = sum(line.own for _, lines in sides for line in lines)
    earlier = sum(line.earlier for _, lines in sides for line in lines)
    said = named(wording, "failures_said", own=wording.number(own))
    if earlier:
        said += " " + named(wording, "failures_earlier_said", earlier=wording.number(earlier))
    head = Head(named(wording, "failures_title"), said)
    shown = [(side, lines[: MOST[side]], lines[MOST[side] :]) for side, lines in sides]
    height = sum(LINE + 4 + ROW * len(first) + (LINE if others else 0) + 6 for _, first, others in shown)
    canvas = Canvas(head.height + height)
    head.draw(canvas)
    y = head.height
    for side, first, others in shown:
        canvas.text(EDGE, y + 8, named(wording, f"failures_{side}"), bold=True, colour=QUIET, room=WIDTH - 2 * EDGE)
        y += LINE + 4
        for line in first:
            _row(canvas, y, line, most, wording, hatched=side == "receivers")
            y += ROW
        if others:
            cases = wording.number(sum(line.own for line in others))
            canvas.text(
                EDGE,
                y + 8,
                named(wording, "failures_others", number=wording.number(len(others)), cases=cases),
                colour=QUIET,
            )
            y += LINE
        y += 6
    told = "; ".join(f"{_name(line, wording)}: {_value(line, wording)}" for _, first, _ in shown for line in first)
    return canvas.picture(cid, f"{named(wording, 'failures_title')}. {said} {told}.")


def _name(line: FailureLine, wording: Wording) -> str:
    if line.name:
        return sentence(line.name)
    code = named(wording, "failures_code", code=line.code) if line.code else named(wording, "failures_no_code")
    return sentence(code)


def _value(line: FailureLine, wording: Wording) -> str:
    if not line.earlier:
        return wording.number(line.own)
    return named(wording, "failures_value", own=wording.number(line.own), earlier=wording.number(line.earlier))


def _row(canvas: Canvas, y: float, line: FailureLine, most: int, wording: Wording, *, hatched: bool) -> None:
    two_columns(canvas, y + 8, _name(line, wording), _value(line, wording), bold=False)
    width, bar = WIDTH - 2 * EDGE, y + 18
    length = width * share(line.own, most)
    canvas.line([(EDGE, bar + BAR), (EDGE + width, bar + BAR)], colour=FAINT)
    if hatched:
        canvas.box(EDGE, bar, length, BAR, fill="#ffffff", edge=QUIET, hatch=RECEIVER_HATCH, hatch_colour=QUIET)
    else:
        canvas.box(EDGE, bar, length, BAR, fill=LATE)
