"""The truth about what the system put back in the queues, from the log of the world itself: nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import psycopg

from include.rehearsal.databases import statement
from include.rehearsal.failures import KINDS, kinds_of
from include.rehearsal.fates import FATES
from include.rehearsal.history import OUTCOMES, History, Numbers
from include.rehearsal.instants import NEVER, moment
from include.rehearsal.matching import Ledger, Matcher
from include.rehearsal.ministry import Ministry
from include.rehearsal.receipts import Receipts
from include.rehearsal.shown import look
from include.rehearsal.state import STATES

QUEUED, SENT, ACCEPTED = STATES[:3]
REPLACED, DELETED = "replaced", "deleted"
"""What became of a put-back that is never sent: put back once more before it was, or deleted."""


def record_fates(conn: psycopg.Connection, histories: Sequence[History], ministry: Ministry) -> None:
    """Write what is drawn once and for all: entries that only the system can settle, and the Ministry's outages.

    Args:
        conn: to the truth database; the caller commits.
        histories: of all registries.
        ministry: that they send to.
    """
    with conn.cursor().copy("copy truth.fate from stdin") as copy:
        for history in histories:
            for fate in FATES:
                for place in np.flatnonzero(getattr(history.entries, fate)).tolist():
                    copy.write_row((history.code, place + 1, fate))
    with conn.cursor().copy("copy truth.outage from stdin") as copy:
        for outage in ministry.outages():
            copy.write_row([moment(instant) for instant in outage])


def record_put_backs(
    conn: psycopg.Connection, matcher: Matcher, receipts: Sequence[Receipts], at: int, to: int
) -> None:
    """Write what was put back while the world stood at an instant, and what has come of everything by a later one.

    What is there already stays as it is, but for what has come of it.

    Args:
        conn: to the truth database; the caller commits.
        matcher: of all registries, whose histories know of what was put back.
        receipts: all that the registries ever get, in the same order.
        at: the instant at which the world stood.
        to: the instant to which it is moved.
    """
    conn.execute(statement("create_incoming_put_backs"))
    with conn.cursor().copy("copy incoming_put_back from stdin") as copy:
        for row in _put_back_at(matcher, receipts, at):
            copy.write_row(row)
    conn.execute(statement("insert_put_backs"))
    with conn.cursor().copy("copy incoming_answer from stdin") as copy:
        for history, of_history in zip(matcher.histories, receipts, strict=True):
            for answer in _answers(history, of_history, to):
                copy.write_row(answer)
    conn.execute(statement("update_put_backs"))
    conn.execute("delete from truth.noticed")
    conn.execute("insert into truth.noticed values (%s)", [moment(to)])


def _put_back_at(matcher: Matcher, receipts: Sequence[Receipts], at: int) -> Iterator[tuple[object, ...]]:
    logged = [history.requeues.rows(history.requeues.at == at) for history in matcher.histories]
    if not any(map(len, logged)):
        return
    entries = [first + rows.entry.astype(np.int64) for first, rows in zip(matcher.offsets, logged, strict=False)]
    seen = visible(matcher, receipts, at, np.concatenate(entries))
    for history, rows, places in zip(matcher.histories, logged, entries, strict=True):
        kinds = kinds_of(rows.state, rows.error)
        for row, place in enumerate(places.tolist()):
            yield (
                history.code,
                int(rows.entry[row]) + 1,
                history.keys[rows.key[row]],
                moment(at),
                STATES[rows.state[row]],
                OUTCOMES[rows.error[row]] or None,
                KINDS[kinds[row]],
                bool(rows.received[row]),
                place in seen,
                bool(rows.changed[row]),
            )


def visible(matcher: Matcher, receipts: Sequence[Receipts], at: int, entries: Numbers) -> set[int]:
    """Those of the entries of which a reader of all sources sees a live receipt that is or could be their own.

    None of them is accepted in its registry. Only the receipts that can be theirs are matched.

    Args:
        matcher: of all registries.
        receipts: all that they ever get.
        at: the instant of the reading.
        entries: places among all entries of all registries.
    """
    shown = [look(history, at) for history in matcher.histories]
    ledger = matcher.ledger(receipts, at)
    home = matcher.registry_of(entries)
    local = entries - matcher.offsets[home]
    keys = [matcher.entry_keys(shown[place], place)[local[home == place]] for place in np.unique(home).tolist()]
    possible = np.isin(ledger.key, np.concatenate(keys)) | np.isin(ledger.receipts.sender_id, local + 1)
    matches = matcher.match(shown, Ledger(ledger.receipts.rows(possible), ledger.home[possible], ledger.key[possible]))
    return set(matches.entry[matches.live(at)[matches.receipt]].tolist()) & set(entries.tolist())


def _answers(history: History, receipts: Receipts, to: int) -> Iterator[tuple[object, ...]]:
    """(registry, entry id, key, answer, when it was sent, when a receipt of it was written) of each put-back."""
    requeues, attempts = history.requeues, history.attempts
    if not len(requeues):
        return
    again = np.flatnonzero(attempts.key >= 0)
    queued = {
        (entry, key, at): row
        for entry, key, at, row in zip(
            attempts.entry[again].tolist(),
            attempts.key[again].tolist(),
            attempts.queued[again].tolist(),
            again.tolist(),
            strict=True,
        )
    }
    in_ledger = set(receipts.entry[receipts.received <= to].tolist())
    for entry, key, at in zip(requeues.entry.tolist(), requeues.key.tolist(), requeues.at.tolist(), strict=True):
        row = queued.get((entry, key, at))
        name = (history.code, entry + 1, history.keys[key])
        if row is None:
            yield *name, REPLACED, None, None
            continue
        sent, answered, received = (
            int(column[row]) for column in (attempts.sent, attempts.answered, attempts.received)
        )
        if history.entries.deleted[entry] <= to:
            answer = DELETED
        elif sent > to:
            answer = QUEUED
        else:
            answer = SENT if answered > to else OUTCOMES[attempts.outcome[row]] or ACCEPTED
        arrived = received <= to < NEVER and entry in in_ledger
        yield *name, answer, moment(sent) if sent <= to else None, moment(received) if arrived else None
