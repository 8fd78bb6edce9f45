"""Reports to those who answer for units: a district's head, and the office of a flagged registry."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping

from include.campaign.report.cure import cure_block
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.models import DistrictReport, EscalationBlock, RegistryDay
from include.campaign.report.pace import Lag
from include.campaign.report.pace_block import pace_block
from include.campaign.report.province import registries_of, share
from include.campaign.report.self_reports import newest_due, without_newest
from include.campaign.report.sums import area_day, failures, requeues
from include.campaign.report.worklists import worklists


def district_reports(day: FrozenDay) -> tuple[DistrictReport, ...]:
    """A report per unit just below the province, in the plan's order.

    None where those units are the lowest level themselves (communes directly under a province): what such a unit is
    told is its own registry's, not an area's.
    """
    if all(registry.is_area for registry in day.registries):
        return ()
    return tuple(_district_report(day, row) for row in day.areas[1:])


def _district_report(day: FrozenDay, row: RowMapping) -> DistrictReport:
    registries = registries_of(day, row["code"])
    missing = without_newest(day.self_reports)
    return DistrictReport(
        area=area_day(row["code"], row["full_name"], row["quota"], registries),
        pace=pace_block(day, row, registries),
        cure=cure_block(day.cure, row["code"]),
        registries=tuple(sorted(registries, key=_most_to_do_first)),
        failures=failures(day, registries),
        requeues=requeues(day, {registry.code for registry in registries}),
        worklists=worklists(day, registries, short_names=True),
        missing_reports=tuple(registry for registry in registries if registry.code in missing),
        reports_of=newest_due(day.self_reports),
    )


def _most_to_do_first(registry: RegistryDay) -> tuple[bool, bool, object, str]:
    """Without a quota last, without data first, then by the share received."""
    return (
        registry.quota is None,
        registry.entered is not None,
        share(registry.received, registry.quota),
        registry.code,
    )


def escalation(day: FrozenDay, registry: RegistryDay, lag: Lag, told_unit: str, until: datetime) -> EscalationBlock:
    """What the office that answers for a flagged registry is told.

    Args:
        day: the frozen day.
        registry: the flagged registry.
        lag: its flag.
        told_unit: unit whose office is told.
        until: end of the roadmap of the flag's stage.
    """
    found = failures(day, [registry])
    return EscalationBlock(
        registry=registry,
        lag=lag,
        roadmap_until=until,
        vacant=told_unit != registry.code,
        rejected_own=sum(line.own for line in found.ours if line.state == "rejected"),
        failed_on_receiver=sum(line.own for line in found.receivers),
    )
