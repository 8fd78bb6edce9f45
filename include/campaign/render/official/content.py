"""What an official paper says, in the order it is read; DOCX and PDF are made from the same object.

All text is data: a writer puts it in as text, whatever characters it holds (`render.characters`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from include.campaign.render.attachment import Picture

Align = Literal["left", "right", "center"]


@dataclass(frozen=True)
class Heading:
    """Head of a section, e.g. "1. Kết quả trong ngày"."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text; `emphasis`: bold."""

    text: str
    emphasis: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of short points, each begun with a dash."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with one head row, repeated on each page.

    Attributes:
        head: titles of the columns.
        rows: cells as they are printed.
        align: of each column.
        widths: of the columns, as shares of the text's width; they add up to 1.
        caption: above it; empty: none.
        emphasised: numbers of rows, from 0, that are printed bold: sums.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: tuple[Align, ...]
    widths: tuple[float, ...]
    caption: str = ""
    emphasised: tuple[int, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A chart with its caption; the picture's `alt` goes with it."""

    picture: Picture
    caption: str


@dataclass(frozen=True)
class SideBySide:
    """Charts next to each other: two, where both are narrow."""

    figures: tuple[Figure, ...]


Part = Heading | Paragraph | Bullets | Table | Figure | SideBySide


@dataclass(frozen=True)
class Appendix:
    """What follows behind the signatures, from a new page on: "Phụ lục", its title, what it goes with."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class OfficialPaper:
    """One draft paper. The number (`Số:`) is always blank: the clerk gives it.

    Attributes:
        parent_body: over the issuing body, in capitals: "UBND TỈNH QUẢNG TRỊ".
        issuing_body: "SỞ TƯ PHÁP".
        symbol: behind the blank number: "/BC-STP".
        place: before the date: "Quảng Trị".
        dated: day of the paper.
        kind: "BÁO CÁO", "BIÊN BẢN", "TỜ TRÌNH".
        subject: under the kind, bold.
        addressed_to: behind "Kính gửi:"; empty: no such line (a record has none).
        parts: the content.
        recipients: of "Nơi nhận:", without dashes; "Như trên" first and "Lưu: VT" last are the caller's. Empty: none.
        signed_by: titles over the signatures, e.g. ("GIÁM ĐỐC",), two or more for a record; names stay blank.
        mark: in capitals at the head of every page, e.g. "DỰ THẢO" or "BÁO CÁO TẠM THỜI"; empty: none.
        source: last line, small: baseline, coverage, as-of, run.
        appendices: behind it, each from a new page on.
    """

    parent_body: str
    issuing_body: str
    symbol: str
    place: str
    dated: date
    kind: str
    subject: str
    addressed_to: tuple[str, ...]
    parts: tuple[Part, ...]
    recipients: tuple[str, ...]
    signed_by: tuple[str, ...]
    mark: str
    source: str
    appendices: tuple[Appendix, ...] = ()
