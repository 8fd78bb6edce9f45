"""How pages and books' scans are named, as the plan says or otherwise."""

from __future__ import annotations

import numpy as np

from include.rehearsal.history import NEIGHBOUR, Entries, Numbers


def page_number(entries: Entries) -> Numbers:
    """The number that stands in the name of each entry's page: its own, or that of the entry before it."""
    before = np.where(entries.number > 1, entries.number - 1, entries.number + 1)
    return np.where(entries.page_kind == NEIGHBOUR, before, entries.number)
