"""What every paper of the Department has in common: who issues it, where, to whom it goes in copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count

from include.campaign.render import formats
from include.campaign.render.official.content import Appendix, Figure, Heading, OfficialPaper, Part, SideBySide, Table
from include.campaign.report.models import ReportHead

_KINDS = ("tỉnh ", "thành phố ")


def department_paper(
    head: ReportHead,
    *,
    kind: str,
    symbol: str,
    subject: str,
    addressed_to: tuple[str, ...],
    parts: Iterable[Part],
    copies: tuple[str, ...],
    source: str,
    appendices: tuple[Appendix, ...] = (),
) -> OfficialPaper:
    """A draft of the Department's, signed by its director; tables and charts are numbered as they come.

    Args:
        head: of the close that it is about; a provisional edition is marked on each page.
        kind: "BÁO CÁO", "TỜ TRÌNH".
        symbol: behind the blank number, "/BC-STP".
        subject: under the kind.
        addressed_to: behind "Kính gửi:".
        parts: the content; captions of tables and charts without numbers.
        copies: of "Nơi nhận:", between "Như trên" and "Lưu: VT".
        source: last line.
        appendices: behind it; their captions are numbered on.
    """
    tables, charts = count(1), count(1)
    return OfficialPaper(
        parent_body=f"UBND {head.province}".upper(),
        issuing_body="SỞ TƯ PHÁP",
        symbol=symbol,
        place=_place(head.province),
        dated=head.as_of.date() if not head.final else head.day,
        kind=kind,
        subject=subject,
        addressed_to=addressed_to,
        parts=tuple(_numbered(parts, tables, charts)),
        recipients=("Như trên", *copies, "Lưu: VT"),
        signed_by=("GIÁM ĐỐC",),
        mark=mark_of(head),
        source=source,
        appendices=tuple(replace(one, parts=tuple(_numbered(one.parts, tables, charts))) for one in appendices),
    )


def mark_of(head: ReportHead) -> str:
    """What stands at the head of each page of a file about a close."""
    return "DỰ THẢO – BÁO CÁO TẠM THỜI" if head.edition == "provisional" else "DỰ THẢO"


def committee_of(head: ReportHead) -> str:
    """The body above the Department: "Ủy ban nhân dân tỉnh Quảng Trị"."""
    return f"Ủy ban nhân dân {formats.inside(head.province)}"


def sections(found: Mapping[str, Iterable[Part]]) -> Iterator[Part]:
    """Parts under numbered headings, by title; a section without any parts is left out, title and all."""
    filled = ((title, tuple(parts)) for title, parts in found.items())
    for number, (title, parts) in enumerate(((title, parts) for title, parts in filled if parts), 1):
        yield Heading(f"{number}. {title}")
        yield from parts


def _place(province: str) -> str:
    """The name alone: "Quảng Trị" of "Tỉnh Quảng Trị"."""
    name = formats.inside(province)
    for kind in _KINDS:
        name = name.removeprefix(kind)
    return name


def _numbered(parts: Iterable[Part], tables: Iterator[int], charts: Iterator[int]) -> Iterator[Part]:
    for part in parts:
        if isinstance(part, Table) and part.caption:
            yield replace(part, caption=f"Bảng {next(tables)}. {part.caption}")
        elif isinstance(part, Figure):
            yield _numbered_chart(part, charts)
        elif isinstance(part, SideBySide):
            yield SideBySide(tuple(_numbered_chart(one, charts) for one in part.figures))
        else:
            yield part


def _numbered_chart(chart: Figure, charts: Iterator[int]) -> Figure:
    return replace(chart, caption=f"Biểu đồ {next(charts)}. {chart.caption}")
