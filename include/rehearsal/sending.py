"""The registries' own sending software and the Ministry's answers: what becomes of everything that is queued."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from include.rehearsal.history import (
    ACCEPTED,
    BAD_DATE,
    COUNT_MISMATCH,
    DUP_RECORD,
    OUTCOMES,
    REMOTE_THROTTLED,
    REMOTE_TIMEOUT,
    REMOTE_UNAVAILABLE,
    UNHEARD_FAILURE,
    Attempts,
    History,
    Numbers,
    Requeues,
    Table,
)
from include.rehearsal.instants import DAY, HOUR, MINUTE, NEVER, Seconds, uniform
from include.rehearsal.ministry import DOWN, SLOW, THROTTLING, Ministry
from include.rehearsal.receipts import receipts_of
from include.rehearsal.shown import instant_shown
from include.rehearsal.state import changed_since, latest_attempt, transfers

PATIENT_SHARE = 0.6
"""Share of messages that the software holds back while the Ministry is down; the others fail at once."""
THROTTLED_SHARE = 0.12
TIMEOUT_SHARE = {SLOW: 0.06, "otherwise": 0.003}
RECEIVED_THOUGH_TIMED_OUT = 0.5
LOST_ANSWER_SHARE = {SLOW: 0.03, "otherwise": 0.005}
LOST_ANSWER_SHARE_OF_CARELESS_BOOKS = 0.12
CORRECTED_AFTER_REJECTION = 0.65
GIVEN_UP_AFTER = np.zeros(len(OUTCOMES), dtype=np.int64)
"""Seconds from a send to the failure that the registry's own software notes, by outcome; 0 for real answers."""
GIVEN_UP_AFTER[[REMOTE_UNAVAILABLE, REMOTE_THROTTLED, REMOTE_TIMEOUT, UNHEARD_FAILURE]] = 30, 5, 120, 30
UNHEARD_SHARE, UNHEARD_FROM = 0.05, 6 * DAY
"""From the seventh day on the Ministry calls some of its outages by a name that nobody has heard of."""


@dataclass
class Queued(Table):
    """What is queued: entry, number of the send to come, when, the send before (NEVER: none), key place (-1: none)."""

    entry: Numbers
    number: Numbers
    at: Seconds
    sent_before: Seconds
    key: Numbers

    @classmethod
    def first(cls, entry: Numbers, at: Seconds) -> Queued:
        """First sends of these entries."""
        count = len(entry)
        return cls(
            entry,
            np.ones(count, dtype=np.int32),
            at,
            np.full(count, NEVER, dtype=np.int64),
            np.full(count, -1, dtype=np.int32),
        )


def play_sends(history: History, queued: Queued, ministry: Ministry, seed: int) -> None:
    """Add to the history what becomes of these entries: send, answer, and after a rejection correction and second send.

    Each entry occurs at most once in `queued`. What was already in the history is left alone.
    """
    queued = queued.rows(queued.at < NEVER)
    while len(queued):
        attempts = _attempts(history, queued, ministry, _own_seed(history, seed))
        history.attempts = history.attempts.with_rows(attempts).in_order()
        queued = _corrected_and_queued_again(history, attempts, _own_seed(history, seed))


def put_back(history: History, entry: Numbers, keys: list[str], at: int, ministry: Ministry, seed: int) -> None:
    """Log at the world's instant `at` that the system put these entries back under these keys, and play what follows.

    An entry may occur under several keys; it is queued once, under its last. Sends that had been to come are dropped.
    """
    known = {key: place for place, key in enumerate(history.keys)}
    place = np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int32)
    history.keys = tuple(known)
    history.requeues = history.requeues.with_rows(_logged(history, entry, place, at, seed))
    last_key = dict(zip(entry.tolist(), place.tolist(), strict=True))
    again = np.unique(entry).astype(np.int32)
    attempts = history.attempts
    # What had been queued again already, and is not yet sent, is not sent twice: a restored registry forgets it.
    to_come = (attempts.queued > at) | ((attempts.sent > at) & (attempts.number > 1))
    history.attempts = attempts.rows(~(np.isin(attempts.entry, again) & to_come))
    latest = latest_attempt(history.attempts, len(history.entries), at)
    again = again[latest[again] >= 0]
    if not len(again):
        return
    deleted = history.entries.deleted
    deleted[again[deleted[again] > at]] = NEVER  # nobody discards what is on its way again
    before = history.attempts.rows(latest[again])
    queued = Queued(
        again,
        before.number + 1,
        np.full(len(again), at, dtype=np.int64),
        np.minimum(before.sent, at),
        np.array([last_key[one] for one in again.tolist()], dtype=np.int32),
    )
    play_sends(history, queued, ministry, seed)


def _logged(history: History, entry: Numbers, key: Numbers, at: int, seed: int) -> Requeues:
    """What is put back, with what the registry shows of it and whether the ledger has it."""
    stands = instant_shown(history, at)
    shown = transfers(history, stands)
    receipts = receipts_of(history, seed)
    live = receipts.entry[(receipts.received <= at) & (receipts.cancelled > at)]
    return Requeues(
        entry.astype(np.int32),
        key,
        np.full(len(entry), at, dtype=np.int64),
        shown.state[entry],
        shown.error[entry],
        np.isin(entry, live),
        changed_since(history, stands)[entry],
    )


def _own_seed(history: History, seed: int) -> int:
    return seed * 1_000_003 + int(history.code)


