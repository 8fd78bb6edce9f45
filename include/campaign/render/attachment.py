"""What goes with a mail beside its words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail; `about` says what of, whatever the file's name."""

    name: str
    media_type: str
    content: bytes
    about: str


@dataclass(frozen=True)
class Picture:
    """A chart, shown where the HTML says `<img src="cid:...">`, and in papers.

    Attributes:
        cid: its Content-ID without brackets and domain, e.g. "burnup": letters, digits and "-".
        content: PNG.
        alt: what it shows, in words with its main figures: for whoever does not see it.
        width: in CSS pixels (the PNG has twice as many, for phones and print).
    """

    cid: str
    content: bytes
    alt: str
    width: int
