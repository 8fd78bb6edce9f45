"""Rows of the workbook's tables, from the Department's report; keys are the columns' of its template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass

from include.campaign.render.figures import name_of
from include.campaign.render.formats import NO_QUOTA
from include.campaign.render.words import Words
from include.campaign.render.workbook.cells import Cell, Chance, Row, figure_cell
from include.campaign.report.cure import NeedLine
from include.campaign.report.difficulties import DifficultiesBlock
from include.campaign.report.figures import NamedFigure, area_figures, province_figures, registry_figures
from include.campaign.report.models import ProvinceReport, RegistryDay, ReportHead
from include.campaign.report.pace import Finish


@dataclass(frozen=True)
class Day:
    """What the workbook is made of; `words` are the macros of `official/report.j2`."""

    report: ProvinceReport
    head: ReportHead
    difficulties: DifficultiesBlock | None
    words: Words

    def term(self, section: str, code: str) -> str:
        """What a code is called; one that nobody has named is told as it is."""
        return self.words.terms[section].get(code, code)


def summary(day: Day) -> Iterator[Row]:
    """The province's named figures."""
    for figure in province_figures(day.report, day.head):
        yield {"figure": name_of(figure.name, day.words.terms), "value": figure_cell(figure), "whole": figure.of}


def areas(day: Day) -> Iterator[Row]:
    """Units just below the province, best first; then the province."""
    report, pace = day.report, day.report.pace
    found = {area.code: area for area in (*pace.areas, pace.whole)} if pace else {}
    lines = [(area, area_figures(area, report)) for area in report.areas]
    for area, figures in (*lines, (report.province, province_figures(report, day.head))):
        of = found.get(area.code)
        entry = of.entry if of else None
        yield {
            **_cells(figures),
            "name": area.name,
            "covered": area.entered.covered,
            "expected": area.entered.expected,
            "entry_ends": _ends(entry),
            "entry_chance": Chance(entry.chance) if entry else None,
        }


def units(day: Day) -> Iterator[Row]:
    """All registries, by code."""
    names = {area.code: area.name for area in day.report.areas}
    for one in day.report.registries:
        yield {
            "code": one.code,
            "name": one.full_name,
            "area": names.get(one.area_code),
            "outcome": day.term("outcomes", one.outcome),
            "read_at": one.state_read_at,
            **_cells(registry_figures(one)),
            **_pace(one),
            "flags": "; ".join(day.term("flags", flag.kind) for flag in one.pace.flags) if one.pace else None,
            "known_at": one.last_known.as_of if one.last_known else None,
            "known_entered": one.last_known.entered if one.last_known else None,
            "known_received": one.last_known.received if one.last_known else None,
        }


def _cells(figures: Iterable[NamedFigure]) -> Row:
    """Named figures; a unit without a quota has no shares."""
    shares: Row = {f"{name}_share": NO_QUOTA for name in ("entered", "received")}
    return shares | {figure.name: figure_cell(figure) for figure in figures}


def _pace(one: RegistryDay) -> Row:
    if one.pace is None:
        return {}
    entered = next((line for line in one.pace.stages if line.stage == "entered"), None)
    entry = one.pace.entry
    return {
        "planned": entered.planned if entered else None,
        "days_behind": entered.days_behind if entered else None,
        "needed": entry.needed_per_day if entry else None,
        "pace": entry.pace_per_day if entry else None,
        "ends": _ends(entry),
        "chance": Chance(entry.chance) if entry else None,
    }


def _ends(found: Finish | None) -> Cell:
    if found is None:
        return None
    return "đã xong" if found.finished else found.likely or "chưa rõ"


def flags(day: Day) -> Iterator[Row]:
    """Flags by kind, as the mail tells them."""
    terms = day.words.terms
    for group in day.report.pace.groups if day.report.pace else ():
        for flag in group.lines:
            yield {
                "code": flag.registry_code,
                "name": flag.full_name,
                "kind": terms["flags"][flag.kind],
                "stage": terms["stages"][flag.stage] if flag.stage else None,
                "streak": flag.streak,
                "newly": "mới" if flag.newly else None,
                "owner": day.term("owners", flag.owner),
                "reason": day.words.say("why", flag),
            }


