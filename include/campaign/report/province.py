"""The Department's report: the province, its districts, who is behind, who could not be read, what was restated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, tzinfo
from fractions import Fraction
from itertools import groupby
from operator import itemgetter

from sqlalchemy import RowMapping

from include.campaign.days import FINAL
from include.campaign.report.breaks import break_lines
from include.campaign.report.burnup import BurnUp, burn_up
from include.campaign.report.cure import cure_block
from include.campaign.report.duplicates import duplicates
from include.campaign.report.escalations import LadderDay
from include.campaign.report.first_page import first_page
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.funnel import funnel
from include.campaign.report.models import (
    AreaDay,
    Change,
    Laggards,
    LateData,
    ProvinceReport,
    RegistryDay,
    Restatement,
    Withdrawn,
)
from include.campaign.report.pace_block import pace_block
from include.campaign.report.self_reports import self_reports
from include.campaign.report.sums import area_day, bands, failures, requeues
from include.campaign.report.transfers import transfers
from include.campaign.report.worklists import worklists


def province_report(day: FrozenDay, ladder: LadderDay, ladder_from_day: int) -> ProvinceReport:
    """The province at a close.

    Args:
        day: the frozen day.
        ladder: what the ladder decided for it.
        ladder_from_day: the plan's first day of judging, told while it has not come.
    """
    province, *below = day.areas
    areas = [area_day(row["code"], row["full_name"], row["quota"], registries_of(day, row["code"])) for row in below]
    with_quota = [registry for registry in day.registries if registry.quota is not None]
    quotas = [area.quota for area in areas if area.quota is not None]
    adds_up = day.printed_total is None or sum(quotas) == day.printed_total
    laggards = _laggards(day, ladder_from_day)
    return ProvinceReport(
        first_page=first_page(day, ladder, laggards),
        province=area_day(province["code"], province["full_name"], province["quota"], day.registries),
        areas=tuple(sorted(areas, key=_best_first)),
        registries=day.registries,
        burnup=burn_up_of(day, province, area=False),
        area_burnups=tuple(one for row in below if (one := burn_up_of(day, row, area=True)) is not None),
        funnel=funnel(day.funnel),
        bands=bands(with_quota),
        without_figures=sum(registry.entered is None for registry in with_quota),
        pace=pace_block(day, province, day.registries, below),
        cure=cure_block(day.cure),
        laggards=laggards,
        unread=tuple(registry for registry in day.registries if registry.configured and not registry.read),
        not_configured=tuple(registry.full_name for registry in day.registries if not registry.configured),
        partly_read=tuple(registry for registry in day.registries if registry.read and registry.health.lacking),
        failures=failures(day, day.registries),
        requeues=requeues(day, {registry.code for registry in day.registries}),
        transfers=transfers(day),
        worklists=worklists(day, day.registries),
        duplicates=duplicates(day.duplicates, province["full_name"]),
        breaks=break_lines(day.breaks),
        restatements=_restatements(day),
        late_data=_late_data(day),
        withdrawn=withdrawn(day.withdrawals),
        self_reports=self_reports(day.self_reports),
        printed_total=None if adds_up else day.printed_total,
        areas_quota=None if adds_up else sum(quotas),
    )


def registries_of(day: FrozenDay, area_code: str) -> tuple[RegistryDay, ...]:
    """Registries that are counted in an area."""
    return tuple(registry for registry in day.registries if registry.area_code == area_code)


def burn_up_of(day: FrozenDay, row: RowMapping, *, area: bool) -> BurnUp | None:
    """The course of a unit of `FrozenDay.areas`; `area`: it is just below the province, else the province."""
    registries = registries_of(day, row["code"]) if area else day.registries
    quota = sum(registry.quota or 0 for registry in registries)
    return burn_up(day.courses, row["code"], row["full_name"], quota, area=area)


def share(done: int | None, quota: int | None) -> Fraction:
    """Done of a quota for ordering; what cannot be judged comes after everything that can."""
    return Fraction(-1) if done is None or not quota else Fraction(done, quota)


def _best_first(area: AreaDay) -> tuple[Fraction, Fraction, str]:
    """Ranked by received, then by entered: a unit is done when the Ministry has its entries."""
    return -share(area.received.value, area.quota), -share(area.entered.value, area.quota), area.code


def _laggards(day: FrozenDay, ladder_from_day: int) -> Laggards:
    behind = [(registry.lag, registry) for registry in day.registries if registry.lag is not None]
    behind.sort(key=lambda pair: (-Fraction(pair[0].short, max(pair[0].quota, 1)), pair[1].code))
    return Laggards(
        verdict=day.evening["verdict"] if day.evening else None,
        from_day=ladder_from_day,
        judged=day.evening["judged"] if day.evening else 0,
        newly=day.evening["newly"] if day.evening else 0,
        registries=tuple(registry for _, registry in behind),
    )


def _restatements(day: FrozenDay) -> tuple[Restatement, ...]:
    zone = day.head.as_of.tzinfo
    changed = [row for row in day.restatements if row["why"] == "source changed" and row["old"] != row["new"]]
    by_registry = groupby(changed, key=itemgetter("day", "kind", "registry_code", "full_name"))
    return tuple(_restatement(of, kind == FINAL, name, list(rows), zone) for (of, kind, _, name), rows in by_registry)


def _restatement(of: date, final: bool, name: str, rows: Sequence[RowMapping], zone: tzinfo | None) -> Restatement:
    changes = tuple(Change(row["figure"], row["old"], row["new"], row["counted"]) for row in rows)
    return Restatement(of, final, name, max(row["found_at"] for row in rows).astimezone(zone), changes)


def _late_data(day: FrozenDay) -> tuple[LateData, ...]:
    late = [row for row in day.restatements if row["why"] == "late data"]
    by_close = groupby(late, key=itemgetter("day", "kind"))
    return tuple(LateData(of, kind == FINAL, _names(list(rows))) for (of, kind), rows in by_close)


def withdrawn(rows: Iterable[RowMapping]) -> tuple[Withdrawn, ...]:
    """Flags that are taken back, each once however many were told of it."""
    flags = (
        Withdrawn(
            day=row["day"],
            registry=row["full_name"],
            stage=row["stage"],
            quota=row["quota"],
            due=row["due"],
            done_then=row["done_then"],
            done_now=row["done_now"],
            why=row["why"],
        )
        for row in rows
    )
    return tuple(dict.fromkeys(flags))


def _names(rows: Sequence[RowMapping]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(row["full_name"]) for row in rows))
