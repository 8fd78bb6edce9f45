"""Who could help whom: the chance of being in time without and with the people proposed."""

from __future__ import annotations

from collections.abc import Sequence

from include.campaign.render.attachment import Picture
from include.campaign.render.charts.canvas import SMALL, WIDTH, Canvas, EmptyChart
from include.campaign.render.charts.palette import FAINT, GOOD, LATE, QUIET
from include.campaign.render.charts.parts import EDGE, LINE, Head, Wording, named, two_columns
from include.campaign.report.reinforcement import Help

ROW = 56.0
MOST = 8


def reinforcement(helps: Sequence[Help], wording: Wording, cid: str = "reinforcement") -> Picture:
    """The picture of the first proposals, in the order in which they were found.

    Raises:
        EmptyChart: there is none.
    """
    if not helps:
        raise EmptyChart(cid)
    shown = helps[:MOST]
    people = sum(one.people for one in helps)
    said = named(wording, "helps_said", units=wording.number(len(helps)), people=wording.number(people))
    if len(helps) > MOST:
        said += " " + named(wording, "helps_first", number=MOST)
    head = Head(named(wording, "helps_title"), said)
    canvas = Canvas(head.height + 16 + ROW * len(shown) + LINE + 4)
    head.draw(canvas)
    width = WIDTH - 2 * EDGE - 12
    left = EDGE + 6
    top = head.height + 16
    per_cent = wording.per_cent
    canvas.text(left, head.height + 5, f"0{per_cent}", size=SMALL, colour=QUIET)
    canvas.text(left + width / 2, head.height + 5, f"50{per_cent}", size=SMALL, colour=QUIET, align="center")
    canvas.text(left + width, head.height + 5, f"100{per_cent}", size=SMALL, colour=QUIET, align="right")
    for place, one in enumerate(shown):
        y = top + ROW * place
        two_columns(canvas, y + 8, one.receiver, _chances(one, wording))
        canvas.text(EDGE, y + 8 + LINE, _from(one, wording), size=SMALL, colour=QUIET, room=WIDTH - 2 * EDGE)
        _dumbbell(canvas, left, width, y + 42, one)
    y = canvas.height - LINE / 2 - 2
    canvas.line([(EDGE + 6, y)], colour=LATE, marker="o", marker_size=7, hollow=True)
    canvas.text(EDGE + 16, y, named(wording, "key_before"), size=SMALL)
    canvas.line([(WIDTH / 2 + 6, y)], colour=GOOD, marker=">", marker_size=7)
    canvas.text(WIDTH / 2 + 16, y, named(wording, "key_after"), size=SMALL)
    told = "; ".join(f"{one.receiver}: {_chances(one, wording)}, {_from(one, wording)}" for one in shown)
    return canvas.picture(cid, f"{named(wording, 'helps_title')}. {said} {told}.")


def _chances(one: Help, wording: Wording) -> str:
    return f"{wording.chance(one.before)} → {wording.chance(one.after)}"


def _from(one: Help, wording: Wording) -> str:
    givers = ", ".join(dict.fromkeys(wording.inside(move.giver) for move in one.moves))
    return named(wording, "helps_from", people=wording.number(one.people), givers=givers)


def _dumbbell(canvas: Canvas, left: float, width: float, y: float, one: Help) -> None:
    before, after = (left + width * min(max(value, 0.0), 1.0) for value in (one.before, one.after))
    canvas.line([(left, y), (left + width, y)], colour=FAINT, width=2)
    canvas.line([(before, y), (after, y)], colour=GOOD, width=3)
    canvas.line([(before, y)], colour=LATE, marker="o", marker_size=7, hollow=True)
    canvas.line([(after, y)], colour=GOOD, marker=">", marker_size=7)
