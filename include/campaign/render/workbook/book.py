"""Writes the workbook: real tables with filters, heads that stay in sight, bars, pages that print."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC
from itertools import chain

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from include.campaign.render.figures import name_of
from include.campaign.render.formats import day, moment
from include.campaign.render.workbook.cells import Row
from include.campaign.render.workbook.formats import Looks, write_cell, write_text
from include.campaign.render.workbook.rows import TABLES, Day
from include.campaign.render.workbook.sheets import Column, Sheet, Table, design

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A4 = 9
HEAD_HEIGHT, SOURCE_HEIGHT = 48, 66
"""Points: three lines of a column's head, four of the source."""
EXPLAINED = "explained"
"""The table whose rows are the columns of all others."""
# Text is never a formula or a link, whatever it begins with; no file of its own on the way.
_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def workbook_of(of: Day, mark: str, source: str) -> bytes:
    """The workbook of a close; equal days give equal bytes.

    Args:
        of: the Department's report.
        mark: at the head of every sheet and of every page that is printed.
        source: baseline, coverage, as-of, run.
    """
    out = io.BytesIO()
    book = Workbook(out, _SAFE)
    book.set_properties(
        {
            "title": f"{of.head.campaign}, {day(of.head.day)}",
            "author": of.head.sender,
            "comments": source,
            "created": of.head.as_of.astimezone(UTC).replace(tzinfo=None),
        }
    )
    writer = _Writer(book, of, mark, source)
    for sheet in design().sheets:
        writer.write(sheet)
    book.close()
    return out.getvalue()


class _Writer:
    def __init__(self, book: Workbook, of: Day, mark: str, source: str) -> None:
        self.book, self.of, self.mark, self.source = book, of, mark, source
        self.looks = Looks.of(book)

    def write(self, design_of: Sheet) -> None:
        sheet = self.book.add_worksheet(design_of.name)
        row = self._head(sheet, design_of)
        for number, table in enumerate(design_of.tables):
            if table.caption:
                write_text(sheet, row, 0, table.caption, self.looks.caption)
                row += 1
            if not number:
                sheet.freeze_panes(row + 1, table.frozen)
                sheet.repeat_rows(row)
            row = self._table(sheet, row, table) + 2
        widths = (column.width for column in max(design_of.tables, key=lambda table: len(table.columns)).columns)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        self._print(sheet, design_of)

    def _head(self, sheet: Worksheet, design_of: Sheet) -> int:
        """What stands over the tables; returns the first row beneath it."""
        head = self.of.head
        write_text(sheet, 0, 0, design_of.title, self.looks.title)
        about = f"{head.province} – {head.campaign} – số liệu đến {moment(head.as_of)}"
        write_text(sheet, 1, 0, about, self.looks.text)
        write_text(sheet, 2, 0, self.mark, self.looks.mark)
        if design_of.name != design().sheets[0].name:
            return 4
        last = len(design_of.tables[0].columns) - 1
        sheet.merge_range(3, 0, 3, last, "", self.looks.long)
        write_text(sheet, 3, 0, self.source, self.looks.long)
        sheet.set_row(3, SOURCE_HEIGHT)
        return 5

    def _table(self, sheet: Worksheet, top: int, table: Table) -> int:
        """A table from a row on; returns the first row beneath it."""
        rows = list(self._rows(table))
        for row, values in enumerate(rows, top + 1):
            for place, column in enumerate(table.columns):
                write_cell(sheet, row, place, values.get(column.name), column, self.looks)
        if not rows:
            write_text(sheet, top + 1, 0, "Không có", self.looks.text)
        bottom = top + max(len(rows), 1)
        sheet.add_table(
            top,
            0,
            bottom,
            len(table.columns) - 1,
            {
                "name": table.key,
                "style": "Table Style Light 9",
                "columns": [{"header": self.title(one), "header_format": self.looks.head} for one in table.columns],
            },
        )
        sheet.set_row(top, HEAD_HEIGHT)
        for place, column in enumerate(table.columns):
            if column.kind == "share":
                self._bars(sheet, top + 1, bottom, place)
        return bottom + 1

    def _bars(self, sheet: Worksheet, first: int, last: int, column: int) -> None:
        whole = {"type": "data_bar", "data_bar_2010": True, "bar_solid": True, "bar_color": "#9BD3B0"}
        ends = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
        sheet.conditional_format(first, column, last, column, {**whole, **ends})

    def _rows(self, table: Table) -> Iterator[Row]:
        return self._explained() if table.key == EXPLAINED else TABLES[table.key](self.of)

    def _explained(self) -> Iterator[Row]:
        head, sources = self.of.head, design().sources
        baseline = f"{head.baseline_title} ({head.baseline_source}, {day(head.baseline_dated)})"
        for sheet in design().sheets:
            for column in chain.from_iterable(table.columns for table in sheet.tables):
                yield {
                    "sheet": sheet.name,
                    "column": self.title(column),
                    "means": column.means,
                    "unit": column.unit,
                    "source": sources[column.source],
                    "as_of": moment(head.as_of),
                    "against": baseline if column.against else None,
                }

    def title(self, column: Column) -> str:
        """What stands at the head of a column: a figure's name is the same as everywhere."""
        return column.title or name_of(column.figure, self.of.words.terms)

    def _print(self, sheet: Worksheet, design_of: Sheet) -> None:
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.6, right=0.4, top=0.8, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        # In these lines "&" begins a code.
        mark, name = self.mark.replace("&", "&&"), design_of.name.replace("&", "&&")
        sheet.set_header(f"&L{name}&C&P/&N&R{mark}")
