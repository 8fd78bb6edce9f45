"""Reports to those who answer for several registries: the heads of units just below the province."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import RowMapping

from include.campaign.ladder.evening import Outcome
from include.campaign.plan import Plan
from include.campaign.report.course import course
from include.campaign.report.cure import CureBlock, cure_block
from include.campaign.report.duties import LINE_FAULTS, MOST_DUTIES
from include.campaign.report.escalations import LadderDay
from include.campaign.report.front import DistrictDuty, DistrictFront
from include.campaign.report.frozen import FrozenDay
from include.campaign.report.models import DistrictReport, RegistryDay
from include.campaign.report.pace_block import PaceBlock, pace_block
from include.campaign.report.province import burn_up_of, registries_of, share
from include.campaign.report.self_reports import newest_due, without_newest
from include.campaign.report.stages import StageRows
from include.campaign.report.sums import area_day, failures, requeues
from include.campaign.report.total import Total
from include.campaign.report.worklists import worklists

BEST = 3


def district_reports(day: FrozenDay, ladder: LadderDay, stages: StageRows, plan: Plan) -> tuple[DistrictReport, ...]:
    """A report per unit just below the province with registries below it, in the plan's order.

    None for a unit that is itself all that is registered in it (a commune directly under the province, a district
    without communes): what it is told is its own registry's, not an area's.
    """
    below = {registry.area_code for registry in day.registries if not registry.is_area}
    return tuple(_district_report(day, ladder, stages, plan, row) for row in day.areas[1:] if row["code"] in below)


def _district_report(
    day: FrozenDay, ladder: LadderDay, stages: StageRows, plan: Plan, row: RowMapping
) -> DistrictReport:
    registries = registries_of(day, row["code"])
    missing = without_newest(day.self_reports)
    pace, cure = pace_block(day, row, registries), cure_block(day.cure, row["code"])
    return DistrictReport(
        area=area_day(row["code"], row["full_name"], row["quota"], registries),
        burnup=burn_up_of(day, row, area=True),
        front=_front(day, ladder, stages, plan, row["code"], registries, pace, cure),
        pace=pace,
        cure=cure,
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


def _front(
    day: FrozenDay,
    ladder: LadderDay,
    stages: StageRows,
    plan: Plan,
    code: str,
    registries: Sequence[RegistryDay],
    pace: PaceBlock | None,
    cure: CureBlock | None,
) -> DistrictFront:
    codes = [registry.code for registry in registries]
    promise = next((row for row in plan.commitments if row.unit_code == code and row.signed_on <= day.head.day), None)
    best = sorted(registries, key=lambda one: (-share(one.received, one.quota), one.code))
    over = day.head.final or day.head.tail
    return DistrictFront(
        entered_before=Total.of(stages.before(codes, "entered")),
        received_before=Total.of(stages.before(codes, "received")),
        promised=promise.promised_cases if promise is not None else None,
        course=None
        if pace is None or over
        else course(
            pace.whole.entry,
            pace.whole.transfer,
            (pace.entry_by, pace.transfer_by),
            day.head.as_of,
            promise.promised_date if promise is not None else None,
        ),
        on_list=tuple(registry.name for registry in registries if _new_on_list(registry, day, ladder)),
        off_list=_off_list(registries, ladder),
        best=tuple(one for one in best[:BEST] if share(one.received, one.quota) > 0),
        finished=tuple(one.name for one in best if share(one.received, one.quota) >= 1),
        duties=tuple(duty for duty, _ in zip(_duties(day, registries, cure), range(MOST_DUTIES), strict=False)),
    )


def _new_on_list(registry: RegistryDay, day: FrozenDay, ladder: LadderDay) -> bool:
    if registry.lag is not None and registry.lag.newly:
        return True
    began = (row for row in ladder.climbs if row["registry_code"] == registry.code and row["since"] == day.head.day)
    return any(row["outcome"] not in (Outcome.ENDED, Outcome.TOO_EARLY) for row in began)


def _off_list(registries: Sequence[RegistryDay], ladder: LadderDay) -> tuple[str, ...]:
    over = {row["registry_code"] for row in ladder.climbs if row["outcome"] == Outcome.ENDED}
    return tuple(registry.name for registry in registries if registry.code in over)


def _duties(day: FrozenDay, registries: Sequence[RegistryDay], cure: CureBlock | None) -> Iterator[DistrictDuty]:
    behind = [(registry.lag.short, registry) for registry in registries if registry.lag is not None]
    behind.sort(key=lambda pair: (-pair[0], pair[1].code))
    if behind:
        yield DistrictDuty("direct", None, tuple((one.name, short) for short, one in behind))
    if cure is not None and cure.needs:
        yield DistrictDuty("people", cure.people, tuple((need.short_name, need.more_people) for need in cure.needs))
    lists = worklists(day, registries, short_names=True)
    if lists is not None and lists.entries:
        yield DistrictDuty("correct", lists.entries, lists.registries)
    yield from _unseen(day, registries)


def _unseen(day: FrozenDay, registries: Iterable[RegistryDay]) -> Iterator[DistrictDuty]:
    """Units without figures or without a daily report of themselves."""
    cut_off = [one.name for one in registries if one.outcome in LINE_FAULTS]
    if cut_off:
        yield DistrictDuty("line", None, tuple((name, None) for name in cut_off))
    missing = without_newest(day.self_reports)
    silent = [one.name for one in registries if one.code in missing]
    if silent:
        yield DistrictDuty("report", None, tuple((name, None) for name in silent), newest_due(day.self_reports))
