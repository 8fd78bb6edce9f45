"""Every commune as a cell, grouped by district: how much of its quota is reached, in the bands that officials read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from include.campaign.render.attachment import Picture
from include.campaign.render.charts.canvas import SMALL, WIDTH, Canvas, EmptyChart, measured
from include.campaign.render.charts.palette import BANDS, FAINT, INK, QUIET
from include.campaign.render.charts.parts import EDGE, LINE, Head, Wording, named, no_data, points
from include.campaign.report.models import AreaDay, RegistryDay
from include.campaign.report.sums import band

COLUMNS, CELL, GAP = 3, 21.0, 2.0
MOST = 240
"""Cells of one picture; of more registries, the units above them are drawn in their place."""


@dataclass(frozen=True)
class _Cell:
    name: str
    done: int | None
    quota: int | None


@dataclass(frozen=True)
class _Group:
    name: str
    cells: tuple[_Cell, ...]

    @property
    def rows(self) -> int:
        return -(-len(self.cells) // COLUMNS)


def heat_grid(
    areas: Sequence[AreaDay], registries: Sequence[RegistryDay], wording: Wording, *, received: bool, cid: str = "heat"
) -> Picture:
    """The picture.

    Args:
        areas: units just below the province, in the order in which they are drawn.
        registries: all of them; those of a district's own books and those without a quota have no cell.
        wording: the reader's language.
        received: shares of what the Ministry has received; else of what is entered.
        cid: Content-ID.

    Raises:
        EmptyChart: there is nothing that has a quota.
    """
    groups = _groups(areas, registries, wording, received=received)
    cells = [cell for group in groups for cell in group.cells]
    if not cells:
        raise EmptyChart(cid)
    counts = dict.fromkeys((*BANDS, "no_data"), 0)
    for cell in cells:
        counts[_band(cell)] += 1
    title = named(wording, "heat_title_received" if received else "heat_title_entered")
    told = "; ".join(f"{named(wording, f'heat_{name}')}: {counts[name]}" for name in reversed(counts) if counts[name])
    head = Head(title, named(wording, "heat_said", number=wording.number(len(cells))))
    key_rows = 3
    grid = sum((LINE + 3 if group.name else 4) + group.rows * (CELL + GAP) + 4 for group in groups)
    canvas = Canvas(head.height + key_rows * LINE + 6 + grid)
    head.draw(canvas)
    _keys(canvas, head.height, counts, wording)
    y = head.height + key_rows * LINE + 6
    for group in groups:
        y = _draw(canvas, y, group, wording)
    return canvas.picture(cid, f"{title}. {named(wording, 'heat_said', number=wording.number(len(cells)))} {told}.")


def _groups(
    areas: Sequence[AreaDay], registries: Sequence[RegistryDay], wording: Wording, *, received: bool
) -> tuple[_Group, ...]:
    communes = [one for one in registries if not one.is_area and one.quota]
    if not communes or len(communes) > MOST:
        cells = [
            _Cell(area.name, (area.received if received else area.entered).value, area.quota)
            for area in areas
            if area.quota
        ]
        return (_Group("", tuple(cells[:MOST])),) if cells else ()
    names = {area.code: area.name for area in areas}
    by_area: dict[str, list[_Cell]] = {name: [] for name in (*names.values(), "")}
    for one in communes:
        cell = _Cell(_short(one.name, wording), one.received if received else one.entered, one.quota)
        by_area[names.get(one.area_code, "")].append(cell)
    return tuple(_Group(name, tuple(of)) for name, of in by_area.items() if of)


def _short(name: str, wording: Wording) -> str:
    """A commune's name without its kind, where that can be guessed."""
    for kind, sign in wording.terms["short_kinds"].items():
        if name.startswith(f"{kind} "):
            return f"{sign} {name[len(kind) + 1 :]}".strip()
    return name


def _band(cell: _Cell) -> str:
    return "no_data" if cell.done is None else band(cell.done, cell.quota or 0)


def _keys(canvas: Canvas, top: float, counts: dict[str, int], wording: Wording) -> None:
    """The scale, two to a row, with how many lie in each band."""
    for place, name in enumerate(counts):
        x, y = EDGE + (place % 2) * WIDTH / 2, top + (place // 2) * LINE
        if name == "no_data":
            no_data(canvas, x, y, 26, 13)
        else:
            canvas.box(x, y, 26, 13, fill=BANDS[name][0], edge=QUIET, line=0.6)
        canvas.text(x + 32, y + 7, f"{named(wording, f'heat_{name}')}: {counts[name]}", size=SMALL)


def _draw(canvas: Canvas, top: float, group: _Group, wording: Wording) -> float:
    y = top + 4
    if group.name:
        canvas.text(EDGE, y + 7, group.name, bold=True, room=WIDTH - 2 * EDGE)
        y += LINE - 1
    width = (WIDTH - 2 * EDGE - GAP * (COLUMNS - 1)) / COLUMNS
    for place, cell in enumerate(group.cells):
        x = EDGE + (place % COLUMNS) * (width + GAP)
        _cell(canvas, x, y + (place // COLUMNS) * (CELL + GAP), width, cell, wording)
    return y + group.rows * (CELL + GAP) + 4


def _cell(canvas: Canvas, x: float, y: float, width: float, cell: _Cell, wording: Wording) -> None:
    name = _band(cell)
    value = "?" if name == "no_data" else points(cell.done, cell.quota, wording)
    room = measured(value, SMALL, bold=True) + 9
    if name == "no_data":
        no_data(canvas, x, y, width, CELL)
        canvas.box(x + 1, y + 2, width - 2, CELL - 4, fill="#ffffffcc")
        ink = INK
    else:
        fill, ink = BANDS[name]
        canvas.box(x, y, width, CELL, fill=fill, edge=FAINT if name != "not_started" else QUIET, line=0.6)
    canvas.text(x + 4, y + CELL / 2, cell.name, size=SMALL, colour=ink, room=width - room - 4)
    canvas.text(x + width - 4, y + CELL / 2, value, size=SMALL, bold=True, colour=ink, align="right")
