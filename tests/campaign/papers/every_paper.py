"""One of every kind of paper that is mailed, in any language: the daily ones of hand-made days, all others by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from include.campaign.days import Calendar
from include.campaign.editions.corrections import (
    CorrectedArea,
    CorrectedFigure,
    CorrectionHead,
    CorrectionLetter,
    correction_paper,
)
from include.campaign.editions.failure import failure_letter, failure_paper
from include.campaign.kickoff.letters import head_of, kickoff_letter
from include.campaign.kickoff.morning import Bounce, MorningLetter, VacantPost
from include.campaign.kickoff.recipients import recipients
from include.campaign.kickoff.telling import kickoff_paper, morning_paper
from include.campaign.plan import Plan
from include.campaign.render import Paper, render
from include.campaign.render.desk import NAMED
from include.campaign.render.paper import write
from include.campaign.report import CommuneReport, Letter, WithdrawalBlock, Withdrawn
from include.campaign.report.closing import Balanced, ClosingReport, Decided, MilestoneSum
from include.campaign.report.completion import CompletionBlock, CompletionLine, CompletionRecord, RecordBook
from include.campaign.report.cure import NeedLine
from include.campaign.report.desk import DeskLetter
from include.campaign.report.duplicates import DuplicateCounts, DuplicateLine, DuplicatesLeft
from include.campaign.report.edition import Difference, EditionNote, Unknown
from include.campaign.report.escalations import ProposalBlock, RaisedBlock, RecoveredLine, RecoveryBlock
from include.campaign.report.milestone import Flight, InFlight, MilestoneReport, Reached, ReachedArea
from include.campaign.report.models import Block, HeldNotice, ProvinceReport
from include.campaign.report.operations import Deliveries, OperationsBlock, Undelivered
from include.campaign.report.partners import ForceLine, PartnerBlock, PresenceWeek, ProposedMove
from include.campaign.report.total import Total
from tests.campaign.papers.conftest import FullDays
from tests.campaign.papers.full_day import PLIGHTS

DAYS = ("2025-03-02", "2025-03-09", "2025-03-15", "2025-03-17", "2025-03-20-final", "2025-03-22")
LONG_ADDRESS = "bophan.tuphap.hotich.thitran.donglua.huyen.donglua@thidiem.example"
LONG_OFFICE = "Bộ phận Tư pháp – Hộ tịch thị trấn Đồng Lúa, huyện Đồng Lúa"


def one_of_each(letters: Iterable[Letter], plan: Plan) -> Iterator[Letter]:
    """A letter of each combination of blocks, and of communes one of each plight."""
    places = {registry.code: place for place, registry in enumerate(plan.registries)}
    met = set()
    for letter in letters:
        first = letter.blocks[0]
        plight = PLIGHTS[places[first.registry.code] % len(PLIGHTS)] if isinstance(first, CommuneReport) else ""
        kind = (plight, *(block.kind for block in letter.blocks))
        if kind not in met:
            met.add(kind)
            yield letter


def every_paper(full_days: FullDays, plan: Plan, language: str) -> Iterator[tuple[str, Paper]]:
    """Papers by what they are."""
    for key in DAYS:
        for letter in one_of_each(full_days(key), plan):
            blocks = "-".join(block.kind for block in letter.blocks)
            yield f"{key} {blocks} {letter.office}", render(replace(letter, language=language))
    yield from beside_the_daily(full_days("2025-03-09"), plan, language)


def beside_the_daily(letters: list[Letter], plan: Plan, language: str) -> Iterator[tuple[str, Paper]]:
    """What is mailed seldom, to heads, partners and the data team, and letters of other occasions.

    Args:
        letters: of an evening, the Department's first.
        plan: of the campaign.
        language: of the papers.
    """
    desk = replace(letters[0], language=language)
    for name, blocks in _seldom(letters, plan):
        yield name, render(replace(desk, blocks=blocks, note=None))
    held = replace(desk.head, state="held")
    yield "held", render(replace(desk, head=held, blocks=(HeldNotice("09101: 12 / 13"),), note=None))
    moment = desk.head.as_of
    report = _report(desk)
    for name, note in {
        "final": EditionNote("final", (), None, moment, (Difference(report.province.name, "entered", 1, 123_456),)),
        "final, no difference": EditionNote("final", (Unknown("ledger", "hung", None, 7, moment),), None, moment, ()),
        "released": EditionNote("final", (), "09101: 12 / 13", None, ()),
        "provisional": EditionNote("provisional", (Unknown("ledger", "hung", None, None, None),), "12 / 13", None, ()),
    }.items():
        yield name, render(replace(desk, note=note))
    for failure in ("not_opened", "not_closed", "not_written", "not_rendered", "no_database"):
        close = Calendar(plan.rules).close("2025-03-09")
        letter = failure_letter(plan, close, failure, running=failure == "not_closed")
        yield f"failed: {failure}", failure_paper(replace(letter, language=language))
    yield "correction", correction_paper(_correction(desk))
    known = DeskLetter(desk.head, desk.address, desk.office, language, desk.reply_to)
    for stage, flight in (("entered", FLIGHT), ("received", None)):
        told = _milestone(desk, report, stage, flight)
        yield f"milestone {stage}", write(known, "milestone-x", "milestone/", report=told, named=NAMED)
    for tail in (False, True):
        late = replace(known, head=replace(desk.head, tail=tail, final=not tail))
        told = _closing(report, late, None if tail else FLIGHT)
        yield f"closing {tail}", write(late, "closing", "closing/", report=told, named=NAMED)
    day = plan.rules.campaign.first_day
    shown = {(plan.units[one.unit_code].level, one.posts, one.acting): one for one in recipients(plan, day)}
    for kind, one in shown.items():
        letter = replace(kickoff_letter(plan, one, day), language=language)
        yield f"kickoff {kind}", kickoff_paper(letter)
    yield "kickoff morning", morning_paper(_morning(desk, plan, day))


def _report(letter: Letter) -> ProvinceReport:
    return next(block for block in letter.blocks if isinstance(block, ProvinceReport))


def _seldom(letters: list[Letter], plan: Plan) -> Iterator[tuple[str, tuple[Block, ...]]]:
    head = letters[0].head
    lines = next(block for letter in letters for block in letter.blocks if isinstance(block, RaisedBlock)).lines * 12
    for level in ("unit", "district", "department", "chair", "owner"):
        yield f"raised {level}", (RaisedBlock(level, lines),)
    yield "proposal", (ProposalBlock(head.close_key, "UBND tỉnh Quảng Trị", "37/KH-UBND", lines),)
    flag = Withdrawn(date(2025, 3, 4), "Xã A, huyện B", "entered", 1215, 68, 10, 70, "late data")
    over = RecoveryBlock((RecoveredLine("Xã B, huyện B", date(2025, 3, 5), 2),))
    yield "withdrawal", (WithdrawalBlock((flag, replace(flag, why="source changed"))), over)
    for books in (3, 40):
        yield f"completion {books}", (_completion(head.as_of, head.close_key, books),)
    yield "partner", (_partner(),)
    yield "partner, too early", (replace(_partner(), needs=(), moves=(), judged=False),)
    block = next(block for letter in letters for block in letter.blocks if isinstance(block, OperationsBlock))
    states = ("refused", "uncertain", "held", "rendered", "unwritten", "queued")
    mails = tuple(
        Undelivered("key", head.close_key, LONG_OFFICE, f"{place}.{LONG_ADDRESS}", states[place % 6], 550, "Sập mạng")
        for place in range(30)
    )
    deliveries = Deliveries(head.day - timedelta(days=1), dict.fromkeys(states, 1234), 12, mails)
    yield "operations", (replace(block, deliveries=deliveries, held_why="09101: 12 / 13"),)


def _completion(as_of: Any, key: str, balanced: int) -> CompletionBlock:
    book = RecordBook("KS", 2004, "01", 100, 100, 100, 100, as_of.date())
    line = CompletionLine("19243", True, 40, balanced, 2, 1)
    record = CompletionRecord(
        line, key, as_of.date(), as_of, "37/KH-UBND", "Xã Vĩnh Khê", "Xã Vĩnh Khê, huyện Vĩnh Linh",
        "huyện Vĩnh Linh", "tỉnh Quảng Trị", False, (book,) * balanced, (book,),
    )  # fmt: skip
    return CompletionBlock(record)


def _partner() -> PartnerBlock:
    week = PresenceWeek(date(2025, 3, 3), date(2025, 3, 9), 20, 7, 5, 12.5, 9.5, 47.0)
    line = ForceLine("Huyện Vĩnh Linh", "youth_union", 20, 12, 9, 3, 4, 6, (week,), 21.4, 3)
    unknown = replace(line, promised=0, promised_here=None, present=None, missing=0, per_person_day=None)
    need = NeedLine(
        "19363", "Thị trấn Hồ Xá, huyện Vĩnh Linh", "Thị trấn Hồ Xá", "464", date(2025, 3, 15), 7, 123_456, 0.01, 21.4,
        False, 999, 3, 123, 120, 3, True, False, False,
    )  # fmt: skip
    moves = (ProposedMove("Xã A, huyện B", "Xã C, huyện B", "police", 12),) * 10
    return PartnerBlock("Tỉnh đoàn", (line, unknown), (need,) * 10, True, moves)


def _correction(desk: Letter) -> CorrectionLetter:
    areas = tuple(CorrectedArea("461", name, 1_076, 123_456, 122_300) for name in ("Tỉnh Quảng Trị", "Huyện Gio Linh"))
    sources = tuple((f"Xã Vĩnh Khê {place}, huyện Vĩnh Linh", -12_345) for place in range(9))
    figure = CorrectedFigure(desk.head.close_key, desk.head.day, False, "entered", areas, sources, ())
    final = replace(figure, close_key="2025-03-20-final", final=True, figure="received")
    head = CorrectionHead(desk.head.sender, desk.head.campaign, desk.head.as_of)
    return CorrectionLetter(head, desk.address, desk.office, desk.language, desk.reply_to, "45", (figure, final))


FLIGHT = Flight(
    tuple(InFlight(name, owner, 123_456, 54_321) for name, owner in (
        ("E10", "unit"), ("E9", "waiting"), ("E7-remote", "ministry"), ("E6-duplicate", "department"))),
    120, 129, (27_000, 1_234),
)  # fmt: skip


def _milestone(desk: Letter, report: ProvinceReport, stage: Any, flight: Flight | None) -> MilestoneReport:
    registries = tuple(
        Reached(one.code, one.full_name, one.area_code, one.quota, one.entered) for one in report.registries
    )
    all_of_it = ReachedArea(report.province.name, report.province.quota, report.province.entered, 12, 120)
    return MilestoneReport(
        "x", "Hoàn thành số hóa, nhập dữ liệu", stage, desk.head.as_of, desk.head, all_of_it, (), registries, flight
    )


def _closing(report: ProvinceReport, letter: DeskLetter, flight: Flight | None) -> ClosingReport:
    line = DuplicateLine("Tỉnh Quảng Trị", 27_000, 1_200, 30, 12, 25_000, 800, 3, 400, 5)
    course = (DuplicatesLeft(letter.head.as_of, 1_200, 25_000),)
    return ClosingReport(
        letter.head, report.province, report.areas, (),
        (MilestoneSum("Hoàn thành số hóa, nhập dữ liệu", letter.head.as_of, 100, 17, 12),), (), (),
        Total(12_345, 120, 129), flight, (), {}, (), DuplicateCounts(course, line, (line,), 12, 30, 40, 400, 3, 2),
        Decided(20_000, 4_000, 1_000), Balanced(1_900, 2_088, 90, 129, 3),
    )  # fmt: skip


def _morning(desk: Letter, plan: Plan, day: date) -> MorningLetter:
    bounced = tuple(
        Bounce(
            "19363", "Thị trấn Hồ Xá, huyện Vĩnh Linh", ("head", "civil_status"), LONG_OFFICE, LONG_ADDRESS, state, 550
        )
        for state in ("refused", "uncertain", "deferred", "held")
    )
    vacant = (VacantPost("Xã Vĩnh Khê, huyện Vĩnh Linh", "head", LONG_OFFICE, "deputy"),)
    return MorningLetter(
        head_of(plan), desk.address, desk.office, desk.language, desk.reply_to, day, 258, 250, 2, 3, 4, bounced, vacant
    )
