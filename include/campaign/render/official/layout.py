"""The form of official papers, for DOCX and PDF alike (Decree 30/2020/NĐ-CP, annex I).

Lengths are in millimetres, sizes of letters in points.
"""

from __future__ import annotations

import struct
from datetime import date

from include.campaign.render.attachment import Picture
from include.campaign.render.official.content import OfficialPaper

PAGE = (210.0, 297.0)
TOP, BOTTOM, LEFT, RIGHT = 22.0, 20.0, 30.0, 18.0
"""Margins: the decree asks for 20-25, 20-25, 30-35 and 15-20."""
TEXT_WIDTH = PAGE[0] - LEFT - RIGHT
HEADER = 10.0
"""From the page's upper edge to the page number."""
HEAD_COLUMNS = (63.0, TEXT_WIDTH - 63.0)
"""The issuing body on the left, the national title on the right."""

BODY, NATION, MOTTO, BODIES = 14.0, 12.0, 13.0, 12.0
NUMBER_AND_DATE, TABLE, CAPTION = 13.0, 11.0, 12.0
RECIPIENTS_HEAD, RECIPIENTS, SOURCE, MARK = 12.0, 11.0, 10.0, 11.0
HIGHEST = 225.0
"""A picture with its caption fits on a page."""
INDENT = 10.0
"""Of the first line of a paragraph."""
BETWEEN = 6.0
"""Points between paragraphs."""
GUTTER = 4.0
"""Between pictures side by side."""

NATIONAL_TITLE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
NATIONAL_MOTTO = "Độc lập - Tự do - Hạnh phúc"
MOTTO_WIDTH = 57.5
"""Of the motto in Times New Roman bold, 13 points: the rule beneath is as long."""
RULE = 0.4
"""Of the text above it: rules beneath the issuing body and the subject are a third to a half as long."""
CAPITAL, LETTER = 0.68, 0.47
"""Width of a bold capital, and of bold small text, on average, in its size: DOCX cannot measure."""
SIGNATURE_LINES = 4
"""Blank ones between title and name."""


def number_line(paper: OfficialPaper) -> str:
    """As "Số:      /BC-STP": blank, for the clerk."""
    return f"Số:\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0{paper.symbol}"


def dated(day: date) -> str:
    """As "ngày 05 tháng 3 năm 2025": days below 10 have a nought before them, of the months only the first two."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def place_and_date(paper: OfficialPaper) -> str:
    """As "Quảng Trị, ngày 05 tháng 3 năm 2025"."""
    return f"{paper.place}, {dated(paper.dated)}"


def addressees(paper: OfficialPaper) -> tuple[str, tuple[str, ...]]:
    """The line "Kính gửi:", with one addressee on it, or with several beneath it; empty: there is no such line."""
    if len(paper.addressed_to) < 2:
        return "".join(f"Kính gửi: {one}" for one in paper.addressed_to), ()
    return "Kính gửi:", listed(paper.addressed_to)


def listed(items: tuple[str, ...]) -> tuple[str, ...]:
    """As "- Như trên;" and at the end "- Lưu: VT."."""
    return tuple(f"- {item}{'.' if place == len(items) else ';'}" for place, item in enumerate(items, 1))


def goes_with(paper: OfficialPaper) -> str:
    """Under the title of an appendix: what it goes with; number blank."""
    kind = paper.kind[:1] + paper.kind[1:].lower()
    return f"(Kèm theo {kind} số\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0{paper.symbol} {dated(paper.dated)})"


def picture_width(picture: Picture, room: float = TEXT_WIDTH) -> float:
    """Millimetres that a picture takes: as on a screen of 96 dots an inch, and not more than there is room for."""
    wide, high = struct.unpack(">II", picture.content[16:24])  # of a PNG, in dots
    return min(picture.width * 25.4 / 96, room, HIGHEST * wide / high)


def rule_width(text: str, size: float, share_of_size: float) -> float:
    """Millimetres of the rule beneath a text that is set in a size; of more lines than one, as beneath a full one."""
    return min(len(text) * size * share_of_size * 25.4 / 72, TEXT_WIDTH) * RULE
