"""A draft for the Provincial Committee's chair as a file that goes with the Department's letter."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment

from include.campaign.render.attachment import Attachment
from include.campaign.report.escalations import ProposalBlock

MEDIA_TYPE = "text/html"


def proposal_file(block: ProposalBlock, templates: Environment, values: dict[str, Any]) -> Attachment:
    """The draft in the form of an official paper, as a page that word processors open: UTF-8, nothing fetched.

    Args:
        block: registries that it is about.
        templates: of the letter's language.
        values: of the letter: head, terms.
    """
    page = templates.get_template("proposal.html.j2").render({**values, "block": block})
    return Attachment(
        name=f"du-thao-to-trinh-{block.close_key}.html",
        media_type=MEDIA_TYPE,
        content=page.encode(),
        about=f"proposal/{block.close_key}",
    )
