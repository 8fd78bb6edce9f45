"""What a reading of one registry and of the ledger comes to, in the figures that pace is judged on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from include.campaign.pace.season import BOOK_STAGES, STAGES
from include.rehearsal.history import BAD_DATE, COUNT_MISMATCH, History, Numbers
from include.rehearsal.instants import NEVER
from include.rehearsal.receipts import Receipts
from include.rehearsal.self_reports import Expectation, reported
from include.rehearsal.shown import Shown, look
from include.rehearsal.state import FAILED, OK, QUEUED, REJECTED, SENT, exists, reviewed_by

FIGURES = (*STAGES, "under_way", "refused", "answered")
"""What `Registry.read` counts, in its order."""
PHASE = 2
"""Of the baseline in force: phase 1 was done before the campaign."""


@dataclass(frozen=True)
class Registry:
    """A registry's history and all receipts that the ledger ever writes for it."""

    history: History
    receipts: Receipts

    def read(self, at: int, as_of: int) -> Numbers:
        """The `FIGURES` of phase 2: dated ones as of an instant, state figures of the moment of reading."""
        one = look(self.history, at)
        counted = one.alive & (self.history.books.phase[one.book] == PHASE)
        received, withdrawn = self._received(as_of)
        dated = {stage: counted & (getattr(one, stage) <= as_of) for stage in STAGES[len(BOOK_STAGES) : -1]}
        of_phase = self.history.books.phase == PHASE
        books = [of_phase & (getattr(one, stage) <= as_of) for stage in BOOK_STAGES]
        masks = [*books, *dated.values(), counted & received, *_states(one, counted & ~received, withdrawn)]
        masks.append(counted & (received | withdrawn | (one.state == OK) | (one.state == REJECTED)))
        return np.array([np.count_nonzero(mask) for mask in masks], dtype=np.float64)

    def received_of_known(self, known_at: int, as_of: int) -> int:
        """Entries of phase 2 that a reading long ago showed and that are received by now: for a registry not read."""
        one = look(self.history, known_at)
        counted = one.alive & (self.history.books.phase[one.book] == PHASE)
        return int(np.count_nonzero(counted & self._received(as_of)[0]))

    def holdings(self) -> tuple[int, float]:
        """Books of phase 2, and the cases that they hold by their closing totals.

        A book that was never closed counts by its pages, at the cases a page of the closed ones of its register, or of
        all closed ones.
        """
        books = self.history.books.rows(self.history.books.phase == PHASE)
        totals, pages = books.closing_total.astype(np.float64), books.pages.astype(np.float64)
        closed = totals > 0
        overall = totals[closed].sum() / pages[closed].sum() if closed.any() else 0.0
        for register in np.unique(books.register[~closed]).tolist():
            of_register = books.register == register
            known = of_register & closed
            per_page = totals[known].sum() / pages[known].sum() if known.any() else overall
            totals[of_register & ~closed] = per_page * pages[of_register & ~closed]
        return len(books), float(totals.sum())

    def people(self, day: int, at: int) -> float:
        """People present by the registry's own report of a day (days since the epoch); NaN without one by then."""
        reports = self.history.reports
        row = np.flatnonzero((reports.date == day) & (reports.submitted <= at))
        return float(reports.people[row[0]].sum()) if len(row) else np.nan

    def says_too_much(self, expected: Expectation) -> NDArray[np.bool_]:
        """Of which days the report says more than is measured as of its hour."""
        reports = self.history.reports
        over = np.zeros(len(reports), dtype=bool)
        for row in np.flatnonzero(reports.submitted < NEVER).tolist():
            true = self._measured(int(reports.submitted[row]))
            said = reported(self.history, row)
            over[row] = any(
                more - less > max(expected.share * less, expected.cases) for more, less in zip(said, true, strict=True)
            )
        return over

    def _received(self, as_of: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which entries have a live receipt, and which had only ones that were cancelled."""
        receipts = self.receipts
        known = receipts.received <= as_of
        live = known & (receipts.cancelled > as_of)
        received = np.zeros(len(self.history.entries), dtype=bool)
        received[receipts.entry[live]] = True
        had = np.zeros_like(received)
        had[receipts.entry[known]] = True
        return received, had & ~received

    def _measured(self, at: int) -> tuple[int, ...]:
        """Books scanned, entries entered, reviewed and received between the campaign's start and an instant."""
        history = self.history
        alive = exists(history, at)
        steps = (history.entries.entered, reviewed_by(history, at))
        cases = [int(np.count_nonzero(alive & (step > history.start) & (step <= at))) for step in steps]
        scanned = history.books.scanned
        received = alive & self._received(at)[0] & ~self._received(history.start)[0]
        return int(np.count_nonzero((scanned > history.start) & (scanned <= at))), *cases, int(received.sum())


def _states(one: Shown, waiting: NDArray[np.bool_], withdrawn: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Of entries without a receipt: those that wait for others, and those whose refusal the unit can correct.

    Others are the Ministry, and the desk that looks at duplicates and at codes that nobody knows.
    """
    correctable = (one.state == REJECTED) & (one.error >= BAD_DATE) & (one.error <= COUNT_MISMATCH)
    handed_over = np.isin(one.state, (QUEUED, SENT, OK, FAILED, REJECTED)) & ~correctable
    return [waiting & ~withdrawn & handed_over, waiting & ~withdrawn & correctable]
