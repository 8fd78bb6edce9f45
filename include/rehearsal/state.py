"""What stands in a registry at an instant: pure functions of its history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from include.rehearsal.history import ACCEPTED, REMOTE_UNAVAILABLE, Attempts, History, Numbers
from include.rehearsal.instants import NEVER, Seconds

ABSENT, QUEUED, SENT, OK, REJECTED, FAILED = range(-1, 5)
STATES = ("queued", "sent", "accepted", "rejected", "failed")


def exists(history: History, at: int) -> NDArray[np.bool_]:
    """Which entries have a row at that instant."""
    entries = history.entries
    return (entries.created <= at) & (entries.deleted > at)


def book_of(history: History, at: int) -> Numbers:
    """In which book each entry stands at that instant."""
    entries = history.entries
    return np.where(entries.moved <= at, entries.moved_to, entries.book)


def reviewed_by(history: History, at: int) -> Seconds:
    """When each entry was reviewed, as it is written at that instant: NEVER if not yet, or no more."""
    entries = history.entries
    first = np.where(entries.unreviewed <= at, NEVER, entries.reviewed)
    return np.where(entries.rereviewed <= at, entries.rereviewed, np.where(first <= at, first, NEVER))


def latest_attempt(attempts: Attempts, entries: int, at: int) -> Numbers:
    """For each of so many entries the place of its last attempt queued by then, -1 where there is none."""
    latest = np.full(entries, -1, dtype=np.int64)
    known = np.flatnonzero(attempts.queued <= at)
    entry = attempts.entry[known]
    last = np.ones(len(entry), dtype=bool)
    last[:-1] = entry[1:] != entry[:-1]
    latest[entry[last]] = known[last]
    return latest


@dataclass(frozen=True)
class Transfers:
    """The outbox at an instant, an element per entry: state (ABSENT: no row), error code, attempt it comes from."""

    state: Numbers
    error: Numbers
    attempt: Numbers


def transfers(history: History, at: int) -> Transfers:
    """The outbox as it stands at that instant."""
    alive = exists(history, at)
    attempt = np.where(alive, latest_attempt(history.attempts, len(history.entries), at), -1)
    state = np.full(len(attempt), ABSENT, dtype=np.int8)
    error = np.zeros(len(attempt), dtype=np.int8)
    has = attempt >= 0
    rows = history.attempts.rows(attempt[has])
    settled = np.where(rows.outcome == ACCEPTED, OK, np.where(rows.outcome >= REMOTE_UNAVAILABLE, FAILED, REJECTED))
    known = np.where(rows.sent > at, QUEUED, np.where(rows.answered > at, SENT, settled))
    state[has] = known
    error[has] = np.where(known >= REJECTED, rows.outcome, 0)
    return Transfers(state, error, attempt)


def flawed(history: History, at: int) -> NDArray[np.bool_]:
    """Which entries have an open data defect at that instant (whether or not they still exist)."""
    entries = history.entries
    return (entries.flawed_from <= at) & (entries.flawed_until > at)


def changed_since(history: History, at: int) -> NDArray[np.bool_]:
    """Of which entries anything was changed, by that instant, since their last send was answered."""
    attempt = transfers(history, at).attempt
    answered = np.where(attempt >= 0, history.attempts.answered[attempt], NEVER)
    changed = np.zeros(len(answered), dtype=bool)
    for step in ("attached", "reviewed", "corrected", "flawed_until", "moved", "unreviewed", "rereviewed"):
        done = getattr(history.entries, step)
        changed |= (done > answered) & (done <= at)
    return changed