def failures(day: Day) -> Iterator[Row]:
    """Rejected and failed transfers by code."""
    found = day.report.failures
    for lines, side in ((found.ours, "Đơn vị hoặc Sở Tư pháp"), (found.receivers, "Phía tiếp nhận")):
        for line in lines:
            yield {
                "code": line.code,
                "name": line.name,
                "state": day.term("states", line.state),
                "side": side,
                "own": line.own,
                "earlier": line.earlier,
            }


def breaks(day: Day) -> Iterator[Row]:
    """Differences by kind."""
    for line in day.report.breaks:
        yield {**asdict(line), "owner": day.term("owners", line.owner)}


def restatements(day: Day) -> Iterator[Row]:
    """Figures of earlier closes that are different now, late data, and flags that are taken back."""
    for restated in day.report.restatements:
        for change in restated.changes:
            yield {
                "day": restated.day,
                "name": restated.registry,
                "figure": name_of(change.figure, day.words.terms),
                "old": change.old,
                "new": change.new,
                "scope": "chỉ tiêu" if change.counted else "giai đoạn trước",
                "why": "Dữ liệu gốc thay đổi",
                "found_at": restated.found_at,
            }
    for late in day.report.late_data:
        for name in late.registries:
            yield {"day": late.day, "name": name, "why": "Số liệu đến muộn: ngày này trước đây chưa có số"}
    for flag in day.report.withdrawn:
        why = day.term("whys", flag.why)
        yield {
            "day": flag.day,
            "name": flag.registry,
            "figure": f"Số đã {day.term('stages', flag.stage)}",
            "old": flag.done_then,
            "new": flag.done_now,
            "why": f"Rút lại nhắc nhở chậm tiến độ. {why} đơn vị không chậm",
        }


def difficulties(day: Day) -> Iterator[Row]:
    """What registries have reported as difficult, overdue first."""
    found = day.difficulties
    if found is None:
        return
    states = (
        ("quá hạn", found.overdue),
        ("mới", found.new),
        ("đang có", found.standing),
        ("đã tháo gỡ", found.cleared),
    )
    for state, lines in states:
        for line in lines:
            yield {
                "id": line.difficulty_id,
                "name": line.registry,
                "kind": line.kind_name,
                "state": state,
                "owner": day.term("difficulty_owners", line.owner),
                "opened": line.opened_on,
                "until": line.until,
                "said": line.said,
            }


def needs(day: Day) -> Iterator[Row]:
    """What would bring late units back, those that need most first; those of which it cannot be told are last."""
    cure = day.report.cure
    for need in (*cure.needs, *cure.beyond) if cure else ():
        yield {
            "name": need.name,
            "until": need.until,
            "remaining": need.remaining,
            "chance": Chance(need.chance),
            "people": need.people,
            "computers": need.computers,
            "per_person": need.per_person_day,
            "more_people": need.more_people,
            "more_computers": need.more_computers,
            "lacks": "; ".join(_lacks(need)),
        }


def _lacks(need: NeedLine) -> Iterator[str]:
    if need.computers_first:
        yield "người nhiều hơn máy tính"
    if need.no_scanner:
        yield "không có máy quét"
    if need.offline:
        yield "mất internet"


def helps(day: Day) -> Iterator[Row]:
    """Who could help whom."""
    for help_ in day.report.cure.helps if day.report.cure else ():
        for move in help_.moves:
            for kind, people in move.by_kind:
                yield {
                    "receiver": help_.receiver,
                    "giver": move.giver,
                    "force": day.term("forces", kind),
                    "people": people,
                    "before": Chance(help_.before),
                    "after": Chance(help_.after),
                }


def forces(day: Day) -> Iterator[Row]:
    """People promised and there, by kind."""
    for force in day.report.cure.forces if day.report.cure else ():
        yield {**asdict(force), "force": day.term("forces", force.kind)}


def duplicates(day: Day) -> Iterator[Row]:
    """The burn-down, the province first."""
    found = day.report.duplicates
    for line in (found.province, *found.areas) if found else ():
        yield asdict(line)


TABLES: dict[str, Callable[[Day], Iterator[Row]]] = {
    function.__name__: function
    for function in (
        summary,
        areas,
        units,
        flags,
        failures,
        breaks,
        restatements,
        difficulties,
        needs,
        helps,
        forces,
        duplicates,
    )
}
"""Rows by the table's key in the template."""
