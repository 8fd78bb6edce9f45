"""The figures of a close by name: the one list that all papers of the day agree with.

A figure's name is a term (terms.yaml, `figures`); mail, workbook, official paper and page call it what stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from include.campaign.report.models import AreaDay, ProvinceReport, RegistryDay, ReportHead
from include.campaign.report.pace_block import TOO_EARLY

UNIT_FIGURES = ("quota", "entered", "entered_in_day", "received", "received_in_day")
"""Of every unit: the province, units just below it, registries; and the shares of the quota."""


@dataclass(frozen=True)
class NamedFigure:
    """One figure of one unit at a close.

    Attributes:
        name: a term.
        unit: code of the province, of a unit just below it, or of a registry.
        value: None: not known; of "quota", none is given.
        of: what it is a part of: the quota of a share, all registries of those that were read; None: of nothing.
    """

    name: str
    unit: str
    value: int | None
    of: int | None = None


def close_figures(report: ProvinceReport, head: ReportHead) -> tuple[NamedFigure, ...]:
    """All figures of a close that its papers name: the province's, then its areas', then the registries'."""
    below = [figure for area in report.areas for figure in unit_figures(area)]
    leaves = [figure for registry in report.registries for figure in unit_figures(registry)]
    return (*province_figures(report, head), *below, *leaves)


def province_figures(report: ProvinceReport, head: ReportHead) -> tuple[NamedFigure, ...]:
    """Those of the whole province; what the close has nothing of (nobody was judged, no duplicates) is not in it."""
    unit = report.province.code
    coverage = (
        NamedFigure("registries_read", unit, head.read, head.expected),
        NamedFigure("registries_unread", unit, head.expected - head.read),
    )
    return (*unit_figures(report.province), *coverage, *_judged(report, unit), *_transferred(report, unit))


def unit_figures(unit: AreaDay | RegistryDay) -> tuple[NamedFigure, ...]:
    """Quota, what is done of it and what the day brought."""
    done = {name: getattr(unit, name) for name in UNIT_FIGURES}
    values = {name: value if isinstance(value, int | None) else value.value for name, value in done.items()}
    plain = [NamedFigure(name, unit.code, value) for name, value in values.items()]
    shares = [
        NamedFigure(f"{name}_share", unit.code, values[name], unit.quota)
        for name in ("entered", "received")
        if unit.quota
    ]
    return (*plain, *shares)


def _judged(report: ProvinceReport, unit: str) -> Iterator[NamedFigure]:
    if report.laggards.verdict not in (None, TOO_EARLY):
        yield NamedFigure("units_behind", unit, len(report.laggards.registries))
        yield NamedFigure("units_newly_behind", unit, report.laggards.newly)


def _transferred(report: ProvinceReport, unit: str) -> Iterator[NamedFigure]:
    found = report.failures
    yield NamedFigure("queued", unit, found.queued.value)
    yield NamedFigure("awaiting", unit, found.awaiting.value)
    yield NamedFigure("open_defects", unit, found.open_defects.value)
    if report.worklists is not None:
        yield NamedFigure("to_fix", unit, report.worklists.entries)
    if report.duplicates is not None:
        yield NamedFigure("duplicates_left", unit, report.duplicates.province.remaining)
        yield NamedFigure("duplicates_decided", unit, report.duplicates.province.decided)
    if report.breaks:
        yield NamedFigure("breaks_open", unit, sum(line.open for line in report.breaks))
