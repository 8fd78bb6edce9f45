"""The plan's pattern for names of scans: how it is checked, and what it looks for."""

from __future__ import annotations

import re

_PARTS = {
    "register": "[A-Z]+",
    "year": "[0-9]{4}",
    "book": "[^. ]+",
    "unit": "[0-9]+",
    "number": "[0-9]+",
}
_BRACES = re.compile(r"\{([^{}]*)\}")


def scan_pattern(pattern: str) -> str:
    """The pattern itself, if it names only what a book or an entry has.

    Raises:
        ValueError: it names something else, or a brace is left open.
    """
    unknown = [name for name in _BRACES.findall(pattern) if name not in _PARTS]
    if unknown or re.search("[{}]", _BRACES.sub("", pattern)):
        known = ", ".join(f"{{{name}}}" for name in _PARTS)
        raise ValueError(f"{pattern!r} is no pattern of a scan's name: it can have {known}")
    return pattern


def name_regex(pattern: str) -> str:
    """A regular expression, for Python and PostgreSQL, that a name (in NFC) fits as a whole."""
    place, parts = 0, []
    for found in _BRACES.finditer(pattern):
        parts += [re.escape(pattern[place : found.start()]), _PARTS[found[1]]]
        place = found.end()
    return "^" + "".join(parts) + re.escape(pattern[place:]) + "$"
