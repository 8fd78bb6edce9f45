"""The figures of a close by name: the one list that all papers of the day agree with.

A figure's name is a term (terms.yaml, `figures`); mail, workbook, official paper and page call it what stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from include.campaign.plan.fields import Stage
from include.campaign.report.models import AreaDay, ProvinceReport, RegistryDay, ReportHead
from include.campaign.report.pace_block import TOO_EARLY

Scope = Literal["province", "area", "registry"]
"""What a figure is of. A district's code is its own registry's, too: the scope tells them apart."""

UNIT_FIGURES = ("quota", "entered", "entered_in_day", "received", "received_in_day")
"""Of every unit, with the shares of the quota."""

STATE_FIGURES = ("queued", "awaiting", "rejected", "failed", "open_defects")
STAGE_FIGURES: dict[str, Stage] = {
    "books_collected": "collected",
    "books_classified": "classified",
    "books_scanned": "scanned",
    "attached": "attached",
    "reviewed": "reviewed",
}
"""Of registries alone: where transfers stand, and what is done in a stage."""


@dataclass(frozen=True)
class NamedFigure:
    """One figure of one unit at a close.

    Attributes:
        name: a term.
        scope, unit: what it is of, and its code.
        value: None: not known; of "quota", none is given.
        of: what it is a part of: the quota of a share, all registries of those that were read; None: of nothing.
    """

    name: str
    scope: Scope
    unit: str
    value: int | None
    of: int | None = None


def close_figures(report: ProvinceReport, head: ReportHead) -> tuple[NamedFigure, ...]:
    """All figures of a close that its papers name: the province's, then its areas', then the registries'."""
    below = [figure for area in report.areas for figure in area_figures(area, report)]
    leaves = [figure for registry in report.registries for figure in registry_figures(registry)]
    return (*province_figures(report, head), *below, *leaves)


def province_figures(report: ProvinceReport, head: ReportHead) -> tuple[NamedFigure, ...]:
    """Those of the whole province; what the close has nothing of (nobody was judged, no duplicates) is not in it."""
    sums = (replace(figure, scope="province") for figure in unit_figures(report.province))
    return (*sums, *(NamedFigure(name, "province", report.province.code, *of) for name, *of in _own(report, head)))


def area_figures(area: AreaDay, report: ProvinceReport) -> tuple[NamedFigure, ...]:
    """Those of a unit just below the province."""
    behind = NamedFigure("units_behind", "area", area.code, area.behind)
    return (*unit_figures(area), *([behind] if _is_judged(report) else []))


def registry_figures(registry: RegistryDay) -> tuple[NamedFigure, ...]:
    """Those of a registry: of every unit, where its transfers stand, and what is done in the other stages."""
    stages = {line.stage: line.done for line in registry.pace.stages} if registry.pace else {}
    states = {name: getattr(registry.states, name) for name in STATE_FIGURES}
    others = states | {name: stages.get(stage) for name, stage in STAGE_FIGURES.items()}
    return (
        *unit_figures(registry),
        *(NamedFigure(name, "registry", registry.code, value) for name, value in others.items()),
    )


def unit_figures(unit: AreaDay | RegistryDay) -> tuple[NamedFigure, ...]:
    """Of any unit: quota, what is done of it and what the day brought."""
    scope: Scope = "registry" if isinstance(unit, RegistryDay) else "area"
    done = {name: getattr(unit, name) for name in UNIT_FIGURES}
    values = {name: value if isinstance(value, int | None) else value.value for name, value in done.items()}
    plain = [NamedFigure(name, scope, unit.code, value) for name, value in values.items()]
    shares = [
        NamedFigure(f"{name}_share", scope, unit.code, values[name], unit.quota)
        for name in ("entered", "received")
        if unit.quota
    ]
    return (*plain, *shares)


def _own(report: ProvinceReport, head: ReportHead) -> Iterator[tuple[str, int | None] | tuple[str, int | None, int]]:
    """Name and value of what only the province has, and what it is a part of."""
    yield "registries_read", head.read, head.expected
    yield "registries_unread", head.expected - head.read
    if _is_judged(report):
        yield "units_behind", len(report.laggards.registries)
        yield "units_newly_behind", len(report.first_page.came_on)
    yield "unsent", report.first_page.unsent.value
    yield "queued", report.failures.queued.value
    yield "awaiting", report.failures.awaiting.value
    yield "open_defects", report.failures.open_defects.value
    if report.worklists is not None:
        yield "to_fix", report.worklists.entries
    if report.duplicates is not None:
        yield "duplicates_left", report.duplicates.province.remaining
        yield "duplicates_decided", report.duplicates.province.decided
    if report.breaks:
        yield "breaks_open", sum(line.open for line in report.breaks)


def _is_judged(report: ProvinceReport) -> bool:
    return report.laggards.verdict not in (None, TOO_EARLY)
