"""How cells of the workbook look. What is text is text to Excel, too: it takes nothing in it for a formula."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from include.campaign.render import formats
from include.campaign.render.characters import printable
from include.campaign.render.workbook.cells import Cell, Chance, Share
from include.campaign.render.workbook.sheets import Column

LONGEST = 32_767
"""Characters that a cell can hold."""

_NUMBERS = {"count": "#,##0", "change": "+#,##0;-#,##0;0", "share": "0.0%", "tenths": "#,##0.0", "figure": "#,##0"}
_DATES = {"date": "dd/mm/yyyy", "moment": "hh:mm dd/mm/yyyy"}
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}


@dataclass(frozen=True)
class Looks:
    """Formats by what a cell holds: numbers and dates by kind of column, text, words in place of a value, titles."""

    numbers: dict[str, Format]
    text: Format
    long: Format
    unknown: Format
    head: Format
    title: Format
    mark: Format
    caption: Format

    @classmethod
    def of(cls, book: Workbook) -> Looks:
        """Formats of a workbook."""

        def look(**more: Any) -> Format:
            return book.add_format({**_FONT, **more})

        text = {"num_format": "@"}
        return cls(
            numbers={kind: look(num_format=shown) for kind, shown in (_NUMBERS | _DATES).items()},
            text=look(**text),
            long=look(**text, text_wrap=True),
            unknown=look(**text, italic=True, font_color="#595959", align="right"),
            head=look(**text, bold=True, text_wrap=True, align="center", valign="vcenter", bottom=1),
            title=look(**text, bold=True, font_size=14),
            mark=look(**text, bold=True, font_size=12),
            caption=look(**text, bold=True, font_size=12),
        )


def write_text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """Text, whatever it begins with, and only what such a file can hold."""
    sheet.write_string(row, column, printable(text)[:LONGEST], look)


def write_cell(sheet: Worksheet, row: int, place: int, cell: Cell, column: Column, looks: Looks) -> None:
    """A cell in the look of its column; a value that is not known says so, and is never a zero."""
    value = cell.value if isinstance(cell, Share | Chance) else cell
    if value is None and not column.blank:
        write_text(sheet, row, place, formats.NO_DATA, looks.unknown)
    elif value is None or value == "":
        sheet.write_blank(row, place, None, looks.text)
    elif isinstance(value, str):
        in_place_of_number = column.kind not in ("text", "long")
        written = looks.unknown if in_place_of_number else looks.long if column.kind == "long" else looks.text
        write_text(sheet, row, place, value, written)
    elif isinstance(value, datetime):
        # Excel knows no time zones; all moments are the campaign's.
        sheet.write_datetime(row, place, value.replace(tzinfo=None), looks.numbers["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, looks.numbers["date"])
    else:
        kind = "share" if isinstance(cell, Share | Chance) else column.kind
        sheet.write_number(row, place, round(value, 1) if kind == "tenths" else value, looks.numbers[kind])
