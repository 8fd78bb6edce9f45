"""What a person sees of a letter's page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml.html import HtmlElement

_WORD = re.compile(r"\w")
_TABLE = "|table|"
_IN_LINE = frozenset({"b", "i", "em", "strong", "small", "span", "a", "img", "wbr"})


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
    said = "".join(_pieces(body))
    before, table, _ = said.partition(_TABLE)
    assert table or not until_table, "the page has no table of figures"
    return " ".join((before if until_table else said).replace(_TABLE, " ").split())


def _pieces(element: HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str):  # a comment
        yield element.tail or ""
        return
    if element.tag == "table" and not element.get("role"):
        yield _TABLE
    apart = "" if element.tag in _IN_LINE else " "
    yield apart + (element.text or "")
    for child in element:
        yield from _pieces(child)
    yield apart + (element.tail or "")


def words(text: str) -> int:
    """How many words a text has; a sign alone is none."""
    return sum(bool(_WORD.search(word)) for word in text.split())
