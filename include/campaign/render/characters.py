"""Text from outside, fit for files that are XML inside: what no such file may hold is left out."""

from __future__ import annotations

import re

# XML 1.0, "Char": neither control characters nor halves of surrogate pairs nor U+FFFE and U+FFFF.
_BLANK = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text on one line: line breaks and tabs are blanks, characters that cannot be printed are gone."""
    return _FORBIDDEN.sub("", _BLANK.sub(" ", text))
