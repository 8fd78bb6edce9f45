"""Pieces of WordprocessingML that python-docx has no words for, and tables written row by row (they are long)."""

from __future__ import annotations

from functools import cache
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.table import Table as WrittenTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from lxml import etree

from include.campaign.render.characters import printable
from include.campaign.render.official import layout
from include.campaign.render.official.content import Table

FONT = "Times New Roman"
_JUSTIFIED = {"left": "left", "right": "right", "center": "center"}


_named = cache(qn)


def child(parent: BaseOxmlElement, tag: str, **attributes: Any) -> BaseOxmlElement:
    """A new element in another; attributes by their names without the namespace."""
    element: BaseOxmlElement = etree.SubElement(parent, _named(tag))
    for name, value in attributes.items():
        element.set(_named(f"w:{name}"), str(value))
    return element


def set_fonts(document: Document, size: float, *headings: str) -> None:
    """The whole document in Times New Roman, black, in Vietnamese; headings of some styles in bold."""
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for look, bold in (
        (defaults, False),
        *((document.styles[name].element.get_or_add_rPr(), True) for name in headings),
    ):
        for element in list(look):
            look.remove(element)
        child(look, "w:rFonts", **dict.fromkeys(("ascii", "hAnsi", "cs", "eastAsia"), FONT))
        if bold:
            child(look, "w:b")
        for tag, value in (("w:color", "000000"), ("w:sz", round(size * 2)), ("w:szCs", round(size * 2))):
            child(look, tag, val=value)
        child(look, "w:lang", val="vi-VN", eastAsia="vi-VN")


def write(
    paragraph: Paragraph, text: str, size: float | None = None, *, bold: bool = False, italic: bool = False
) -> Run:
    """Text at the end of a paragraph; whatever it holds, it stays text."""
    run = paragraph.add_run(printable(text))
    run.bold, run.italic = bold or None, italic or None
    run.font.size = None if size is None else Pt(size)
    return run


def page_number(paragraph: Paragraph, size: float) -> None:
    """A field that shows the page's number."""
    run = write(paragraph, "", size)
    for kind in ("begin", "separate", "end"):
        if kind == "separate":
            code = child(run._r, "w:instrText")
            code.text = "PAGE"
        child(run._r, "w:fldChar", fldCharType=kind)


def bordered(run: Run) -> None:
    """A frame around a run."""
    child(run._r.get_or_add_rPr(), "w:bdr", val="single", sz=6, space=0, color="000000")


def ruled(paragraph: Paragraph, width: float, column: float) -> None:
    """An empty line becomes a rule, centred in a column; both in mm."""
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(max(column - width, 0) / 2)
    form.first_line_indent, form.line_spacing, form.space_before = Mm(0), Pt(3), Pt(0)
    borders = OxmlElement("w:pBdr")
    # The order of elements is the schema's: Word refuses files with another.
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:tabs", "w:spacing", "w:ind", "w:jc")
    child(borders, "w:top", val="single", sz=6, space=1, color="000000")


def frameless_table(document: Document, widths: tuple[float, ...], rows: int = 1) -> list[tuple[_Cell, ...]]:
    """Rows of cells without lines, none of them torn apart by the end of a page; widths in mm."""
    table = document.add_table(rows=rows, cols=len(widths))
    table.autofit = False
    margins = OxmlElement("w:tblCellMar")
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    for side in ("left", "right"):
        child(margins, f"w:{side}", w=0, type="dxa")
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        child(row._tr.get_or_add_trPr(), "w:cantSplit")
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return [row.cells for row in table.rows]


def write_table(document: Document, table: Table) -> None:
    """A table with lines; its head is repeated on every page, and no row is torn apart."""
    written = document.add_table(rows=0, cols=len(table.head), style="Table Grid")
    written.autofit = False
    widths = [Mm(layout.TEXT_WIDTH * share) for share in table.widths]
    for column, width in zip(written.columns, widths, strict=True):
        column.width = width
    dxa = [width.twips for width in widths]
    _write_row(written, table.head, ("center",) * len(dxa), dxa, head=True)
    for number, row in enumerate(table.rows):
        _write_row(written, row, table.align, dxa, bold=number in table.emphasised)


def _write_row(
    table: WrittenTable,
    cells: tuple[str, ...],
    align: tuple[str, ...],
    widths: list[int],
    *,
    head: bool = False,
    bold: bool = False,
) -> None:
    row = child(table._tbl, "w:tr")
    properties = child(row, "w:trPr")
    child(properties, "w:cantSplit")
    if head:
        child(properties, "w:tblHeader")
    for words, side, width in zip(cells, align, widths, strict=True):
        cell = child(row, "w:tc")
        of = child(cell, "w:tcPr")
        child(of, "w:tcW", w=width, type="dxa")
        if head:
            child(of, "w:vAlign", val="center")
        paragraph = child(cell, "w:p")
        form = child(paragraph, "w:pPr")
        child(form, "w:spacing", before=20, after=20, line=240, lineRule="auto")
        child(form, "w:jc", val=_JUSTIFIED[side])
        run = child(paragraph, "w:r")
        look = child(run, "w:rPr")
        if head or bold:
            child(look, "w:b")
        child(look, "w:sz", val=round(layout.TABLE * 2))
        text = child(run, "w:t")
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        text.text = printable(words)


def keep_with_next(paragraph: Paragraph) -> Paragraph:
    """It stands on the page of what follows."""
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def centred(paragraph: Paragraph) -> Paragraph:
    """A centred line without space beneath it."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph
