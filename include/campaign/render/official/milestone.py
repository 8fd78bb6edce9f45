"""The report of a milestone as an official paper: a draft of the Department's."""

from __future__ import annotations

from collections.abc import Iterator

from include.campaign.render.formats import moment, number, percent, sentence
from include.campaign.render.official.content import Align, Appendix, OfficialPaper, Paragraph, Part, Table
from include.campaign.render.official.department import committee_of, department_paper, sections
from include.campaign.render.words import Words
from include.campaign.report.milestone import Flight, MilestoneReport, Reached, ReachedArea

_RIGHT: tuple[Align, ...] = ("left", "right", "right", "right")


def milestone_paper(report: MilestoneReport, words: Words) -> OfficialPaper:
    """The report as an official paper.

    Args:
        report: who made the milestone, who did not, what is under way.
        words: the macros of `official/milestone.j2`.
    """
    return department_paper(
        report.head,
        kind="BÁO CÁO",
        symbol="/BC-STP",
        subject=words.say("subject"),
        addressed_to=(committee_of(report.head),),
        parts=_parts(report, words),
        copies=("UBND các huyện, thị xã, thành phố",),
        source=words.say("source"),
        appendices=(Appendix("KẾT QUẢ CỦA TỪNG ĐƠN VỊ ĐĂNG KÝ HỘ TỊCH", (_units(report, words),)),),
    )


def _parts(report: MilestoneReport, words: Words) -> Iterator[Part]:
    yield Paragraph(words.say("opening"))
    yield from sections(
        {
            "Kết quả chung": _results(report, words),
            "Đơn vị chưa đạt": _missed(report, words),
            "Đơn vị chưa có số liệu": _unknown(report, words),
            "Hồ sơ đã nhập, Bộ Tư pháp chưa tiếp nhận": in_flight(report.flight, words),
        }
    )
    yield Paragraph(words.say("closing"))


def _results(report: MilestoneReport, words: Words) -> Iterator[Part]:
    yield Paragraph(words.say("results"))
    rows = [_area(area) for area in (*report.areas, report.province)]
    yield Table(
        head=("Đơn vị", "Chỉ tiêu", _done(report, words), "Tỷ lệ", "Đơn vị đạt/có số liệu"),
        rows=tuple(rows),
        align=(*_RIGHT, "center"),
        widths=(0.34, 0.16, 0.18, 0.14, 0.18),
        caption="Kết quả theo huyện, thị xã, thành phố",
        emphasised=(len(rows) - 1,),
    )


def _area(area: ReachedArea) -> tuple[str, ...]:
    partial = f" ({area.done.covered}/{area.done.expected} đơn vị)" if area.done.partial else ""
    return (
        area.name,
        "không giao" if area.quota is None else number(area.quota),
        number(area.done.value) + partial,
        "–" if area.quota is None else percent(area.done.value, area.quota),
        f"{area.made}/{area.judged}",
    )


def _missed(report: MilestoneReport, words: Words) -> Iterator[Part]:
    if not report.missed:
        yield Paragraph(words.say("none_missed"))
        return
    yield Paragraph(words.say("missed"))
    yield Table(
        head=("TT", "Đơn vị", "Chỉ tiêu", _done(report, words), "Còn thiếu", "Tỷ lệ"),
        rows=tuple(
            (
                str(place),
                one.name,
                number(one.quota),
                number(one.done),
                number(one.short),
                percent(one.done, one.quota),
            )
            for place, one in enumerate(report.missed, 1)
        ),
        align=("center", *_RIGHT, "right"),
        widths=(0.07, 0.37, 0.14, 0.15, 0.14, 0.13),
        caption="Đơn vị chưa đạt, thiếu nhiều nhất so với chỉ tiêu xếp trước",
    )


def _unknown(report: MilestoneReport, words: Words) -> Iterator[Part]:
    if not report.unknown:
        return
    yield Paragraph(words.say("unknown"))
    yield Table(
        head=("Đơn vị", "Chỉ tiêu", "Số gần nhất", "Đọc được đến"),
        rows=tuple((one.name, number(one.quota), number(one.known_done), _known_at(one)) for one in report.unknown),
        align=("left", "right", "right", "center"),
        widths=(0.4, 0.18, 0.18, 0.24),
    )


def _known_at(one: Reached) -> str:
    return "chưa đọc được lần nào" if one.known_as_of is None else moment(one.known_as_of)


def in_flight(flight: Flight | None, words: Words) -> Iterator[Part]:
    """What is on its way to the Ministry, class by class; a report of any kind can have it.

    Args:
        flight: None: not known.
        words: with the macros `no_flight`, `flight` and `flight_duplicates`.
    """
    if flight is None:
        yield Paragraph(words.say("no_flight"))
        return
    yield Paragraph(words.say("flight", flight))
    if flight.lines:
        rows = [
            (
                sentence(words.terms["in_flight"].get(line.name, line.name)),
                number(line.own),
                number(line.earlier),
                sentence(words.terms["next_step"][line.owner]),
            )
            for line in flight.lines
        ]
        earlier = sum(line.earlier for line in flight.lines)
        rows.append(("Cộng", number(flight.own), number(earlier), ""))
        yield Table(
            head=("Tình trạng", "Đợt này", "Giai đoạn trước", "Việc tiếp theo"),
            rows=tuple(rows),
            align=("left", "right", "right", "left"),
            widths=(0.48, 0.15, 0.16, 0.21),
            caption="Hồ sơ đã nhập, Bộ Tư pháp chưa tiếp nhận",
            emphasised=(len(rows) - 1,),
        )
    if flight.duplicates is not None:
        yield Paragraph(words.say("flight_duplicates", flight))


def _units(report: MilestoneReport, words: Words) -> Table:
    return Table(
        head=("TT", "Đơn vị", "Chỉ tiêu", _done(report, words), "Tỷ lệ", "Kết quả"),
        rows=tuple(
            (
                str(place),
                one.name,
                "không giao" if one.quota is None else number(one.quota),
                number(one.done),
                "–" if one.quota is None or one.done is None else percent(one.done, one.quota),
                _result(one),
            )
            for place, one in enumerate(report.registries, 1)
        ),
        align=("center", *_RIGHT, "left"),
        widths=(0.07, 0.35, 0.13, 0.15, 0.11, 0.19),
    )


def _result(one: Reached) -> str:
    if one.done is None:
        return "Chưa có số liệu"
    if one.short is None:
        return "Không giao chỉ tiêu"
    return f"Thiếu {number(one.short)}" if one.short else "Đạt"


def _done(report: MilestoneReport, words: Words) -> str:
    return sentence(words.terms["figures"][report.stage])
