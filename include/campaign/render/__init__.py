"""Letters into papers: HTML and plain text by language. It knows no SQL and reads no clock."""

from include.campaign.render.paper import Paper, render
from include.campaign.render.worklist import Attachment

__all__ = ["Attachment", "Paper", "render"]
