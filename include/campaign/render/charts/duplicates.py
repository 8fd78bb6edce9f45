"""The duplicates' burn-down: what two people have still to decide, close by close."""

from __future__ import annotations

from include.campaign.render.attachment import Picture
from include.campaign.render.charts.canvas import SMALL, WIDTH, Canvas, EmptyChart, Point
from include.campaign.render.charts.palette import FAINT, GOOD, LATE, QUIET
from include.campaign.render.charts.parts import EDGE, LINE, Head, Wording, named
from include.campaign.report.duplicates import DuplicateCounts

HEIGHT = 130.0
LEFT, RIGHT = 12.0, 12.0


def burn_down(counts: DuplicateCounts, wording: Wording, cid: str = "duplicates") -> Picture:
    """The picture; on the first evening two points.

    Raises:
        EmptyChart: no close counted any.
    """
    course = counts.course
    if not course:
        raise EmptyChart(cid)
    head = Head(named(wording, "duplicates_title"), _said(counts, wording))
    canvas = Canvas(head.height + 16 + HEIGHT + 20 + 2 * LINE + 4)
    head.draw(canvas)
    top = head.height + 16
    most = max(1, *(one.remaining for one in course), *(one.decided for one in course))
    steps = max(len(course) - 1, 1)

    def place(at: int, cases: int) -> Point:
        return LEFT + (WIDTH - LEFT - RIGHT) * (at / steps), top + HEIGHT * (1 - cases / most)

    canvas.line([(LEFT, top + HEIGHT), (WIDTH - RIGHT, top + HEIGHT)], colour=QUIET)
    canvas.line([(LEFT, top), (WIDTH - RIGHT, top)], colour=FAINT)
    left = [place(at, one.remaining) for at, one in enumerate(course)]
    decided = [place(at, one.decided) for at, one in enumerate(course)]
    canvas.line(decided, colour=GOOD, width=1.8, dashes=(5, 3), marker="^", marker_size=4.5)
    canvas.line(left, colour=LATE, width=2.2, marker="o", marker_size=4.0)
    _end(canvas, left[0], wording.number(course[0].remaining), first=True)
    if len(course) > 1:
        _end(canvas, left[-1], wording.number(course[-1].remaining), first=False)
    for at in sorted({0, len(course) - 1}):
        day = wording.day_month(course[at].as_of.date())
        canvas.text(place(at, 0)[0], top + HEIGHT + 11, day, size=SMALL, colour=QUIET,
                    align="left" if at == 0 else "right")  # fmt: skip
    y = canvas.height - 2 * LINE + LINE / 2 - 4
    canvas.line([(EDGE, y), (EDGE + 26, y)], colour=LATE, width=2.2)
    canvas.line([(EDGE + 13, y)], colour=LATE, marker="o", marker_size=4.0)
    canvas.text(EDGE + 34, y, named(wording, "duplicates_left", cases=wording.number(course[-1].remaining)))
    y += LINE
    canvas.line([(EDGE, y), (EDGE + 26, y)], colour=GOOD, width=1.8, dashes=(5, 3))
    canvas.line([(EDGE + 13, y)], colour=GOOD, marker="^", marker_size=4.5)
    canvas.text(EDGE + 34, y, named(wording, "duplicates_decided", cases=wording.number(course[-1].decided)))
    told = ". ".join((
        named(wording, "duplicates_title"),
        named(wording, "duplicates_left", cases=wording.number(course[-1].remaining)),
        named(wording, "duplicates_decided", cases=wording.number(course[-1].decided)),
        _said(counts, wording),
    ))  # fmt: skip
    return canvas.picture(cid, told)


def _said(counts: DuplicateCounts, wording: Wording) -> str:
    """How long it goes on at this pace."""
    if not counts.province.remaining:
        return named(wording, "duplicates_done")
    if counts.closes_left is None:
        return named(wording, "duplicates_no_pace")
    return named(
        wording,
        "duplicates_pace",
        pace=wording.number(counts.per_close),
        closes=counts.closes,
        left=wording.number(counts.closes_left),
    )


def _end(canvas: Canvas, point: Point, words: str, *, first: bool) -> None:
    canvas.text(point[0], max(point[1] - 10, 8), words, size=SMALL, bold=True, align="left" if first else "right")
