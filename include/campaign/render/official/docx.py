"""An official paper as DOCX, for the Department's clerk to number, change and sign."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Written

from include.campaign.render.characters import printable
from include.campaign.render.official import layout
from include.campaign.render.official.content import (
    Appendix,
    Bullets,
    Figure,
    Heading,
    OfficialPaper,
    Paragraph,
    Part,
    SideBySide,
    Table,
)
from include.campaign.render.official.wordml import (
    bordered,
    centred,
    frameless_table,
    keep_with_next,
    page_number,
    ruled,
    set_fonts,
    write,
    write_table,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_CENTER, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
_LONGEST = 255
"""Characters of a property."""
# A zip file knows no earlier day; the same in every file, so that equal papers are equal bytes.
_ZIPPED = (1980, 1, 1, 0, 0, 0)


def docx_of(paper: OfficialPaper) -> bytes:
    """The paper as DOCX; equal papers give equal bytes."""
    document = docx.Document()
    _style(document)
    _properties(document, paper)
    _page(document.sections[0], paper.mark)
    _head(document, paper)
    _title(document, paper)
    for part in paper.parts:
        _part(document, part)
    _close(document, paper)
    for appendix in paper.appendices:
        _appendix(document, paper, appendix)
    return _saved(document)


def _style(document: Document) -> None:
    set_fonts(document, layout.BODY, "Heading 1", "Heading 1 Char")
    spacing = document.styles["Normal"].paragraph_format
    spacing.space_before, spacing.space_after, spacing.line_spacing = Pt(0), Pt(layout.BETWEEN), 1.1
    heading = document.styles["Heading 1"]
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(layout.BETWEEN), Pt(layout.BETWEEN)
    heading.paragraph_format.first_line_indent = Mm(layout.INDENT)


def _properties(document: Document, paper: OfficialPaper) -> None:
    of = document.core_properties
    of.created = of.modified = of.last_printed = datetime.combine(paper.dated, time())
    of.author = of.last_modified_by = printable(paper.issuing_body)[:_LONGEST]
    of.title, of.subject, of.language = paper.kind, printable(paper.subject)[:_LONGEST], "vi-VN"
    of.comments, of.keywords, of.revision = "", "", 1


def _page(section: Section, mark: str) -> None:
    section.page_width, section.page_height = (Mm(length) for length in layout.PAGE)
    section.top_margin, section.bottom_margin = Mm(layout.TOP), Mm(layout.BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.LEFT), Mm(layout.RIGHT)
    section.header_distance = Mm(layout.HEADER)
    section.different_first_page_header_footer = True
    for header, numbered in ((section.first_page_header, False), (section.header, True)):
        line = header.paragraphs[0]
        line.style = "Normal"
        stops = line.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(layout.TEXT_WIDTH / 2), WD_TAB_ALIGNMENT.CENTER)
        stops.add_tab_stop(Mm(layout.TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        line.add_run().add_tab()
        if numbered:
            page_number(line, layout.NUMBER_AND_DATE)
        line.add_run().add_tab()
        if mark:
            bordered(write(line, f"\u00a0{mark}\u00a0", layout.MARK, bold=True))


def _head(document: Document, paper: OfficialPaper) -> None:
    """Who issues it and the national title; under them the number, and place and date."""
    left, right = layout.HEAD_COLUMNS
    (issuer, nation), (number, dated) = frameless_table(document, layout.HEAD_COLUMNS, rows=2)
    write(centred(issuer.paragraphs[0]), paper.parent_body, layout.BODIES)
    write(centred(issuer.add_paragraph()), paper.issuing_body, layout.BODIES, bold=True)
    ruled(centred(issuer.add_paragraph()), layout.rule_width(paper.issuing_body, layout.BODIES, layout.CAPITAL), left)
    write(centred(nation.paragraphs[0]), layout.NATIONAL_TITLE, layout.NATION, bold=True)
    write(centred(nation.add_paragraph()), layout.NATIONAL_MOTTO, layout.MOTTO, bold=True)
    ruled(centred(nation.add_paragraph()), layout.MOTTO_WIDTH, right)
    write(centred(number.paragraphs[0]), layout.number_line(paper), layout.NUMBER_AND_DATE)
    write(centred(dated.paragraphs[0]), layout.place_and_date(paper), layout.NUMBER_AND_DATE, italic=True)


def _title(document: Document, paper: OfficialPaper) -> None:
    kind = centred(document.add_paragraph())
    kind.paragraph_format.space_before = Pt(18)
    write(kind, paper.kind, bold=True)
    write(centred(document.add_paragraph()), paper.subject, bold=True)
    width = layout.rule_width(paper.subject, layout.BODY, layout.LETTER)
    ruled(centred(document.add_paragraph()), width, layout.TEXT_WIDTH)
    line, several = layout.addressees(paper)
    if line:
        first = document.add_paragraph()
        first.paragraph_format.space_before = first.paragraph_format.space_after = Pt(layout.BETWEEN * 2)
        write(first, line)
        if not several:
            first.alignment = _CENTER
        for one in several:
            first.paragraph_format.left_indent = Mm(30)
            beneath = document.add_paragraph()
            beneath.paragraph_format.left_indent = Mm(50)
            write(beneath, one)


def _part(document: Document, part: Part) -> None:
    match part:
        case Heading():
            write(document.add_paragraph(style="Heading 1"), part.text)
        case Paragraph():
            write(_running(document), part.text, bold=part.emphasis)
        case Bullets():
            for item in part.items:
                write(_running(document), f"- {item}")
        case Table():
            if part.caption:
                write(keep_with_next(centred(document.add_paragraph())), part.caption, layout.CAPTION, bold=True)
            write_table(document, part)
            _gap(document)
        case Figure():
            _figure(document.add_paragraph(), document.add_paragraph(), part)
        case SideBySide():
            _side_by_side(document, part.figures)


def _running(document: Document) -> Written:
    paragraph = document.add_paragraph()
    paragraph.alignment = _JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(layout.INDENT)
    return paragraph


def _gap(document: Document) -> None:
    """Two tables without anything between them would be one."""
    form = document.add_paragraph().paragraph_format
    form.line_spacing, form.space_after = Pt(6), Pt(0)


def _side_by_side(document: Document, figures: tuple[Figure, ...]) -> None:
    room = layout.TEXT_WIDTH / len(figures)
    [cells] = frameless_table(document, (room,) * len(figures))
    for cell, figure in zip(cells, figures, strict=True):
        _figure(cell.paragraphs[0], cell.add_paragraph(), figure, room - layout.GUTTER)
    _gap(document)


def _figure(line: Written, caption: Written, figure: Figure, room: float = layout.TEXT_WIDTH) -> None:
    width = Mm(layout.picture_width(figure.picture, room))
    shape = keep_with_next(centred(line)).add_run().add_picture(io.BytesIO(figure.picture.content), width=width)
    shape._inline.docPr.set("descr", printable(figure.picture.alt))
    write(centred(caption), figure.caption, layout.CAPTION, italic=True)
    caption.paragraph_format.space_after = Pt(layout.BETWEEN)


def _close(document: Document, paper: OfficialPaper) -> None:
    """Who gets it and who signs it; then where its figures are from."""
    _gap(document)
    if len(paper.signed_by) == 1:
        [(left, right)] = frameless_table(document, (layout.TEXT_WIDTH / 2, layout.TEXT_WIDTH / 2))
        _recipients(left, paper)
        _signature(right, paper.signed_by[0])
    else:
        signers = len(paper.signed_by)
        [cells] = frameless_table(document, (layout.TEXT_WIDTH / signers,) * signers)
        for cell, title in zip(cells, paper.signed_by, strict=True):
            _signature(cell, title)
        _gap(document)
        [(below,)] = frameless_table(document, (layout.TEXT_WIDTH,))
        _recipients(below, paper)
    source = document.add_paragraph()
    source.paragraph_format.space_before = Pt(layout.BETWEEN)
    write(source, paper.source, layout.SOURCE, italic=True)


def _recipients(cell: _Cell, paper: OfficialPaper) -> None:
    if not paper.recipients:
        return
    head = cell.paragraphs[0]
    head.paragraph_format.space_after = Pt(0)
    write(head, "Nơi nhận:", layout.RECIPIENTS_HEAD, bold=True, italic=True)
    for one in layout.listed(paper.recipients):
        line = cell.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        write(line, one, layout.RECIPIENTS)


def _signature(cell: _Cell, title: str) -> None:
    write(centred(cell.paragraphs[0]), title, bold=True)
    for _ in range(layout.SIGNATURE_LINES):
        centred(cell.add_paragraph())


def _appendix(document: Document, paper: OfficialPaper, appendix: Appendix) -> None:
    head = centred(document.add_paragraph())
    head.paragraph_format.page_break_before = True
    write(head, "Phụ lục", bold=True)
    write(centred(document.add_paragraph()), appendix.title, bold=True)
    beneath = centred(document.add_paragraph())
    beneath.paragraph_format.space_after = Pt(layout.BETWEEN)
    write(beneath, layout.goes_with(paper), italic=True)
    for part in appendix.parts:
        _part(document, part)


def _saved(document: Document) -> bytes:
    """The file with fixed times in it: python-docx writes the clock's."""
    written, even = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(even, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _ZIPPED), source.read(name), zipfile.ZIP_DEFLATED)
    return even.getvalue()
