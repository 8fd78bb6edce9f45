"""What the public is told of a close: sums, small ones left out, and no commune by name unless the plan says so.

The figures are those of the day's papers (`report.frozen`), by the same sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Connection

from include.campaign.bulletin.suppress import Line, Mark, suppress
from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.models import AreaDay, RegistryDay
from include.campaign.report.province import registries_of
from include.campaign.report.sums import area_day, bands
from include.campaign.warehouse import fetch

Told = int | Mark | None
"""A count as it is printed: itself, a mark in its place, or None: no data."""


@dataclass(frozen=True)
class UnitFigures:
    """A unit's row; no quota: None. `entered_from` and `received_from` of `expected` registries are in its sums."""

    code: str
    name: str
    quota: int | None
    entered: Told
    received: Told
    entered_from: int
    received_from: int
    expected: int


@dataclass(frozen=True)
class BandCount:
    """How many units lie in a band of percents (`name` is a term), by entered and by received."""

    name: str
    by_entered: Told
    by_received: Told


@dataclass(frozen=True)
class Point:
    """The province's sums at a close. What was not read then counts with what was known of it last."""

    as_of: datetime
    entered: int
    received: int


@dataclass(frozen=True)
class Bulletin:
    """What the public is told of a close.

    Attributes:
        close_key, day, as_of: the close.
        final, tail: the campaign's last close; a day after it.
        day_number, days: of the campaign.
        campaign, province, publisher: names.
        baseline, baseline_source: what percents are of.
        read, expected: registries.
        total: the province.
        areas: units just below it, in the plan's order.
        communes: units that the plan lets be named, each with the code of its area; empty: none is.
        units: with a quota.
        bands: of these, best first, and last ("no_data") those of which nothing is known.
        points: oldest first; empty: the province's own sums are left out.
        start, due: the campaign's first instant, and the one by which everything is to be received.
        small_cell: counts below it are left out.
    """

    close_key: str
    day: date
    as_of: datetime
    final: bool
    tail: bool
    day_number: int
    days: int
    campaign: str
    province: str
    publisher: str
    baseline: str
    baseline_source: str
    read: int
    expected: int
    total: UnitFigures
    areas: tuple[UnitFigures, ...]
    communes: tuple[tuple[str, UnitFigures], ...]
    units: int
    bands: tuple[BandCount, ...]
    points: tuple[Point, ...]
    start: datetime
    due: datetime
    small_cell: int

    @cached_property
    def hides_anything(self) -> bool:
        """Some count is left out."""
        rows = (self.total, *self.areas, *(row for _, row in self.communes))
        counts: list[Told] = [told for row in rows for told in (row.entered, row.received)]
        counts += [told for band in self.bands for told in (band.by_entered, band.by_received)]
        return any(isinstance(told, Mark) for told in counts)


def bulletin_of(conn: Connection, plan: Plan, close: Close, day: FrozenDay) -> Bulletin:
    """What the public may be told of a close.

    Args:
        conn: campaign database.
        plan: names, rules.
        close: the close.
        day: what was frozen for it.
    """
    head, rules = day.head, plan.rules.bulletin
    province, *below = day.areas
    total = area_day(province["code"], province["full_name"], province["quota"], day.registries)
    areas = [area_day(row["code"], row["full_name"], row["quota"], registries_of(day, row["code"])) for row in below]
    leaves = _named(plan, day) if rules.name_communes else []
    shown = [_figures(total, areas, leaves, figure, rules.small_cell) for figure in ("entered", "received")]
    rows = [_row(unit, *told) for unit, *told in zip([total, *areas, *map(_as_area, leaves)], *shown, strict=True)]
    with_quota = [registry for registry in day.registries if registry.quota is not None]
    series = fetch(conn, "bulletin/select_series", close_key=close.key, baseline=day.baseline)
    zone = plan.rules.campaign.timezone
    points = _points([(row["as_of"].astimezone(zone), row) for row in series])
    return Bulletin(
        close_key=close.key,
        day=head.day,
        as_of=head.as_of,
        final=head.final,
        tail=head.tail,
        day_number=head.day_number,
        days=head.days,
        campaign=head.campaign,
        province=head.province,
        publisher=head.sender,
        baseline=head.baseline_title,
        baseline_source=head.baseline_source,
        read=head.read,
        expected=head.expected,
        total=rows[0],
        areas=tuple(rows[1 : 1 + len(areas)]),
        communes=tuple(zip((one.area_code for one in leaves), rows[1 + len(areas) :], strict=True)),
        units=len(with_quota),
        # Of units that are named below, a number that is small tells nothing new.
        bands=_bands(with_quota, 0 if rules.name_communes else rules.small_cell),
        points=tuple(points) if isinstance(rows[0].entered, int) and isinstance(rows[0].received, int) else (),
        start=_start(plan),
        due=max(day.milestones.values()).astimezone(zone),
        small_cell=rules.small_cell,
    )


