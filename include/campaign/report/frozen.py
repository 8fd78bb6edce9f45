"""Reads what was frozen for a close; every paper of the day is made from this one object."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from include.campaign.days import FINAL, TAIL, Calendar, Close
from include.campaign.pace.roadmap import Roadmaps
from include.campaign.plan import ErrorCode, Plan, Register
from include.campaign.plan.fields import Stage
from include.campaign.report.burnup import Courses, read_courses
from include.campaign.report.completion import CompletionLine, completion_lines
from include.campaign.report.cure import CureRows, need_of, read_cure
from include.campaign.report.duplicates import BurnDown, read_burn_down
from include.campaign.report.edition import Edition, edition_of
from include.campaign.report.models import Health, LastKnown, RegistryDay, ReportHead, StateFigures
from include.campaign.report.pace import Lag, PaceRows, read_pace, registry_pace
from include.campaign.report.praise import PraiseRows, read_praise
from include.campaign.report.transfers import DecidedDay, read_decided
from include.campaign.warehouse import fetch, fetch_one
from include.campaign.worklist import untold_worklists, worklist_counts, worklist_items


@dataclass(frozen=True)
class FrozenDay:
    """A close as it was frozen: one registry per element of `registries`, by code."""

    head: ReportHead
    baseline: str
    held_why: str | None
    registries: tuple[RegistryDay, ...]
    areas: tuple[RowMapping, ...]
    """The province first, then the units just below it: code, full_name, quota."""
    failures: tuple[RowMapping, ...]
    requeues: tuple[RowMapping, ...]
    breaks: tuple[RowMapping, ...]
    """By kind, most open ones first: the fields of a `BreakLine`."""
    restatements: tuple[RowMapping, ...]
    steps: tuple[RowMapping, ...]
    self_reports: tuple[RowMapping, ...]
    withdrawals: tuple[RowMapping, ...]
    decided: DecidedDay
    duplicates: BurnDown
    pace: PaceRows
    courses: Courses
    funnel: tuple[RowMapping, ...]
    """Of `pace/select_funnel`."""
    before: RowMapping | None
    """Of `select_report_before`: the close before."""
    praise: PraiseRows
    cure: CureRows
    milestones: Mapping[Stage, datetime]
    """Instants by which stages are to be complete."""
    completion: Mapping[str, CompletionLine]
    """How far the books of registries balance; one that no close has known is not in it."""
    worklists: tuple[RowMapping, ...]
    items_to_tell: tuple[RowMapping, ...]
    """Of the worklists that are not what was told last."""
    error_codes: Mapping[str, ErrorCode]
    registers: Mapping[str, Register]
    evening: RowMapping | None
    printed_total: int | None
    states_late: tuple[datetime, datetime] | None
    """First and last moment of reading state figures, where any was read after the plan's hour of closing."""


