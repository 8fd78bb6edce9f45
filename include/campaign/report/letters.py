"""Who gets which report of a close: one letter per address, whatever roles meet in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection

from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan
from include.campaign.plan.fields import Post
from include.campaign.report.frozen import FrozenDay, read_day
from include.campaign.report.models import Block, HeldNotice, Letter, WithdrawalBlock
from include.campaign.report.province import province_report, withdrawn
from include.campaign.report.units import district_reports, escalation
from include.campaign.report.worklists import worklist_blocks


@dataclass(frozen=True)
class _Addressed:
    """One report and the office it goes to."""

    address: str
    office: str
    unit_code: str
    language: str
    block: Block


def write_letters(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> list[Letter]:
    """All letters of a close, the Department's first; only frozen figures go in.

    A close that is held makes one letter, to the Department: why, and no figures. An address that answers for several
    units, or for a unit and a vacancy below it, has all of it in one letter. A registry's worklist goes to its
    civil-status officer when it is not what the officer was told last.

    Args:
        conn: campaign database.
        plan: contacts on the close's day, time zone, names.
        calendar: the campaign's days.
        close: a close that was closed, flagged and stepped.

    Raises:
        LookupError: the close was never opened, or the Department's desk has no contact.
    """
    day = read_day(conn, plan, calendar, close)
    desk = plan.contact(plan.rules.campaign.province, "desk", close.day)
    by_address: dict[str, list[_Addressed]] = {}
    for report in _reports(day, plan, close):
        by_address.setdefault(report.address.casefold(), []).append(report)
    return [
        Letter(
            head=day.head,
            address=reports[0].address,
            office=reports[0].office,
            unit_code=reports[0].unit_code,
            language=reports[0].language,
            reply_to=plan.rules.mail.reply_to or desk.email,
            blocks=tuple(report.block for report in reports),
        )
        for reports in by_address.values()
    ]


def _reports(day: FrozenDay, plan: Plan, close: Close) -> Iterator[_Addressed]:
    province = plan.rules.campaign.province
    if day.head.state == "held":
        yield _to(plan, close, province, "desk", HeldNotice(day.held_why))
        return
    yield _to(plan, close, province, "desk", province_report(day, plan.rules.ladder.from_day))
    for district in district_reports(day):
        yield _to(plan, close, district.area.code, "head", district)
    yield from _escalations(day, plan)
    yield from _withdrawals(day)
    for block in worklist_blocks(day, plan.rules.mail.csv_separator):
        yield _to(plan, close, block.registry_code, "civil_status", block)


def _to(plan: Plan, close: Close, unit_code: str, post: Post, block: Block) -> _Addressed:
    contact = plan.contact(unit_code, post, close.day)
    return _Addressed(contact.email, contact.office, contact.unit_code, contact.language, block)


def _escalations(day: FrozenDay, plan: Plan) -> Iterator[_Addressed]:
    registries = {registry.code: registry for registry in day.registries}
    for step in day.steps:
        registry = registries[step["registry_code"]]
        if registry.lag is not None:
            until = plan.rules.roadmap[registry.lag.stage].until
            block = escalation(day, registry, registry.lag, step["told_unit"], until)
            yield _Addressed(step["told_address"], step["told_office"], step["told_unit"], "vi", block)


def _withdrawals(day: FrozenDay) -> Iterator[_Addressed]:
    """What was told wrongly goes back to the address that was told, whoever holds the post now."""
    for _, group in groupby(day.withdrawals, key=lambda row: str(row["told_address"]).casefold()):
        rows = list(group)
        first = rows[0]
        block = WithdrawalBlock(withdrawn(rows))
        yield _Addressed(first["told_address"], first["told_office"], first["told_unit"], "vi", block)
