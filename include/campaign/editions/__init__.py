"""Editions: by the report's hour the Department has exactly one message about a close, and each edition goes out once.

`publish_close` posts the evening's papers, `publish_owed` the final editions that follow provisional ones,
`publish_unanswered` held reports that nobody decided about. docs/adr/0014.
"""

from include.campaign.editions.publishing import Published, answer_by, publish_close, publish_owed, publish_unanswered

__all__ = ["Published", "answer_by", "publish_close", "publish_owed", "publish_unanswered"]
