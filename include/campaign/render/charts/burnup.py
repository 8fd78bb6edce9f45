"""Cases entered against the roadmap, with the fan of what is foretold: of one unit, and of many in small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from include.campaign.render.attachment import Picture
from include.campaign.render.charts.canvas import SMALL, WIDTH, Canvas, EmptyChart, Point
from include.campaign.render.charts.palette import (
    FAINT,
    FORETOLD,
    FORETOLD_EDGE,
    FORETOLD_HATCH,
    INK,
    QUIET,
    RECEIVED,
    ROADMAP,
)
from include.campaign.render.charts.parts import EDGE, LINE, Head, Wording, named
from include.campaign.report.burnup import BurnUp, Foretold

HEIGHT = 190
"""Of the field that is drawn in."""
DASHES = (5.0, 3.0)
DOTS = (1.5, 2.5)

SMALL_HEIGHT, COLUMNS, GAP = 84, 2, 12
MOST = 16
"""Units of which small pictures are drawn."""


@dataclass(frozen=True)
class _Field:
    """Where instants and cases stand."""

    left: float
    top: float
    width: float
    height: float
    course: BurnUp

    @property
    def most(self) -> float:
        course = self.course
        return max(course.quota, *(one.high for one in course.foretold), *(one.done for one in course.closes)) * 1.02

    def x(self, instant: datetime) -> float:
        passed = (instant - self.course.start) / (self.course.end - self.course.start)
        return self.left + self.width * min(max(passed, 0.0), 1.0)

    def y(self, cases: float) -> float:
        return self.top + self.height * (1 - max(cases, 0.0) / self.most)


def burn_up(course: BurnUp, wording: Wording, cid: str = "burnup") -> Picture:
    """The picture of one unit.

    Args:
        course: what was frozen; on the first evening one point, the roadmap and what is foretold.
        wording: the reader's language.
        cid: Content-ID.

    Raises:
        EmptyChart: there is no close in it.
    """
    if not course.closes:
        raise EmptyChart(cid)
    head = Head(named(wording, "burnup_title", name=course.name), _judged(course, wording))
    legend = _legend(course, wording)
    canvas = Canvas(head.height + 14 + HEIGHT + 22 + LINE * len(legend) + 6)
    head.draw(canvas)
    field = _Field(46, head.height + 14, WIDTH - 46 - 10, HEIGHT, course)
    _axes(canvas, field, wording)
    _lines(canvas, field, large=True)
    y = field.top + HEIGHT + 22 + LINE / 2
    for kind, words in legend:
        _key(canvas, kind, EDGE, y)
        canvas.text(EDGE + 34, y, words, room=WIDTH - EDGE - 34 - EDGE)
        y += LINE
    told = ". ".join(words for _, words in legend)
    title = named(wording, "burnup_title", name=course.name)
    return canvas.picture(cid, f"{title}. {_judged(course, wording)} {told}.")


def small_burn_ups(courses: Sequence[BurnUp], wording: Wording, cid: str = "burnups") -> Picture:
    """Small pictures of many units side by side, each on a scale of its own, those farthest behind first.

    Raises:
        EmptyChart: there is none, or none has a close.
    """
    drawn = sorted((one for one in courses if one.closes and one.quota > 0), key=_behind)
    if not drawn:
        raise EmptyChart(cid)
    shown = drawn[:MOST]
    left_out = len(drawn) - len(shown)
    head = Head(
        named(wording, "burnups_title"),
        named(wording, "burnups_said")
        + (named(wording, "burnups_more", number=wording.number(left_out)) if left_out else ""),
    )
    rows = -(-len(shown) // COLUMNS)
    row_height = 2 * LINE + SMALL_HEIGHT + 14
    canvas = Canvas(head.height + rows * row_height + LINE + 4)
    head.draw(canvas)
    width = (WIDTH - 2 * EDGE - GAP * (COLUMNS - 1)) / COLUMNS
    for place, course in enumerate(shown):
        left = EDGE + (place % COLUMNS) * (width + GAP)
        top = head.height + (place // COLUMNS) * row_height
        canvas.text(left, top + 8, course.name, bold=True, room=width)
        canvas.text(left, top + 8 + LINE, _short(course, wording), size=SMALL, room=width, colour=QUIET)
        field = _Field(left, top + 2 * LINE + 2, width, SMALL_HEIGHT, course)
        canvas.line([(left, field.y(0)), (left + width, field.y(0))], colour=QUIET)
        canvas.line([(field.x(course.due), field.top), (field.x(course.due), field.y(0))], colour=FAINT)
        _lines(canvas, field, large=False)
    y = canvas.height - LINE / 2 - 2
    for kind, x in (("entered", EDGE), ("roadmap", 130.0), ("foretold", 250.0)):
        _key(canvas, kind, x, y)
        canvas.text(x + 34, y, named(wording, f"key_{kind}"), size=SMALL)
    told = "; ".join(f"{course.name}: {_short(course, wording)}" for course in shown)
    return canvas.picture(cid, f"{named(wording, 'burnups_title')}. {told}.")


def _behind(course: BurnUp) -> tuple[float, str]:
    newest = course.newest
    return (newest.done - newest.planned) / course.quota, course.code


def _short(course: BurnUp, wording: Wording) -> str:
    newest = course.newest
    apart = int(newest.done) - int(newest.planned)
    name = "burnup_short_behind" if apart < 0 else "burnup_short_ahead" if apart > 0 else "burnup_short_even"
    return named(wording, name, cases=wording.number(abs(apart)))


def _judged(course: BurnUp, wording: Wording) -> str:
    """Behind or ahead of the roadmap, in cases."""
    newest = course.newest
    apart = int(newest.done) - int(newest.planned)
    name = "burnup_behind" if apart < 0 else "burnup_ahead" if apart > 0 else "burnup_even"
    said = named(wording, name, cases=wording.number(abs(apart)), day=wording.day_month(newest.as_of.date()))
    return said + (" " + named(wording, "burnup_carried", number=newest.carried) if newest.carried else "")


def _legend(course: BurnUp, wording: Wording) -> list[tuple[str, str]]:
    newest = course.newest
    quota = course.quota
    rows = [
        (
            "entered",
            named(
                wording,
                "burnup_entered",
                cases=wording.number(int(newest.done)),
                share=wording.percent(int(newest.done), quota),
            ),
        ),
        (
            "roadmap",
            named(
                wording,
                "burnup_roadmap",
                cases=wording.number(int(newest.planned)),
                share=wording.percent(int(newest.planned), quota),
                quota=wording.number(quota),
            ),
        ),
    ]
    if course.foretold:
        last = course.foretold[-1]
        low, high = wording.number(int(last.low)), wording.number(-int(-last.high // 1))
        rows.append(
            ("foretold", named(wording, "burnup_foretold", low=low, high=high, day=_day(last.instant, wording)))
        )
    return rows


def _day(instant: datetime, wording: Wording) -> str:
    """The day that an instant ends, or lies in: midnight is of the day before."""
    return wording.day_month((instant - timedelta(microseconds=1)).date())


def _axes(canvas: Canvas, field: _Field, wording: Wording) -> None:
    course = field.course
    right = field.left + field.width
    for quarter in range(5):
        y = field.y(course.quota * quarter / 4)
        canvas.line([(field.left, y), (right, y)], colour=QUIET if quarter == 0 else FAINT)
        share = f"{quarter * 25}{wording.per_cent}"
        canvas.text(field.left - 6, y, share, size=SMALL, colour=QUIET, align="right")
    days = max((course.end - course.start).days, 1)
    step = max(days // 4, 1)
    for place in sorted({0, *range(step - 1, days, step)}):
        noon = course.start + timedelta(days=place, hours=12)
        canvas.text(
            min(max(field.x(noon), field.left + 14), right - 14),
            field.top + field.height + 11,
            wording.day_month(noon.date()),
            size=SMALL,
            colour=QUIET,
            align="center",
        )
    x = field.x(course.due)
    canvas.line([(x, field.top - 4), (x, field.y(0))], colour=INK, width=1.0)
    due = named(wording, "burnup_due", day=_day(course.due, wording))
    canvas.text(min(x, right - 30), field.top - 11, due, size=SMALL, align="center")


def _lines(canvas: Canvas, field: _Field, *, large: bool) -> None:
    course = field.course
    newest = course.newest
    if course.foretold:
        ahead = [Foretold(newest.as_of, newest.done, newest.done, newest.done), *course.foretold]
        edge = [(field.x(one.instant), field.y(one.high)) for one in ahead]
        edge += [(field.x(one.instant), field.y(one.low)) for one in reversed(ahead)]
        canvas.area(edge, fill=FORETOLD, hatch=FORETOLD_HATCH, hatch_colour="#d9a441")
        middle = [(field.x(one.instant), field.y(one.middle)) for one in ahead]
        canvas.line(middle, colour=FORETOLD_EDGE, width=1.6, dashes=DOTS)
        if large:
            canvas.line(middle[-1:], colour=FORETOLD_EDGE, marker="^", marker_size=6, hollow=True)
    passed = [(field.x(one.as_of), field.y(one.planned)) for one in course.closes if one.as_of < course.due]
    whole = field.y(course.quota)
    start: Point = (field.x(course.start), field.y(0))
    ends: list[Point] = [(field.x(course.due), whole), (field.x(course.end), whole)]
    canvas.line([start, *passed, *ends], colour=ROADMAP, width=1.4, dashes=DASHES)
    entered = [(field.x(one.as_of), field.y(one.done)) for one in course.closes]
    marked = large or len(entered) == 1
    canvas.line(entered, colour=RECEIVED, width=2.2, marker="o" if marked else "", marker_size=4.0)
    if not marked:
        canvas.line(entered[-1:], colour=RECEIVED, marker="o", marker_size=4.0)


def _key(canvas: Canvas, kind: str, x: float, y: float) -> None:
    """A legend's sample."""
    if kind == "entered":
        canvas.line([(x, y), (x + 26, y)], colour=RECEIVED, width=2.2)
        canvas.line([(x + 13, y)], colour=RECEIVED, marker="o", marker_size=4.0)
    elif kind == "roadmap":
        canvas.line([(x, y), (x + 26, y)], colour=ROADMAP, width=1.4, dashes=DASHES)
    else:
        canvas.box(x, y - 6, 26, 12, fill=FORETOLD, hatch=FORETOLD_HATCH, hatch_colour="#d9a441")
        canvas.line([(x, y), (x + 26, y)], colour=FORETOLD_EDGE, width=1.6, dashes=DOTS)
