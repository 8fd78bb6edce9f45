"""What a person sees of a letter's page."""

from __future__ import annotations

import re

import lxml.html

_WORD = re.compile(r"\w")


def seen(html: str, *, until_table: bool = False) -> str:
    """Words of a page as they are read, hidden ones left out.

    Args:
        html: of a letter.
        until_table: only what stands before its first table of figures.
    """
    body = lxml.html.fromstring(html).find("body")
    assert body is not None
    for hidden in body.xpath("//*[contains(@style, 'display: none') or contains(@style, 'display:none')]"):
        hidden.drop_tree()
    if until_table:
        tables = body.xpath("//table[not(@role)]")
        assert tables, "the page has no table of figures"
        for after in tables[0].xpath("following::*"):
            if after.getparent() is not None:
                after.clear()
        tables[0].clear()
    return " ".join(" ".join(body.itertext()).split())


def words(text: str) -> int:
    """How many words a text has; a sign alone is none."""
    return sum(bool(_WORD.search(word)) for word in text.split())
