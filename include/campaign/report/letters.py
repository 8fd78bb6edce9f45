"""Who gets which report of a close: one letter per address, whatever roles meet in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

from sqlalchemy import Connection, RowMapping

from include.campaign.days import Calendar, Close
from include.campaign.plan import Plan
from include.campaign.plan.fields import Post
from include.campaign.report.communes import Communes
from include.campaign.report.completion import CompletionBlock, completion_blocks
from include.campaign.report.difficulties import difficulties_block
from include.campaign.report.edition import Edition
from include.campaign.report.edition_note import edition_note
from include.campaign.report.escalations import (
    LadderDay,
    ladder_block,
    proposal,
    raised_blocks,
    read_ladder,
    recovery_blocks,
)
from include.campaign.report.frozen import FrozenDay, read_day
from include.campaign.report.models import Block, HeldNotice, Letter, ProvinceReport, WithdrawalBlock
from include.campaign.report.operations_block import operations_block
from include.campaign.report.partners import partner_blocks
from include.campaign.report.province import province_report, withdrawn
from include.campaign.report.stages import StageRows, read_stages
from include.campaign.report.units import district_reports
from include.campaign.report.warning import Warnings
from include.campaign.report.worklists import worklist_blocks

FALLBACK = "vi"
"""Language of a reader whom the plan does not name any more."""


@dataclass(frozen=True)
class _Addressed:
    """One report and the office it goes to."""

    address: str
    office: str
    unit_code: str
    language: str
    block: Block
    copy_to: str | None = None
    """An address that is to have it in copy."""


def write_letters(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> list[Letter]:
    """All letters of a close, the Department's first; only frozen figures go in.

    A close that is held makes two letters, why and no figures: to the Department and to the data team.
    An address that answers for several units, or for a unit and a vacancy below it, has all of it in one letter. A
    registry's worklist goes to its civil-status officer when it is not what the officer was told last.

    Args:
        conn: campaign database.
        plan: contacts on the close's day, time zone, names.
        calendar: the campaign's days.
        close: a close that was closed, flagged and stepped.

    Raises:
        LookupError: the close was never opened, or the Department's desk has no contact.
    """
    day = read_day(conn, plan, calendar, close)
    ladder, stages = read_ladder(conn, close), read_stages(conn, calendar, close)
    records = completion_blocks(conn, plan, calendar, close)
    reports = chain(
        _reports(day, ladder, stages, plan, close),
        _records(day, records, plan, close),
        _partners(conn, day, plan, close),
        [_to(plan, close, plan.province.code, "data_team", operations_block(conn, plan, calendar, close, day))],
    )
    letters = _letters(day, reports, plan, close)
    return [_noted(conn, day, letters[0]), *letters[1:]]


def write_report(
    conn: Connection, plan: Plan, calendar: Calendar, close: Close, edition: Edition | None = None
) -> Letter:
    """The Department's report alone, of a close that is held, too: then its note says why.

    Args:
        conn: campaign database.
        plan: contacts on the close's day, time zone, names.
        calendar: the campaign's days.
        close: a close that was closed.
        edition: in place of the one that its figures make.

    Raises:
        LookupError: the close was never opened, or the Department's desk has no contact.
    """
    day = read_day(conn, plan, calendar, close)
    if edition is not None:
        day = replace(day, head=replace(day.head, edition=edition))
    (letter,) = _letters(day, _department(day, read_ladder(conn, close), plan, close), plan, close)
    return _noted(conn, day, letter)


def _noted(conn: Connection, day: FrozenDay, letter: Letter) -> Letter:
    """The Department's letter with what stands at its head; a page in place of figures has no such note."""
    report = letter.blocks[0]
    return replace(letter, note=edition_note(conn, day, report)) if isinstance(report, ProvinceReport) else letter


def _letters(day: FrozenDay, reports: Iterable[_Addressed], plan: Plan, close: Close) -> list[Letter]:
    """A letter per address, in the order in which they are met."""
    desk = plan.contact(plan.rules.campaign.province, "desk", close.day)
    by_address: dict[str, list[_Addressed]] = {}
    for report in reports:
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
            copies=_copies(reports),
        )
        for reports in by_address.values()
    ]


def _copies(reports: Sequence[_Addressed]) -> tuple[str, ...]:
    """Who has the letter in copy: nobody, where there is more in it than what is theirs to read."""
    if any(report.copy_to is None for report in reports):
        return ()
    own = reports[0].address.casefold()
    copied = (report.copy_to for report in reports if report.copy_to is not None)
    return tuple(dict.fromkeys(address for address in copied if address.casefold() != own))


