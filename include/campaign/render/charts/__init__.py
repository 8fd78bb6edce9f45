"""Charts of the papers: each a pure function from what a report says to a picture; nothing is read, no clock is asked.

A chart is made where its part of the report is there, and holds its paper (`EmptyChart`) where that part is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from include.campaign.render.attachment import Picture
from include.campaign.render.charts.burnup import burn_up, small_burn_ups
from include.campaign.render.charts.canvas import EmptyChart
from include.campaign.render.charts.difficulties import difficulties
from include.campaign.render.charts.duplicates import burn_down
from include.campaign.render.charts.failures import failures
from include.campaign.render.charts.heat import heat_grid
from include.campaign.render.charts.parts import Wording
from include.campaign.render.charts.ranking import ranking
from include.campaign.render.charts.reinforcement import reinforcement
from include.campaign.render.charts.stages import stage_funnel
from include.campaign.report.difficulties import DifficultiesBlock
from include.campaign.report.models import Block, DistrictReport, ProvinceReport

__all__ = ["EmptyChart", "Wording", "charts", "department_charts", "district_chart"]


def charts(blocks: Iterable[Block], wording: Wording) -> tuple[Picture, ...]:
    """All pictures that go with a letter, in the order in which they are shown.

    Args:
        blocks: of the letter.
        wording: the reader's language.

    Raises:
        EmptyChart: one that is due has nothing to draw.
    """
    blocks = tuple(blocks)
    found: list[Picture] = []
    for block in blocks:
        if isinstance(block, ProvinceReport):
            told = next((one for one in blocks if isinstance(one, DifficultiesBlock)), None)
            found.extend(department_charts(block, told, wording))
        elif isinstance(block, DistrictReport):
            found.extend(district_chart(block, wording))
    return tuple(found)


def department_charts(report: ProvinceReport, told: DifficultiesBlock | None, wording: Wording) -> Iterator[Picture]:
    """The Department's: the course, who is where, what holds the work up.

    Args:
        report: of the province.
        told: difficulties; None: there are none.
        wording: the reader's language.
    """
    if report.burnup is not None:
        yield burn_up(report.burnup, wording)
    yield ranking(report.areas, wording)
    if report.area_burnups:
        yield small_burn_ups(report.area_burnups, wording)
    received = report.pace.entry_over if report.pace is not None else report.first_page.praise.stage == "received"
    yield heat_grid(report.areas, report.registries, wording, received=received)
    if report.funnel:
        yield stage_funnel(report.funnel, wording)
    if report.failures.ours or report.failures.receivers:
        yield failures(report.failures, wording)
    if report.duplicates is not None:
        yield burn_down(report.duplicates, wording)
    if report.cure is not None and report.cure.helps:
        yield reinforcement(report.cure.helps, wording)
    if told is not None and any(one.open for one in told.counts):
        yield difficulties(told, wording)


def district_chart(report: DistrictReport, wording: Wording) -> Iterator[Picture]:
    """A district's: its course, with the Content-ID `burnup-<code>`; none before a close was judged."""
    if report.burnup is not None:
        yield burn_up(report.burnup, wording, f"burnup-{report.area.code}")
