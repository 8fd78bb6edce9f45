"""A draft for the Provincial Committee's chair as a file that goes with the Department's letter."""

from __future__ import annotations

from collections.abc import Iterator

from include.campaign.render.attachment import Attachment
from include.campaign.render.figures import name_of
from include.campaign.render.formats import day, number
from include.campaign.render.official.content import OfficialPaper, Paragraph, Part, Table
from include.campaign.render.official.department import department_paper
from include.campaign.render.official.docx import MEDIA_TYPE, docx_of
from include.campaign.render.words import Words
from include.campaign.report.escalations import ProposalBlock
from include.campaign.report.models import ReportHead


def proposal_file(block: ProposalBlock, head: ReportHead, words: Words) -> Attachment:
    """The draft as a word processor opens it.

    Args:
        block: registries that it is about.
        head: of the close.
        words: the macros of `official/proposal.j2`.
    """
    return Attachment(
        name=f"du-thao-to-trinh-{block.close_key}.docx",
        media_type=MEDIA_TYPE,
        content=docx_of(proposal_paper(block, head, words)),
        about=f"proposal/{block.close_key}",
    )


def proposal_paper(block: ProposalBlock, head: ReportHead, words: Words) -> OfficialPaper:
    """The draft as an official paper."""
    return department_paper(
        head,
        kind="TỜ TRÌNH",
        symbol="/TTr-STP",
        subject=words.say("subject"),
        addressed_to=(f"Chủ tịch {block.committee}",),
        parts=_parts(block, words),
        copies=("UBND các huyện, thị xã, thành phố có liên quan",),
        source=words.say("source"),
    )


def _parts(block: ProposalBlock, words: Words) -> Iterator[Part]:
    yield Paragraph(words.say("opening", block))
    yield _units(block, words)
    yield Paragraph(words.say("asks", block))
    for asked in ("ask_units", "ask_partners", "ask_department", "closing"):
        yield Paragraph(words.say(asked))


def _units(block: ProposalBlock, words: Words) -> Table:
    names = (name_of(name, words.terms) for name in ("quota", "entered", "received"))
    return Table(
        head=("TT", "Đơn vị", *names, "Cảnh báo từ ngày (số lần liên tiếp)", "Lý do", "Cần thêm để kịp hạn", "Đã nhắc"),
        rows=tuple(
            (
                str(place),
                line.registry.full_name,
                number(line.registry.quota),
                number(line.registry.entered),
                number(line.registry.received),
                f"{day(line.since)} ({line.in_row})",
                words.say("why", line),
                words.say("needed", line),
                words.say("told", line),
            )
            for place, line in enumerate(block.lines, 1)
        ),
        align=("center", "left", "right", "right", "right", "center", "left", "left", "left"),
        widths=(0.05, 0.13, 0.08, 0.08, 0.08, 0.11, 0.22, 0.11, 0.14),
    )