def _reports(day: FrozenDay, ladder: LadderDay, stages: StageRows, plan: Plan, close: Close) -> Iterator[_Addressed]:
    province = plan.rules.campaign.province
    if day.head.state == "held":
        yield _to(plan, close, province, "desk", HeldNotice(day.held_why))
        return
    yield from _department(day, ladder, plan, close)
    for district in district_reports(day, ladder, stages, plan):
        yield _to(plan, close, district.area.code, "head", district)
        yield from _difficulties(ladder, plan, close, district.area.code, "head")
    yield from _communes(day, ladder, stages, plan, close)
    yield from _raised(day, ladder, plan, close)
    yield from _withdrawals(day, plan)
    for block in worklist_blocks(day, plan.rules.mail.csv_separator):
        head = plan.holder(block.registry_code, "head", close.day)
        officer = _to(plan, close, block.registry_code, "civil_status", block)
        yield replace(officer, copy_to=head.email if head is not None else None)


def _records(day: FrozenDay, records: Mapping[str, CompletionBlock], plan: Plan, close: Close) -> Iterator[_Addressed]:
    """Records of completed books, behind what heads are told of the day; of a held day nothing is."""
    if day.head.state != "held":
        for code, block in records.items():
            yield _to(plan, close, code, "head", block)


def _partners(conn: Connection, day: FrozenDay, plan: Plan, close: Close) -> Iterator[_Addressed]:
    """Partners' own forces, on their weekdays; of a held day nothing is told."""
    if day.head.state != "held":
        judged = day.evening is not None and day.evening["verdict"] != "too early"
        for partner, block in partner_blocks(conn, plan, close, day.cure, judged=judged):
            yield _Addressed(partner.email, partner.office, plan.province.code, partner.language, block)


def _department(day: FrozenDay, ladder: LadderDay, plan: Plan, close: Close) -> Iterator[_Addressed]:
    province = plan.rules.campaign.province
    yield _to(plan, close, province, "desk", province_report(day, ladder, plan.rules.ladder.from_day))
    evening = ladder_block(ladder, {registry.code: registry for registry in day.registries})
    if evening is not None:
        yield _to(plan, close, province, "desk", evening)
    yield from _difficulties(ladder, plan, close, province, "desk")


def _difficulties(ladder: LadderDay, plan: Plan, close: Close, code: str, post: Post) -> Iterator[_Addressed]:
    area = None if code == plan.province.code else code
    block = difficulties_block(ladder.difficulties, plan.difficulties, area)
    if block is not None:
        yield _to(plan, close, code, post, block)


def _to(plan: Plan, close: Close, unit_code: str, post: Post, block: Block) -> _Addressed:
    contact = plan.contact(unit_code, post, close.day)
    return _Addressed(contact.email, contact.office, contact.unit_code, contact.language, block)


def _communes(day: FrozenDay, ladder: LadderDay, stages: StageRows, plan: Plan, close: Close) -> Iterator[_Addressed]:
    warnings = Warnings(ladder, plan, close, day.registries)
    languages = _languages(plan)
    for mail in Communes(day, ladder, plan, stages, warnings).mails():
        language = languages.get(mail.address.casefold(), FALLBACK)
        yield _Addressed(mail.address, mail.office, mail.unit_code, language, mail.block)


def _raised(day: FrozenDay, ladder: LadderDay, plan: Plan, close: Close) -> Iterator[_Addressed]:
    """What the ladder tells those above flagged units, and all who were told of what is over."""
    registries = {registry.code: registry for registry in day.registries}
    # A unit's own head is told in its own mail; of a district's registry that is the district's.
    above = [
        step
        for step in ladder.steps
        if step["level"] != "unit" and not (step["level"] == "district" and registries[step["registry_code"]].is_area)
    ]
    for step, block in raised_blocks(ladder, above, registries, plan):
        yield _told(step, proposal(block, plan, close) if block.level == "chair" else block, plan)
    for row, over in recovery_blocks(ladder, registries):
        yield _told(row, over, plan)


def _told(row: RowMapping, block: Block, plan: Plan) -> _Addressed:
    language = _languages(plan).get(row["told_address"].casefold(), FALLBACK)
    return _Addressed(row["told_address"], row["told_office"], row["told_unit"], language, block)


def _languages(plan: Plan) -> dict[str, str]:
    """Languages of the plan's readers, by address."""
    return {contact.email.casefold(): contact.language for contact in plan.contacts}


def _withdrawals(day: FrozenDay, plan: Plan) -> Iterator[_Addressed]:
    """What was told wrongly goes back to the address that was told, whoever holds the post now."""
    for _, group in groupby(day.withdrawals, key=lambda row: str(row["told_address"]).casefold()):
        rows = list(group)
        first = rows[0]
        block = WithdrawalBlock(withdrawn(rows))
        yield _told(first, block, plan)
