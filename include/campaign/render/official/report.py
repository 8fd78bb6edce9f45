"""The Department's report of a close as it would send it to the Provincial People's Committee: a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from include.campaign.render.attachment import Picture
from include.campaign.render.figures import name_of, own_name, printed
from include.campaign.render.formats import number
from include.campaign.render.official.content import (
    Align,
    Appendix,
    Bullets,
    Figure,
    OfficialPaper,
    Paragraph,
    Part,
    SideBySide,
    Table,
)
from include.campaign.render.official.department import committee_of, department_paper, sections
from include.campaign.render.words import Words
from include.campaign.report.difficulties import DifficultiesBlock
from include.campaign.report.figures import NamedFigure, area_figures, province_figures, unit_figures
from include.campaign.report.models import ProvinceReport, RegistryDay, ReportHead

NAMED = 20
"""Registries behind that stand in the text; the others are in the appendix."""

COLUMNS = ("quota", "entered", "entered_share", "entered_in_day", "received", "received_share", "received_in_day")
"""Figures of a unit, in the order of the columns."""

RIGHT: tuple[Align, ...] = tuple("right" for _ in COLUMNS)

CHARTS = {
    "results": ("ranking", "stages"),
    "pace": ("burnup",),
    "difficulties": ("difficulties",),
    "transfers": ("failures", "duplicates"),
    "proposals": ("reinforcement",),
    "units": ("heat",),
}
"""Charts by the section that they stand in, by Content-ID; two stand side by side."""


def official_report(
    report: ProvinceReport,
    head: ReportHead,
    difficulties: DifficultiesBlock | None,
    words: Words,
    pictures: Mapping[str, Picture],
) -> OfficialPaper:
    """The report as an official paper.

    Args:
        report: the province at the close.
        head: of the close.
        difficulties: that registries have reported; None: none.
        words: the macros of `official/report.j2`.
        pictures: charts by Content-ID; those that are not there are left out.
    """
    maker = _Report(report, head, difficulties, words, pictures)
    return department_paper(
        head,
        kind="BÁO CÁO",
        symbol="/BC-STP",
        subject=words.say("subject"),
        addressed_to=(committee_of(head),),
        parts=maker.parts(),
        copies=("Bộ Tư pháp (để báo cáo)", "UBND các huyện, thị xã, thành phố"),
        source=words.say("source"),
        appendices=(Appendix("KẾT QUẢ CỦA TỪNG ĐƠN VỊ ĐĂNG KÝ HỘ TỊCH", tuple(maker.units())),),
    )


class _Report:
    def __init__(
        self,
        report: ProvinceReport,
        head: ReportHead,
        difficulties: DifficultiesBlock | None,
        words: Words,
        pictures: Mapping[str, Picture],
    ) -> None:
        self.report, self.head, self.difficulties = report, head, difficulties
        self.words, self.pictures = words, pictures

    def parts(self) -> Iterator[Part]:
        yield self._said("opening")
        if self.head.edition == "provisional":
            yield Paragraph(self.words.say("provisional"), emphasis=True)
        yield from sections(
            {
                "Kết quả": self._results(),
                "Tiến độ và dự báo": self._pace(),
                "Biểu dương": self._praise(),
                "Đơn vị chậm so với lộ trình": self._laggards(),
                "Khó khăn, vướng mắc": self._difficulties(),
                "Chuyển dữ liệu về Bộ Tư pháp, hồ sơ trùng và sai lệch": self._transfers(),
                "Số liệu chưa có": self._unread(),
                "Kiến nghị, đề xuất": self._proposals(),
            }
        )
        yield self._said("closing")

    def _said(self, macro: str, *about: object) -> Paragraph:
        return Paragraph(self.words.say(macro, *about))

    def _charts(self, section: str) -> Iterator[Part]:
        captions = self.words.terms["captions"]
        found = tuple(Figure(self.pictures[cid], captions[cid]) for cid in CHARTS[section] if cid in self.pictures)
        if len(found) > 1:
            yield SideBySide(found)
        else:
            yield from found

    def _results(self) -> Iterator[Part]:
        terms = self.words.terms
        yield self._said("results", self.report)
        figures = province_figures(self.report, self.head)
        yield Table(
            head=("Chỉ số", "Số liệu"),
            rows=tuple((name_of(figure.name, terms), printed(figure)) for figure in figures),
            align=("left", "right"),
            widths=(0.7, 0.3),
            caption="Các chỉ số của toàn tỉnh",
        )
        yield self._areas()
        yield self._said("bands", self.report)
        yield from self._charts("results")

    def _areas(self) -> Table:
        """Areas, best first, and the province; what nobody was judged for is not told."""
        columns = (*COLUMNS, "units_behind")
        rows = [
            (str(place), area.name, *_cells(area_figures(area, self.report), columns))
            for place, area in enumerate(self.report.areas, 1)
        ]
        whole = _cells(province_figures(self.report, self.head), columns)
        return Table(
            head=("TT", "Địa bàn", *self._heads(columns)),
            rows=(*rows, ("", "Toàn tỉnh", *whole)),
            align=("center", "left", *RIGHT, "right"),
            widths=(0.05, 0.2, 0.1, 0.1, 0.1, 0.09, 0.1, 0.1, 0.09, 0.07),
            caption="Kết quả theo địa bàn",
            emphasised=(len(rows),),
        )

    def units(self) -> Iterator[Part]:
        """All registries, under the district that they lie in."""
        rows: list[tuple[str, ...]] = []
        sums: list[int] = []
        for area in self.report.areas:
            registries = [one for one in self.report.registries if one.area_code == area.code]
            alone = len(registries) == 1
            if not alone:
                sums.append(len(rows))
                rows.append(("", area.name, *_cells(area_figures(area, self.report)), ""))
            for place, one in enumerate(registries, 1):
                name = area.name if alone else own_name(one)
                rows.append(("" if alone else str(place), name, *_cells(unit_figures(one)), self._note(one)))
        yield Table(
            head=("TT", "Đơn vị", *self._heads(COLUMNS), "Ghi chú"),
            rows=tuple(rows),
            align=("center", "left", *RIGHT, "left"),
            widths=(0.05, 0.19, 0.09, 0.09, 0.09, 0.08, 0.09, 0.09, 0.08, 0.15),
            emphasised=tuple(sums),
        )
        yield from self._charts("units")

    def _heads(self, columns: Iterable[str]) -> tuple[str, ...]:
        return tuple(name_of(name, self.words.terms) for name in columns)

    def _note(self, registry: RegistryDay) -> str:
        if not registry.read:
            outcomes = self.words.terms["outcomes"]
            return outcomes.get(registry.outcome, registry.outcome)
        return "chậm" if registry.lag is not None else ""

    def _pace(self) -> Iterator[Part]:
        pace = self.report.pace
        if pace is not None and not self.head.tail:
            yield self._said("entry_course", pace)
            yield self._said("transfer_course", pace)
        yield from self._charts("pace")

    def _praise(self) -> Iterator[Part]:
        praise = self.report.first_page.praise
        if praise.entered:
            yield self._said("finished", "Đã nhập đủ chỉ tiêu", praise.entered)
        if praise.received:
            yield self._said("finished", "Bộ Tư pháp đã tiếp nhận đủ chỉ tiêu", praise.received)
        if praise.improved:
            yield self._said("improved", praise)

    def _laggards(self) -> Iterator[Part]:
        found = self.report.laggards
        yield self._said("laggards", found, len(self.report.first_page.came_on))
        behind = [(one, one.lag) for one in found.registries if one.lag is not None]
        if behind:
            yield Table(
                head=("TT", "Đơn vị", "Đã làm", "Phải đạt", "Cần mỗi ngày", "Đang làm mỗi ngày", "Ghi chú"),
                rows=tuple(
                    (
                        str(place),
                        one.full_name,
                        number(lag.done),
                        number(lag.due),
                        number(lag.needed_per_day),
                        number(lag.pace_per_day),
                        self.words.say("lag_note", lag),
                    )
                    for place, (one, lag) in enumerate(behind[:NAMED], 1)
                ),
                align=("center", "left", "right", "right", "right", "right", "left"),
                widths=(0.06, 0.28, 0.1, 0.1, 0.1, 0.12, 0.24),
                caption=f"Đơn vị chậm nhất so với lộ trình ({min(len(behind), NAMED)}/{len(behind)} đơn vị)",
            )
        pace = self.report.pace
        if pace is not None and any(group.lines and group.told for group in pace.groups):
            yield self._said("flags", pace)

    def _difficulties(self) -> Iterator[Part]:
        if self.difficulties is not None:
            yield Bullets(tuple(f"{self.words.say('difficulty', one)}." for one in self.difficulties.counts))
        yield from self._charts("difficulties")

    def _transfers(self) -> Iterator[Part]:
        report = self.report
        yield self._said("transfers", report.failures)
        lines = [*report.failures.ours, *report.failures.receivers]
        if lines:
            states = self.words.terms["states"]
            yield Table(
                head=("Mã lỗi", "Lỗi", "Tình trạng", "Đợt này", "Giai đoạn trước"),
                rows=tuple(
                    (
                        line.code,
                        line.name or "",
                        states.get(line.state, line.state),
                        number(line.own),
                        number(line.earlier),
                    )
                    for line in lines
                ),
                align=("left", "left", "left", "right", "right"),
                widths=(0.3, 0.32, 0.16, 0.1, 0.12),
                caption="Trường hợp bị trả lại hoặc gửi không thành công, theo lỗi",
            )
        if report.requeues.decided:
            yield self._said("requeues", report.requeues)
        if report.worklists is not None:
            yield self._said("to_fix", report.worklists)
        if report.duplicates is not None:
            yield self._said("duplicates", report.duplicates)
        if report.breaks:
            yield self._said("breaks", report.breaks)
        if report.restatements or report.late_data:
            yield self._said("restated", report)
        yield from self._charts("transfers")

    def _unread(self) -> Iterator[Part]:
        if not self.report.unread and not self.report.not_configured:
            yield self._said("all_read")
            return
        yield self._said("some_unread", self.report)
        if self.report.unread:
            yield Table(
                head=("TT", "Đơn vị", "Lý do", "Số liệu gần nhất"),
                rows=tuple(
                    (str(place), one.full_name, self.words.say("unread", one), self.words.say("last_known", one))
                    for place, one in enumerate(self.report.unread, 1)
                ),
                align=("center", "left", "left", "left"),
                widths=(0.06, 0.28, 0.3, 0.36),
                caption="Đơn vị chưa đọc được số liệu",
            )

    def _proposals(self) -> Iterator[Part]:
        asked = tuple(self._asked())
        yield Bullets(asked) if asked else self._said("nothing_asked")
        yield from self._charts("proposals")

    def _asked(self) -> Iterator[str]:
        report = self.report
        if report.laggards.registries:
            yield self.words.say("ask_behind", report)
        cure = report.cure
        if cure is not None and cure.until is not None and cure.needs:
            yield self.words.say("ask_people", cure)
        if cure is not None and cure.missing:
            yield self.words.say("ask_partners", cure.missing)
        for request in self.difficulties.requests if self.difficulties is not None else ():
            yield self.words.say("ask_owner", request)
        if any(line.own for line in report.failures.receivers):
            yield self.words.say("ask_ministry", report.failures)


def _cells(figures: Iterable[NamedFigure], columns: Iterable[str] = COLUMNS) -> tuple[str, ...]:
    """Figures in the order of columns; a dash where there is none, as of a share of no quota."""
    found = {figure.name: printed(figure) for figure in figures}
    return tuple(found.get(name, "–") for name in columns)
