"""Letters into papers: HTML and plain text by language. It knows no SQL and reads no clock."""

from include.campaign.render.attachment import Attachment, Picture
from include.campaign.render.paper import Paper, render

__all__ = ["Attachment", "Paper", "Picture", "render"]
