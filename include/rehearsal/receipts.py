"""The receipts that the Ministry's ledger ever writes for one registry: pure functions of its history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.rehearsal.history import SLASHED, History, Numbers, Table
from include.rehearsal.instants import DAY, HOUR, NEVER, Seconds, uniform

SENDER_ID_MISSING_SHARE = 0.55
"""The message carries the sender's entry_id in the other cases, but never from a careless book."""
OPENER_CODE_SHARE, FORMER_CODE_SHARE = 0.3, 0.04
"""Receipts that carry the opener's code, and, where there are any, that of a unit which was taken over."""
CANCELLED_SHARE = {1: 0.0004, 2: 0.006}
DOUBLED_SHARE = {1: 0.0002, 2: 0.005}
"""Per phase; of phase 1 what is cancelled is cancelled in the campaign."""
SECOND_CANCELLED_SHARE = 0.4
FORGOTTEN_SHARE = 0.002
"""Of the campaign's messages that the Ministry accepted, those of which its ledger shows nothing."""

AS_SENT, OTHER_FORM, LOOSE, BARE = range(4)
"""How the Ministry writes numbers: as sent, in the other Unicode form, with blanks and capitals, without "/2004"."""


@dataclass
class Receipts(Table):
    """Receipts of one registry's entries.

    `entry` and `book` are places in the history: whose receipt the world knows it to be, and the book in which the
    entry stood when it was sent. `sender_id` is 0 for none, `cancelled` NEVER for a receipt that stays.
    """

    receipt_id: Numbers
    entry: Numbers
    book: Numbers
    number: Numbers
    unit_code: Numbers
    sender_id: Numbers
    spelling: Numbers
    received: Seconds
    cancelled: Seconds
    second: Numbers


def receipts_of(history: History, seed: int) -> Receipts:
    """All receipts of a registry, past and to come, first ones before second ones."""
    entries = history.entries
    sends = history.attempts.rows(history.attempts.received < NEVER)
    forgotten = uniform(seed, history.first_receipt + sends.entry.astype(np.int64), 38) < FORGOTTEN_SHARE
    sends = sends.rows(~(forgotten & (entries.entered[sends.entry] > history.start)))
    entry = sends.entry.astype(np.int64)
    book = np.where(entries.moved[entry] <= sends.sent, entries.moved_to[entry], entries.book[entry])
    first = _receipts(history, seed, entry, book, sends.received, second=False)
    phase = history.books.phase[book]
    key = first.receipt_id
    doubled = uniform(seed, key, 36) < _by_phase(DOUBLED_SHARE, phase)
    delay = (HOUR / 2 + uniform(seed, key, 37) * 2 * DAY).astype(np.int64)
    second = _receipts(history, seed, entry[doubled], book[doubled], (sends.received + delay)[doubled], second=True)
    return first.with_rows(second)


def _receipts(
    history: History, seed: int, entry: Numbers, book: Numbers, received: Seconds, *, second: bool
) -> Receipts:
    books, count = history.books, len(entry)
    receipt_id = history.first_receipt + entry + 1 + (history.second_receipts if second else 0)

    def luck(salt: int) -> Numbers:
        return uniform(seed, receipt_id, salt)

    sender_id = np.where(luck(31) < SENDER_ID_MISSING_SHARE, 0, entry + 1)
    return Receipts(
        receipt_id=receipt_id,
        entry=entry,
        book=book.astype(np.int64),
        number=history.entries.number[entry].astype(np.int64),
        unit_code=_unit_codes(history, book, luck(32)),
        sender_id=np.where(books.careless[book], 0, sender_id),
        spelling=_spelling(books.style[book], luck(33)),
        received=received,
        cancelled=_cancelled(history, books.phase[book], received, luck(34), luck(35), second=second),
        second=np.full(count, second),
    )


def _unit_codes(history: History, book: Numbers, luck: Numbers) -> Numbers:
    codes = np.where(luck < OPENER_CODE_SHARE, history.books.opened_by[book], np.array(history.code, dtype="U8"))
    if history.formers:
        formers = np.array(history.formers, dtype="U8")
        chosen = formers[(luck * 1e6).astype(np.int64) % len(formers)]
        codes = np.where(luck > 1 - FORMER_CODE_SHARE, chosen, codes)
    return codes


def _spelling(style: Numbers, luck: Numbers) -> Numbers:
    return np.select(
        [luck < 0.03, luck < 0.05, (luck < 0.053) & (style == SLASHED)], [OTHER_FORM, LOOSE, BARE], AS_SENT
    ).astype(np.int8)


def _cancelled(
    history: History, phase: Numbers, received: Seconds, luck: Numbers, delay: Numbers, *, second: bool
) -> Seconds:
    share = np.full(len(phase), SECOND_CANCELLED_SHARE) if second else _by_phase(CANCELLED_SHARE, phase)
    after = np.maximum(received, history.start - HOUR) + HOUR + (delay * 6 * DAY).astype(np.int64)
    return np.where(luck < share, after, NEVER)


def _by_phase(shares: dict[int, float], phase: Numbers) -> Numbers:
    return np.where(phase == 1, shares[1], shares[2])
