"""Files that go with the Department's letter: its report as an official paper, and the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from include.campaign.render.attachment import Attachment, Picture
from include.campaign.render.official import docx, pdf
from include.campaign.render.official.report import official_report
from include.campaign.render.words import Words
from include.campaign.render.workbook import book
from include.campaign.render.workbook.rows import Day
from include.campaign.report.difficulties import DifficultiesBlock
from include.campaign.report.models import Letter, ProvinceReport


def department_files(
    report: ProvinceReport, letter: Letter, words: Words, pictures: Mapping[str, Picture]
) -> Iterator[Attachment]:
    """The report as DOCX and PDF, and the workbook.

    Args:
        report: the province at the close.
        letter: that they go with.
        words: the macros of `official/report.j2`.
        pictures: charts by Content-ID.
    """
    head = letter.head
    difficulties = next((block for block in letter.blocks if isinstance(block, DifficultiesBlock)), None)
    paper = official_report(report, head, difficulties, words, pictures)
    for ending, media_type, content in (
        ("docx", docx.MEDIA_TYPE, docx.docx_of(paper)),
        ("pdf", pdf.MEDIA_TYPE, pdf.pdf_of(paper)),
        ("xlsx", book.MEDIA_TYPE, book.workbook_of(Day(report, head, difficulties, words), paper.mark, paper.source)),
    ):
        yield Attachment(f"bao-cao-{head.close_key}.{ending}", media_type, content, f"report.{ending}/{head.close_key}")