def read_day(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> FrozenDay:
    """Everything that papers of a close may say.

    Raises:
        LookupError: the close was never opened.
    """
    row = fetch_one(conn, "select_report_close", close_key=close.key)
    if row is None:
        raise LookupError(f"close {close.key} was never opened: there is nothing to report")
    zone = plan.rules.campaign.timezone
    against = {"close_key": close.key, "baseline": row["baseline"]}
    evening = fetch_one(conn, "select_report_evening", close_key=close.key)
    judged = evening is not None and evening["verdict"] != "too early"
    pace = read_pace(conn, close)
    cure = read_cure(conn, close, plan.rules.cure, judged)
    registries = tuple(
        _registry(found, zone, pace, cure, row["as_of"].astimezone(zone), judged)
        for found in fetch(conn, "select_report_registries", **against)
    )
    province = plan.rules.campaign.province
    milestones = Roadmaps.of(plan).milestones
    areas = fetch(conn, "select_report_areas", province=province, baseline=row["baseline"])
    return FrozenDay(
        head=_head(row, plan, calendar, zone, registries, str(areas[0]["full_name"])),
        baseline=row["baseline"],
        held_why=row["held_why"],
        registries=registries,
        areas=tuple(areas),
        failures=tuple(fetch(conn, "select_report_failures", **against)),
        requeues=tuple(fetch(conn, "select_report_requeues", close_key=close.key)),
        breaks=tuple(fetch(conn, "select_report_breaks", close_key=close.key)),
        restatements=tuple(
            fetch(
                conn,
                "select_report_restatements",
                close_key=close.key,
                reported_until=row["reported_until"],
                closed_at=row["closed_at"],
            )
        ),
        steps=tuple(fetch(conn, "select_report_steps", close_key=close.key)),
        self_reports=tuple(fetch(conn, "select_report_self_reports", close_key=close.key)),
        withdrawals=tuple(fetch(conn, "select_report_withdrawals", close_key=close.key)),
        decided=read_decided(conn, close),
        duplicates=read_burn_down(conn, calendar, close, plan.rules.duplicates.pace_closes),
        pace=pace,
        courses=read_courses(conn, calendar, close, milestones.get("entered")),
        funnel=tuple(fetch(conn, "pace/select_funnel", **against)),
        before=fetch_one(conn, "select_report_before", **against),
        praise=read_praise(conn, calendar, close, row["baseline"]),
        cure=cure,
        milestones=milestones,
        completion=completion_lines(conn, close),
        worklists=tuple(worklist_counts(conn, close.key)),
        items_to_tell=tuple(worklist_items(conn, close.key, untold_worklists(conn, close.key))),
        error_codes=plan.error_codes,
        registers=plan.registers,
        evening=evening,
        printed_total=row["printed_total"],
        states_late=_late(registries, row["as_of"], _time_to_close(plan)),
    )


def _head(
    row: RowMapping,
    plan: Plan,
    calendar: Calendar,
    zone: ZoneInfo,
    registries: Sequence[RegistryDay],
    province: str,
) -> ReportHead:
    campaign = plan.rules.campaign
    return ReportHead(
        close_key=row["close_key"],
        final=row["kind"] == FINAL,
        tail=row["kind"] == TAIL,
        day=row["day"],
        day_number=((row["day"] - campaign.last_day).days if row["kind"] == TAIL else calendar.day_number(row["day"])),
        days=(campaign.last_day - campaign.first_day).days + 1,
        as_of=row["as_of"].astimezone(zone),
        state=row["state"],
        run_id=row["run_id"],
        sender=plan.rules.mail.sender_name,
        campaign=campaign.name,
        plan_number=campaign.plan_number,
        province=province,
        baseline_title=row["baseline_title"],
        baseline_source=row["baseline_source"],
        baseline_dated=row["baseline_dated"],
        read=sum(registry.read for registry in registries),
        expected=len(registries),
        not_configured=sum(not registry.configured for registry in registries),
        ledger_read=row["ledger_read"],
        edition=_edition(row, plan, registries),
    )


def _edition(row: RowMapping, plan: Plan, registries: Sequence[RegistryDay]) -> Edition:
    """What was published as final stays so: a person vouched for it, or it was the last word on what never came."""
    if row["final_published"]:
        return "final"
    tolerated = plan.rules.close.gap_registries
    return edition_of(registries, tolerated, ledger_read=row["ledger_read"], held=row["state"] == "held")


def _registry(
    row: RowMapping, zone: ZoneInfo, pace: PaceRows, cure: CureRows, as_of: datetime, judged: bool
) -> RegistryDay:
    return RegistryDay(
        code=row["registry_code"],
        name=row["short_name"],
        full_name=row["full_name"],
        area_code=row["area_code"],
        outcome=row["outcome"],
        read=row["was_read"],
        state_read_at=_local(row["state_read_at"], zone),
        received_from_last_mirror=row["received_from_last_mirror"],
        quota=row["quota"],
        entered=row["entered"],
        received=row["received"],
        entered_in_day=row["entered_in_day"],
        received_in_day=row["received_in_day"],
        states=StateFigures(
            queued=row["queued"],
            awaiting=row["awaiting"],
            rejected=row["rejected"],
            failed=row["failed"],
            open_defects=row["open_defects"],
        ),
        # Flags are frozen from the first day on; nobody is called late before the plan's day of judging.
        lag=_lag(row) if judged else None,
        pace=registry_pace(pace, row["registry_code"], as_of, flagged=judged),
        need=need_of(cure, row["registry_code"]),
        last_known=_last_known(row, zone),
        unread_since=row["unread_since"],
        health=_health(row, zone),
    )


def _health(row: RowMapping, zone: ZoneInfo) -> Health:
    return Health(
        attempts=row["attempts"],
        took=None if row["took_ms"] is None else timedelta(milliseconds=row["took_ms"]),
        entries=row["entries_read"],
        lacking=tuple(row["lacking"]),
        last_read_at=_local(row["last_read_at"], zone),
        acknowledged_until=row["acknowledged_until"],
        acknowledged_why=row["acknowledged_why"],
    )


def _lag(row: RowMapping) -> Lag | None:
    if row["lag_stage"] is None:
        return None
    return Lag(
        stage=row["lag_stage"],
        quota=row["lag_quota"],
        done=row["lag_done"],
        due=row["lag_due"],
        # What is asked for is rounded up and what is done is rounded down: the two never meet by rounding.
        needed_per_day=math.ceil(row["needed_per_day"]),
        pace_per_day=None if row["pace_per_day"] is None else math.floor(row["pace_per_day"]),
        streak=row["streak"],
        newly=row["newly"],
        days_behind=row["lag_days_behind"],
    )


def _last_known(row: RowMapping, zone: ZoneInfo) -> LastKnown | None:
    if row["known_as_of"] is None:
        return None
    return LastKnown(row["known_as_of"].astimezone(zone), row["known_entered"], row["known_received"])


def _late(registries: Sequence[RegistryDay], as_of: datetime, tolerated: timedelta) -> tuple[datetime, datetime] | None:
    moments = [registry.state_read_at for registry in registries if registry.state_read_at is not None]
    if not moments or max(moments) <= as_of + tolerated:
        return None
    return min(moments), max(moments)


def _time_to_close(plan: Plan) -> timedelta:
    """How long after the cut-off a reading is still on time: until the plan's hour by which the day is closed."""
    midnight = date.min
    close_by, cut_off = plan.rules.deadlines.close_by, plan.rules.campaign.cut_off
    return datetime.combine(midnight, close_by) - datetime.combine(midnight, cut_off)


def _local(instant: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if instant is None else instant.astimezone(zone)
