"""Cases that are settled only by what the system does, or not at all: drawn last, so that all else stays as it was."""

from __future__ import annotations

import numpy as np

from include.rehearsal.history import (
    ACCEPTED,
    BAD_DATE,
    COUNT_MISMATCH,
    DUP_PERSON,
    REMOTE_TIMEOUT,
    REMOTE_UNAVAILABLE,
    History,
    Numbers,
)
from include.rehearsal.instants import NEVER
from include.rehearsal.sending import GIVEN_UP_AFTER

POISON_SHARE = 0.003
"""Of the campaign's accepted sends, those whose entry instead fails the same way whenever it is sent."""
PATIENT_SHARE = 0.4
"""Of the entries that a registry corrects after a refusal, those that it does not queue again by itself."""
SINGLE_SHARE = 0.4
"""Of those taken for a double for no reason that the records show, how many are none; twins never are."""
FATES = ("poison", "patient", "single")
"""Columns of the entries that say so."""


def draw_fates(rng: np.random.Generator, history: History) -> None:
    """Write them into a history that has been played."""
    _poison(rng, history)
    _make_patient(rng, history)
    entries = history.entries
    none = (entries.person < 0) | ((entries.person == 0) & (rng.random(len(entries)) < SINGLE_SHARE))
    entries.single = (none & (entries.latent == DUP_PERSON)).astype(np.int8)


def _free(history: History) -> Numbers:
    """Entries whose receipt nothing else in the history rests on: no other keying of their paper, never deleted."""
    entries = history.entries
    free = (entries.first_keying < 0) & (entries.deleted >= NEVER)
    free[entries.first_keying[entries.first_keying >= 0]] = False
    return free


def _poison(rng: np.random.Generator, history: History) -> None:
    attempts, entries = history.attempts, history.entries
    luck = rng.random(len(attempts))
    codes = rng.choice([REMOTE_UNAVAILABLE, REMOTE_TIMEOUT], len(attempts))
    accepted = (attempts.outcome == ACCEPTED) & (attempts.answered < NEVER) & (attempts.received < NEVER)
    in_campaign = (attempts.number == 1) & (attempts.queued > history.start)
    chosen = accepted & in_campaign & _free(history)[attempts.entry] & (luck < POISON_SHARE)
    entries.poison[attempts.entry[chosen]] = codes[chosen]
    attempts.outcome[chosen] = codes[chosen]
    attempts.answered[chosen] = attempts.sent[chosen] + GIVEN_UP_AFTER[codes[chosen]]
    attempts.received[chosen] = NEVER


def _make_patient(rng: np.random.Generator, history: History) -> None:
    """Their sends after the refusal are not made."""
    attempts, entries = history.attempts, history.entries
    refused = (attempts.outcome >= BAD_DATE) & (attempts.outcome <= COUNT_MISMATCH) & (attempts.answered < NEVER)
    corrected = np.zeros(len(entries), dtype=bool)
    corrected[attempts.entry[refused & (attempts.number == 1)]] = True
    corrected &= (entries.corrected < NEVER) & _free(history)
    entries.patient = (corrected & (rng.random(len(entries)) < PATIENT_SHARE)).astype(np.int8)
    waiting = entries.patient[attempts.entry] > 0
    history.attempts = attempts.rows(~waiting | (attempts.number == 1))