def _start(plan: Plan) -> datetime:
    campaign = plan.rules.campaign
    return datetime.combine(campaign.first_day, datetime.min.time(), campaign.timezone)


def _named(plan: Plan, day: FrozenDay) -> list[RegistryDay]:
    """Registries below the districts, in the order of their districts."""
    areas = [row["code"] for row in day.areas[1:]]
    leaves = [one for one in day.registries if not one.is_area and one.code in plan.units]
    return sorted(leaves, key=lambda one: (areas.index(one.area_code), one.code))


def _as_area(registry: RegistryDay) -> AreaDay:
    return area_day(registry.code, registry.name, registry.quota, [registry])


def _row(unit: AreaDay, entered: Told, received: Told) -> UnitFigures:
    return UnitFigures(
        code=unit.code,
        name=unit.name,
        quota=unit.quota,
        entered=entered,
        received=received,
        entered_from=unit.entered.covered,
        received_from=unit.received.covered,
        expected=unit.entered.expected,
    )


def _figures(
    total: AreaDay, areas: Sequence[AreaDay], leaves: Sequence[RegistryDay], figure: str, least: int
) -> Sequence[Told]:
    """One figure of the province, of its areas and of named leaves, what has to be left out left out.

    Where leaves are named, what their area has beside them (a district's own registry) stands in its line too: it can
    be worked out, and so is protected as they are.
    """
    counts: list[int | None] = [getattr(unit, figure).value for unit in (total, *areas)]
    counts += [getattr(leaf, figure) for leaf in leaves]
    lines = [Line(0, tuple(range(1, 1 + len(areas))))]
    printed = len(counts)
    for place, area in enumerate(areas, 1):
        parts = [n for n, leaf in enumerate(leaves, 1 + len(areas)) if leaf.area_code == area.code]
        if parts and counts[place] is not None:
            rest = (counts[place] or 0) - sum(counts[part] or 0 for part in parts)
            counts.append(rest)
            lines.append(Line(place, (*parts, len(counts) - 1)))
    return suppress(counts, lines, least)[:printed]


def _bands(registries: Sequence[RegistryDay], least: int) -> tuple[BandCount, ...]:
    """Counts of units by band. How many there are, and of how many nothing is known, is no secret."""
    found = bands(registries)
    columns: list[Sequence[Told]] = []
    for column, figure in (("by_entered", "entered"), ("by_received", "received")):
        missing = sum(getattr(registry, figure) is None for registry in registries)
        counts = [getattr(band, column) or 0 for band in found]
        line = Line(len(counts), tuple(range(len(counts))), public=True)
        shown = suppress([*counts, sum(counts)], [line], least)[:-1] if least else counts
        columns.append((*shown, missing))
    names = (*(band.name for band in found), "no_data")
    return tuple(BandCount(name, *told) for name, *told in zip(names, *columns, strict=True))


def _points(rows: Sequence[tuple[datetime, object]]) -> Iterator[Point]:
    """Sums per close, oldest first; a registry without data stays at what was known of it last."""
    known: dict[str, dict[str, int]] = {"entered": {}, "received": {}}
    instants: dict[datetime, list] = {}
    for as_of, row in rows:
        instants.setdefault(as_of, []).append(row)
    for as_of, of_close in instants.items():
        for row in of_close:
            for figure, values in known.items():
                if row[figure] is not None:
                    values[row["registry_code"]] = row[figure]
        yield Point(as_of, sum(known["entered"].values()), sum(known["received"].values()))
