"""Letters to the Department's desk with an official paper: a short mail, the paper as DOCX and PDF."""

from __future__ import annotations

from dataclasses import replace

from include.campaign.render.attachment import Attachment
from include.campaign.render.official import docx, pdf
from include.campaign.render.official.closing import closing_paper
from include.campaign.render.official.content import OfficialPaper
from include.campaign.render.official.milestone import milestone_paper
from include.campaign.render.paper import Paper, official_words, write
from include.campaign.report.closing import ClosingReport
from include.campaign.report.desk import DeskLetter
from include.campaign.report.milestone import MilestoneReport

NAMED = 10
"""Units that a mail names; the paper has all."""


def render_milestone(letter: DeskLetter, report: MilestoneReport) -> Paper:
    """The report of a milestone; its kind is "milestone-" and the milestone's id, so that it goes out once."""
    kind = f"milestone-{report.milestone_id}"
    mail = write(letter, kind, "milestone/", report=report, named=NAMED)
    paper = milestone_paper(report, official_words("official/milestone.j2", letter, report=report))
    return _with_files(mail, paper, f"moc-{report.milestone_id}", letter.head.close_key)


def render_closing(letter: DeskLetter, report: ClosingReport) -> Paper:
    """The report of the whole campaign: "closing" after the final close, "closing-tail" when the tail has ended."""
    mail = write(letter, "closing-tail" if letter.head.tail else "closing", "closing/", report=report, named=NAMED)
    paper = closing_paper(report, official_words("official/closing.j2", letter, report=report))
    return _with_files(mail, paper, "tong-ket", letter.head.close_key)


def _with_files(mail: Paper, paper: OfficialPaper, name: str, close_key: str) -> Paper:
    files = (("docx", docx.MEDIA_TYPE, docx.docx_of(paper)), ("pdf", pdf.MEDIA_TYPE, pdf.pdf_of(paper)))
    return replace(
        mail,
        files=tuple(
            Attachment(f"{name}-{close_key}.{ending}", media_type, content, f"{mail.kind}.{ending}/{close_key}")
            for ending, media_type, content in files
        ),
    )
