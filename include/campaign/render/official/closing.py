"""The report of the whole campaign as an official paper: a draft of the Department's."""

from __future__ import annotations

from collections.abc import Iterator

from include.campaign.render.formats import day, moment, number, percent, sentence
from include.campaign.render.official.content import Bullets, OfficialPaper, Paragraph, Part, Table
from include.campaign.render.official.department import committee_of, department_paper, sections
from include.campaign.render.official.milestone import in_flight
from include.campaign.render.words import Words
from include.campaign.report.closing import BOOKS, ClosingReport
from include.campaign.report.models import AreaDay
from include.campaign.report.praise import Finished
from include.campaign.report.total import Total

FIRST = 10
"""So many of the first to finish are named."""


def closing_paper(report: ClosingReport, words: Words) -> OfficialPaper:
    """The report as an official paper.

    Args:
        report: the campaign as a whole.
        words: the macros of `official/closing.j2`.
    """
    return department_paper(
        report.head,
        kind="BÁO CÁO",
        symbol="/BC-STP",
        subject=words.say("subject"),
        addressed_to=(committee_of(report.head),),
        parts=_parts(report, words),
        copies=("Bộ Tư pháp (để báo cáo)", "UBND các huyện, thị xã, thành phố"),
        source=words.say("source"),
    )


def _parts(report: ClosingReport, words: Words) -> Iterator[Part]:
    yield Paragraph(words.say("opening"))
    yield from sections(
        {
            "Kết quả chung": _results(report, words),
            "Kết quả theo địa bàn": _areas(report, words),
            "Các mốc của kế hoạch": _milestones(report),
            "Đơn vị hoàn thành sớm nhất": _first(report, words),
            "Việc còn lại và nơi xử lý": _left(report, words),
            "Hồ sơ trùng": _duplicates(report, words),
            "Số liệu điều chỉnh": _restated(report, words),
            "Dự báo và thực tế": _tested(report, words),
            "Thư báo cáo đã gửi": _mails(report, words),
        }
    )
    yield Paragraph(words.say("closing"))


def _results(report: ClosingReport, words: Words) -> Iterator[Part]:
    yield Paragraph(words.say("results"))
    yield Table(
        head=("Khâu", "Đã làm", "Tổng số", "Tỷ lệ"),
        rows=tuple(
            (
                f"{sentence(words.terms['stages'][one.stage])} ({'sổ' if one.stage in BOOKS else 'trường hợp'})",
                _sum(one.done),
                "–" if one.whole is None else number(one.whole),
                "–" if one.whole is None else percent(one.done.value, one.whole),
            )
            for one in report.stages
        ),
        align=("left", "right", "right", "right"),
        widths=(0.40, 0.28, 0.17, 0.15),
        caption="Kết quả theo khâu",
    )
    if report.balanced is not None:
        yield Paragraph(words.say("balanced"))


def _sum(total: Total) -> str:
    return number(total.value) + (f" ({total.covered}/{total.expected} đơn vị)" if total.partial else "")


def _areas(report: ClosingReport, words: Words) -> Iterator[Part]:
    yield Paragraph(words.say("areas"))
    rows = [
        _area(area, report.rank(area, "entered"), report.rank(area, "received"))
        for area in (*report.areas, report.province)
    ]
    yield Table(
        head=("Đơn vị", "Chỉ tiêu", "Đã nhập", "Tỷ lệ (hạng)", "Bộ đã tiếp nhận", "Tỷ lệ (hạng)"),
        rows=tuple(rows),
        align=("left", "right", "right", "right", "right", "right"),
        widths=(0.26, 0.13, 0.15, 0.16, 0.14, 0.16),
        caption="Kết quả theo huyện, thị xã, thành phố, xếp theo tỷ lệ Bộ đã tiếp nhận",
        emphasised=(len(rows) - 1,),
    )


def _area(area: AreaDay, *ranks: int | None) -> tuple[str, ...]:
    quota = area.quota
    shares = [
        "–" if quota is None else percent(total.value, quota) + (f" ({rank})" if rank else "")
        for total, rank in zip((area.entered, area.received), ranks, strict=True)
    ]
    given = "không giao" if quota is None else number(quota)
    return area.name, given, _sum(area.entered), shares[0], _sum(area.received), shares[1]


def _milestones(report: ClosingReport) -> Iterator[Part]:
    if report.milestones:
        yield Table(
            head=("Mốc", "Hạn", "Đạt", "Chưa đạt", "Chưa có số liệu"),
            rows=tuple(
                (one.title, moment(one.instant), str(one.made), str(one.missed), str(one.unknown))
                for one in report.milestones
            ),
            align=("left", "center", "right", "right", "right"),
            widths=(0.36, 0.24, 0.11, 0.13, 0.16),
            caption="Số đơn vị có chỉ tiêu đạt và chưa đạt từng mốc",
        )


def _first(report: ClosingReport, words: Words) -> Iterator[Part]:
    for macro, found in (("entered_first", report.entered_first), ("received_first", report.received_first)):
        if found:
            yield Paragraph(words.say(macro))
            yield Bullets(tuple(_finished(one) for one in found[:FIRST]))


def _finished(one: Finished) -> str:
    return f"{one.name}: ngày {day(one.day)}"


def _left(report: ClosingReport, words: Words) -> Iterator[Part]:
    yield Paragraph(words.say("not_entered"))
    yield from in_flight(report.flight, words)


def _duplicates(report: ClosingReport, words: Words) -> Iterator[Part]:
    if report.duplicates is not None:
        yield Paragraph(words.say("duplicates"))


def _restated(report: ClosingReport, words: Words) -> Iterator[Part]:
    yield Paragraph(words.say("restated" if report.restated else "none_restated"))


def _tested(report: ClosingReport, words: Words) -> Iterator[Part]:
    if report.tested:
        yield Paragraph(words.say("tested"))


def _mails(report: ClosingReport, words: Words) -> Iterator[Part]:
    if report.mails:
        yield Paragraph(words.say("mails"))
