"""What kind of failure a transfer is in, and how many are unsettled, from the simulation's own arrays.

The world has its own copy of what codes mean: it must not believe the plan of the system that it judges.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from include.rehearsal.classes import E3, E4, ENTRY_CLASSES, Classes
from include.rehearsal.history import (
    BAD_DATE,
    COUNT_MISMATCH,
    DUP_PERSON,
    DUP_RECORD,
    OUTCOMES,
    REMOTE_REJECT,
    REMOTE_THROTTLED,
    REMOTE_TIMEOUT,
    REMOTE_UNAVAILABLE,
    Numbers,
)
from include.rehearsal.state import REJECTED, SENT, changed_since

KINDS = ("", "remote_down", "throttled", "ambiguous", "correctable", "duplicate", "refused", "unknown")
NONE, REMOTE_DOWN, THROTTLED, AMBIGUOUS, CORRECTABLE, DUPLICATE, REFUSED, UNKNOWN = range(len(KINDS))
_OF_ERROR = np.full(len(OUTCOMES), UNKNOWN, dtype=np.int8)
_OF_ERROR[[REMOTE_UNAVAILABLE, REMOTE_THROTTLED, REMOTE_TIMEOUT]] = REMOTE_DOWN, THROTTLED, AMBIGUOUS
_OF_ERROR[BAD_DATE : COUNT_MISMATCH + 1] = CORRECTABLE
_OF_ERROR[[DUP_RECORD, DUP_PERSON]] = DUPLICATE
_OF_ERROR[REMOTE_REJECT] = REFUSED


def kinds_of(state: Numbers, error: Numbers) -> Numbers:
    """The kind of failure (a place in KINDS) of transfers in these states with these errors.

    One that was sent and not answered is ambiguous, whatever was said before; what is no failure is NONE.
    """
    return np.select([state == SENT, state >= REJECTED], [AMBIGUOUS, _OF_ERROR[error]], NONE).astype(np.int8)


def unsettled_of(classes: Classes) -> Iterator[tuple[str, str, int, int, int]]:
    """(registry, kind, entries, had a receipt that was withdrawn, changed since) of failures that are not received.

    Not received: nobody sees a live receipt that is or could be the entry's own. What people hold, since it was refused
    or its code is unknown, they hold until a receipt is its own beyond doubt.
    """
    for one, of_entries, (code, kinds, seen) in zip(
        classes.reading.shown, classes.of_entries, _failing(classes), strict=True
    ):
        unsettled = ~seen | ((of_entries == E3) & (kinds >= REFUSED))
        counts = [
            np.bincount(kinds[which], minlength=len(KINDS)).tolist()
            for which in (unsettled, of_entries == E4, unsettled & changed_since(one.history, one.stands))
        ]
        for kind, name in enumerate(KINDS):
            if kind != NONE and counts[0][kind]:
                yield code, name, counts[0][kind], counts[1][kind], counts[2][kind]


def remote_of(classes: Classes) -> Iterator[tuple[str, int, str, bool]]:
    """(registry, entry id, kind, whether a live receipt is seen that is or could be its own) by remote fault."""
    for code, kinds, seen in _failing(classes):
        for place in np.flatnonzero((kinds >= REMOTE_DOWN) & (kinds <= AMBIGUOUS)).tolist():
            yield code, place + 1, KINDS[kinds[place]], bool(seen[place])


def _failing(classes: Classes) -> Iterator[tuple[str, Numbers, Numbers]]:
    """(registry, kind of failure of each entry, whether a live receipt is seen that is or could be its own)."""
    received = [ENTRY_CLASSES.index(name) for name in ("E1", "E2", "E3")]
    for one, of_entries in zip(classes.reading.shown, classes.of_entries, strict=True):
        kinds = np.where(of_entries >= 0, kinds_of(one.state, one.error), NONE)
        yield one.history.code, kinds, np.isin(of_entries, received)
