"""Letters to the Department's desk with an official paper: a short mail, the paper as DOCX and PDF."""

from __future__ import annotations

from typing import Any

from include.campaign.render.attachment import Attachment
from include.campaign.render.official import docx, pdf
from include.campaign.render.official.closing import closing_paper
from include.campaign.render.official.content import OfficialPaper
from include.campaign.render.official.milestone import milestone_paper
from include.campaign.render.paper import FALLBACK_LANGUAGE, Paper, official_words, terms, write
from include.campaign.report.closing import ClosingReport
from include.campaign.report.desk import DeskLetter
from include.campaign.report.milestone import MilestoneReport

NAMED = 10
"""Units that a mail names; the paper has all."""


def render_milestone(letter: DeskLetter, report: MilestoneReport) -> Paper:
    """The report of a milestone; its kind is "milestone-" and the milestone's id, so that it goes out once."""
    values = {"letter": letter, "head": letter.head, "report": report}
    paper = milestone_paper(report, official_words("official/milestone.j2", values))
    return _written(
        letter, f"milestone-{report.milestone_id}", "milestone/", values, paper, f"moc-{report.milestone_id}"
    )


def render_closing(letter: DeskLetter, report: ClosingReport) -> Paper:
    """The report of the whole campaign: "closing" after the final close, "closing-tail" when the tail has ended."""
    values = {"letter": letter, "head": letter.head, "report": report}
    paper = closing_paper(report, official_words("official/closing.j2", values))
    kind = "closing-tail" if letter.head.tail else "closing"
    return _written(letter, kind, "closing/", values, paper, "tong-ket")


def _written(
    letter: DeskLetter, kind: str, folder: str, values: dict[str, Any], paper: OfficialPaper, name: str
) -> Paper:
    # What the Department passes on is Vietnamese, and so is the mail that it comes with.
    words = {**values, "terms": terms(FALLBACK_LANGUAGE), "named": NAMED}
    written = write(FALLBACK_LANGUAGE, folder, words)
    key = letter.head.close_key
    files = (("docx", docx.MEDIA_TYPE, docx.docx_of(paper)), ("pdf", pdf.MEDIA_TYPE, pdf.pdf_of(paper)))
    return Paper(
        kind=kind,
        address=letter.address,
        office=letter.office,
        reply_to=letter.reply_to,
        subject=written.subject,
        html=written.html,
        plain=written.plain,
        files=tuple(
            Attachment(f"{name}-{key}.{ending}", media_type, content, f"{kind}.{ending}/{key}")
            for ending, media_type, content in files
        ),
    )
