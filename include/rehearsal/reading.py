"""All sources read at one instant, as a system that reads them perfectly would see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from include.rehearsal.history import Numbers
from include.rehearsal.instants import NEVER, Seconds
from include.rehearsal.matching import Matcher, Matches
from include.rehearsal.receipts import Receipts
from include.rehearsal.shown import Shown, look


@dataclass(frozen=True)
class Reading:
    """Everything that a reader of all sources could see at an instant `at`, and what matches what."""

    at: int
    matcher: Matcher
    shown: Sequence[Shown]
    matches: Matches

    @classmethod
    def of(cls, matcher: Matcher, receipts: Sequence[Receipts], at: int) -> Reading:
        """Read all sources of a world."""
        shown = [look(history, at) for history in matcher.histories]
        return cls(at, matcher, shown, matcher.match(shown, matcher.ledger(receipts, at)))

    def own_received(self, place: int, as_of: int) -> Seconds:
        """When each entry's earliest own receipt that is live at an instant came, or NEVER, in one registry."""
        first, end = (int(offset) for offset in self.matcher.offsets[place : place + 2])
        begin, stop = np.searchsorted(self._own_entries, (first, end))
        pairs = self._own_pairs[begin:stop]
        receipts = self.matches.ledger.receipts
        row = self.matches.receipt[pairs]
        live = (receipts.received[row] <= as_of) & (receipts.cancelled[row] > as_of)
        found = np.full(end - first, NEVER, dtype=np.int64)
        np.minimum.at(found, self.matches.entry[pairs[live]] - first, receipts.received[row[live]])
        return found

    def doubtful(self, place: int, start: int, as_of: int) -> int:
        """How many entries of a registry at most are received by receipts after a start that several could be of."""
        first, end = (int(offset) for offset in self.matcher.offsets[place : place + 2])
        receipts = self.matches.ledger.receipts
        pairs = self._shared_pairs
        row, entry = self.matches.receipt[pairs], self.matches.entry[pairs]
        live = (receipts.received[row] <= as_of) & (receipts.cancelled[row] > as_of)
        meant = live & (receipts.received[row] > start) & (entry >= first) & (entry < end)
        return min(len(np.unique(row[meant])), len(np.unique(entry[meant])))

    @cached_property
    def _shared_pairs(self) -> Numbers:
        """Pairs of receipts with several candidates."""
        return np.flatnonzero(~self.matches.own)

    @cached_property
    def _own_pairs(self) -> Numbers:
        """Pairs of receipts with one candidate, by entry."""
        own = np.flatnonzero(self.matches.own)
        return own[np.argsort(self.matches.entry[own], kind="stable")]

    @cached_property
    def _own_entries(self) -> Numbers:
        return self.matches.entry[self._own_pairs]
