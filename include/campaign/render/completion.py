"""The record of completed books as the file that goes with a head's mail."""

from __future__ import annotations

from include.campaign.render.attachment import Attachment
from include.campaign.render.official import docx
from include.campaign.render.official.completion import completion_paper
from include.campaign.report.completion import CompletionRecord


def completion_file(record: CompletionRecord) -> Attachment:
    """The drafted record as DOCX, for the unit to correct and sign."""
    code = record.line.registry_code
    return Attachment(
        name=f"bien-ban-hoan-thanh-{code}-{record.close_key}.docx",
        media_type=docx.MEDIA_TYPE,
        content=docx.docx_of(completion_paper(record)),
        about=f"completion/{code}",
    )