def _attempts(history: History, queued: Queued, ministry: Ministry, seed: int) -> Attempts:
    luck = queued.entry.astype(np.int64) * 1024 + queued.number
    received = history.received()
    earlier = received[queued.entry]
    sent = _send_instant(history, queued, earlier, ministry, luck, seed)
    condition = ministry.condition(sent)
    verdict = _verdict(history, queued, sent, received)
    poison = history.entries.poison[queued.entry]
    outcome = np.where(poison > 0, poison, _outcome(verdict, uniform(seed, luck, 4), condition))
    unheard = (outcome == REMOTE_UNAVAILABLE) & (poison == 0) & (sent >= history.start + UNHEARD_FROM)
    outcome = np.where(unheard & (uniform(seed, luck, 10) < UNHEARD_SHARE), UNHEARD_FAILURE, outcome).astype(np.int8)
    span = np.select([condition == SLOW, condition == THROTTLING], [90 * MINUTE, 10 * MINUTE], 25)
    arrived = sent + 2 + (uniform(seed, luck, 5) * span).astype(np.int64)
    answered = arrived + 1 + (uniform(seed, luck, 6) * 9).astype(np.int64)
    given_up = GIVEN_UP_AFTER[outcome]
    answered = np.where(given_up > 0, sent + given_up, answered)
    lost = uniform(seed, luck, 7) < np.where(condition == SLOW, LOST_ANSWER_SHARE[SLOW], LOST_ANSWER_SHARE["otherwise"])
    careless = history.books.careless[history.entries.book[queued.entry]]
    lost |= careless & (uniform(seed, luck, 9) < LOST_ANSWER_SHARE_OF_CARELESS_BOOKS)
    answered = np.where(lost & (given_up == 0), NEVER, answered)
    acceptable = (verdict == ACCEPTED) & (poison == 0)
    slipped_in = (outcome == REMOTE_TIMEOUT) & acceptable & (uniform(seed, luck, 8) < RECEIVED_THOUGH_TIMED_OUT)
    return Attempts(
        queued.entry,
        queued.number,
        queued.at,
        sent,
        answered,
        np.where((outcome == ACCEPTED) | slipped_in, arrived, NEVER),
        outcome,
        queued.sent_before,
        queued.key,
    )


def _send_instant(
    history: History, queued: Queued, earlier: Seconds, ministry: Ministry, luck: NDArray[np.int64], seed: int
) -> Seconds:
    """Within the software's period; later if the Ministry is down; never before an earlier message has arrived."""
    wait = (0.05 + 0.95 * uniform(seed, luck, 1)) * history.period_hours * HOUR
    sent = queued.at + 1 + wait.astype(np.int64)
    patient = (ministry.condition(sent) == DOWN) & (uniform(seed, luck, 2) < PATIENT_SHARE)
    resumed = ministry.up_again(sent) + (uniform(seed, luck, 3) * 2 * HOUR).astype(np.int64)
    sent = np.where(patient, resumed, sent)
    return np.where(earlier < NEVER, np.maximum(sent, earlier + MINUTE), sent)


def _verdict(history: History, queued: Queued, sent: Seconds, received: Seconds) -> Numbers:
    """What the Ministry says to the message itself, when its software works."""
    entries, entry = history.entries, queued.entry
    same_paper = entries.first_keying[entry]
    other = np.where(same_paper >= 0, received[same_paper], NEVER)
    duplicate = np.minimum(received[entry], other) <= sent
    refused = (entries.latent[entry] > 0) & (entries.corrected[entry] > sent)
    refused &= ~((entries.single[entry] > 0) & (queued.key >= 0))
    return np.select([duplicate, refused], [DUP_RECORD, entries.latent[entry]], ACCEPTED)


def _outcome(verdict: Numbers, luck: NDArray[np.float64], condition: NDArray[np.int8]) -> Numbers:
    """The verdict, or how its software fails to give one."""
    times_out = luck < np.where(condition == SLOW, TIMEOUT_SHARE[SLOW], TIMEOUT_SHARE["otherwise"])
    throttled = (condition == THROTTLING) & (luck > 1 - THROTTLED_SHARE)
    return np.select(
        [condition == DOWN, throttled, times_out],
        [REMOTE_UNAVAILABLE, REMOTE_THROTTLED, REMOTE_TIMEOUT],
        verdict,
    ).astype(np.int8)


def _corrected_and_queued_again(history: History, attempts: Attempts, seed: int) -> Queued:
    """After a rejection that reached the registry: the defect is noted, most are corrected and queued again there.

    A patient one is corrected and waits.
    """
    entries, staff = history.entries, history.staff
    told = (attempts.outcome >= BAD_DATE) & (attempts.outcome <= COUNT_MISMATCH) & (attempts.answered < NEVER)
    rejected = attempts.rows(told)
    entry = rejected.entry
    entries.flawed_from[entry] = np.minimum(entries.flawed_from[entry], rejected.answered)
    entries.defect[entry] = rejected.outcome
    luck = entry.astype(np.int64)
    fresh = (entries.corrected[entry] >= NEVER) & (uniform(seed, luck, 11) < CORRECTED_AFTER_REJECTION)
    corrected = staff.after(rejected.answered, 3 + 20 * uniform(seed, luck, 12))
    entries.corrected[entry[fresh]] = corrected[fresh]
    entries.flawed_until[entry[fresh]] = corrected[fresh]
    again = (entries.corrected[entry] < NEVER) & (entries.patient[entry] == 0)
    ready = staff.after(entries.corrected[entry], 0.2 + 4 * uniform(seed, luck, 13))
    return Queued(
        entry[again],
        rejected.number[again] + 1,
        np.maximum(ready, rejected.answered + MINUTE)[again],
        rejected.sent[again],
        rejected.key[again],
    )
