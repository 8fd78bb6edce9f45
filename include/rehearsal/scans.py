"""How pages and books' scans are named, as the plan says or otherwise."""

from __future__ import annotations

import numpy as np

from include.rehearsal.history import COPY, JPG, NEIGHBOUR, PREFIXED, SPACED, Entries, Numbers


def page_number(entries: Entries) -> Numbers:
    """The number that stands in the name of each entry's page: its own, or that of the entry before it."""
    before = np.where(entries.number > 1, entries.number - 1, entries.number + 1)
    return np.where(entries.page_kind == NEIGHBOUR, before, entries.number)


def scan_name(register: str, opened_year: int, book_no: str, number: int, kind: int) -> str:
    """The name of a page's file in NFC; the same as `rehearsal.scan_name` makes in a registry."""
    parts = f"{register}.{opened_year}.{book_no}.{number:03d}"
    names = {
        SPACED: parts.replace(".", " ") + ".pdf",
        PREFIXED: f"BANSAO_{parts}.pdf",
        COPY: f"{parts} (1).pdf",
        JPG: f"{parts}.jpg",
    }
    return names.get(kind, f"{parts}.pdf")
