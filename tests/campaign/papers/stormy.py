"""The Department's mail on its worst evening: 129 registries, every list at its longest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from include.campaign.report import Letter, ProvinceReport
from include.campaign.report.breaks import BreakLine
from include.campaign.report.cure import CureBlock
from include.campaign.report.first_page import Decision
from include.campaign.report.models import Change, FailureLine, LateData, Restatement
from include.campaign.report.pace import KINDS, FlagLine
from include.campaign.report.pace_block import FlagGroup
from include.campaign.report.praise import Improved
from include.campaign.report.reinforcement import Help, HelpMove
from include.campaign.report.self_reports import OverReport, Overstated, ReportedDay, SelfReports
from tests.campaign.test_pace_paper import FIGURES, MILESTONES


def stormy_letter(letter: Letter) -> Letter:
    """The Department's letter of an evening with every list of it at its longest."""
    report = letter.blocks[0]
    assert isinstance(report, ProvinceReport)
    assert report.pace is not None and report.cure is not None and report.self_reports is None
    names = [one.full_name for one in report.registries]
    behind = next(one for one in report.laggards.registries)
    moment = letter.head.as_of
    grown = replace(
        report,
        first_page=replace(
            report.first_page,
            came_on=tuple(replace(behind, full_name=name) for name in names[:30]),
            came_off=tuple(names[:30]),
            decisions=tuple(Decision(kind, 30, 40, tuple(names[:30])) for kind in (
                "chair", "meet", "reinforce", "difficulties", "overdue", "duplicates", "unknown_codes", "stopped",
                "over_reports")),
            praise=replace(report.first_page.praise, since=letter.head.day,
                           improved=tuple(Improved(name, 3.2, 4.1, 0.9) for name in names)),
        ),
        laggards=replace(report.laggards, registries=tuple(
            replace(behind, code=one.code, full_name=one.full_name) for one in report.registries)),
        pace=replace(report.pace, groups=tuple(flags(kind, names) for kind in KINDS)),
        cure=grown_cure(report.cure, names),
        unread=tuple(replace(one, read=False) for one in report.registries),
        not_configured=tuple(names),
        failures=replace(report.failures, ours=tuple(
            FailureLine("rejected", f"CODE_{n}", f"lỗi thứ {n} của dữ liệu hộ tịch", 1234, 5678) for n in range(30))),
        breaks=tuple(BreakLine(f"Sai lệch thứ {n}", "unit", "Đối chiếu sổ gốc; sửa bên ghi sai", 1234, 12, 5, 3, 9, 2)
                     for n in range(15)),
        restatements=tuple(Restatement(letter.head.day, False, name, moment, tuple(
            Change(figure, 100, 101, True) for figure in ("entered", "received", "reviewed", "attached")))
            for name in names),
        late_data=(LateData(letter.head.day, False, tuple(names)),),
        self_reports=SelfReports(
            days=tuple(ReportedDay(letter.head.day, 1, 2, 3, 4, 5, 6) for _ in range(2)),
            over_reports=tuple(OverReport(name, letter.head.day, 3, (Overstated("entered", 150, 117),) * 3)
                               for name in names),
            tolerance_share=Decimal("0.02"), tolerance_cases=3,
        ),
    )  # fmt: skip
    return replace(letter, blocks=(grown, *letter.blocks[1:]))


def flags(kind: Any, names: list[str]) -> FlagGroup:
    milestone = {"milestone": MILESTONES[kind]} if kind in MILESTONES else {}
    lines = tuple(
        FlagLine(name, name, name, name, kind, "entered", "unit", 3, True, FIGURES[kind] | milestone) for name in names
    )
    return FlagGroup(kind, lines, lines, 30, tuple(names))


def grown_cure(cure: CureBlock, names: list[str]) -> CureBlock:
    need = cure.needs[0]
    moves = tuple(
        HelpMove(name, "461", (("police", 3), ("it_staff", 2)), neighbouring=True, giver_chance=0.97)
        for name in names[:3]
    )
    return replace(
        cure,
        needs=tuple(replace(need, name=name) for name in names),
        beyond=tuple(replace(need, name=name) for name in names),
        untold=tuple(names),
        computers_first=tuple(names),
        no_scanner=tuple(names),
        offline=tuple(names),
        helps=tuple(Help(name, name, "461", 0.1, 0.9, moves) for name in names),
    )
