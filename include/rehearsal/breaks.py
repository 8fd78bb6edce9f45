"""What does not fit together at a reading, one row a break, from the simulation's own arrays.

Kinds and their subjects (ids as text): of an entry `future_dated`, `ref_key_differs`, `accepted_unreceived`,
`cancelled`, `entry_without_scan`, `scan_name` ("entry 12" or "book 3"), `scan_of_another`; of a receipt
`ledger_unknown`, `ledger_double`, `ledger_ambiguous`; of a book `closing_total`, `entry_no_repeated`, `entry_no_gap`;
`scan_repeated` has the file's name (NFC).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from include.rehearsal.classes import E4, E5, R2, R3, R4, Classes
from include.rehearsal.history import JPG, NEIGHBOUR, RIGHT_NAME, SPACED, Numbers
from include.rehearsal.instants import NEVER
from include.rehearsal.matching import Mask
from include.rehearsal.reading import Reading
from include.rehearsal.scans import scan_name
from include.rehearsal.shown import Shown

BreakRow = tuple[str, str, str, int]
"""Registry, kind, subject, items."""
LEDGER_BREAKS = {R2: "ledger_double", R3: "ledger_ambiguous", R4: "ledger_unknown"}


def breaks_of(classes: Classes, hidden: dict[str, frozenset[str]]) -> Iterator[BreakRow]:
    """All breaks of a reading.

    Args:
        classes: of what the reading shows.
        hidden: registry code → tables and columns ("table.column") that it lacks; what rests on them is not seen.
    """
    reading = classes.reading
    yield from _of_receipts(classes)
    key_differs = _key_differs(reading)
    for place, one in enumerate(reading.shown):
        code, lacking = one.history.code, hidden[one.history.code]
        for kind, which in _entries(classes, place, one, key_differs).items():
            for entry in np.flatnonzero(which & one.alive).tolist():
                yield code, kind, str(entry + 1), 1
        yield from _of_books(code, one, counted="book.closing_total" not in lacking)
        if "entry.page_file" not in lacking:
            yield from _of_pages(code, one, reading.matcher.book_keys[place])
        misnamed = (one.scanned < NEVER) & (one.history.books.scan_kind != RIGHT_NAME)
        for book in np.flatnonzero(misnamed).tolist():
            yield code, "scan_name", f"book {book + 1}", 1


def _of_receipts(classes: Classes) -> Iterator[BreakRow]:
    receipts = classes.reading.matches.ledger.receipts
    for kind, name in LEDGER_BREAKS.items():
        for row in np.flatnonzero(classes.of_receipts == kind).tolist():
            yield classes.registry_of_receipt(row), name, str(int(receipts.receipt_id[row])), 1


def _entries(classes: Classes, place: int, one: Shown, key_differs: Mask) -> dict[str, Mask]:
    """Which entries of a registry have each kind of break."""
    at = classes.reading.at
    future = np.zeros(len(one.alive), dtype=bool)
    for written in (one.entered, one.attached, one.reviewed, one.corrected):
        future |= (written > at) & (written < NEVER)
    return {
        "future_dated": future,
        "ref_key_differs": key_differs[slice(*classes.reading.matcher.offsets[place : place + 2])],
        "accepted_unreceived": classes.of_entries[place] == E5,
        "cancelled": classes.of_entries[place] == E4,
        "entry_without_scan": (one.entered <= at) & (one.attached > at) & (one.scanned[one.book] <= at),
    }


def _key_differs(reading: Reading) -> Mask:
    """Entries of all registries matched by reference with a live receipt that carries another key."""
    matches, matcher = reading.matches, reading.matcher
    pairs = np.flatnonzero((matches.by_ref & matches.live(reading.at))[matches.receipt])
    keys = np.concatenate([matcher.entry_keys(one, place) for place, one in enumerate(reading.shown)])
    entry = matches.entry[pairs]
    differs = np.zeros(matcher.entries, dtype=bool)
    differs[entry[matches.ledger.key[matches.receipt[pairs]] != keys[entry]]] = True
    return differs


def _of_books(code: str, one: Shown, *, counted: bool) -> Iterator[BreakRow]:
    """Rows that differ from the closing total; entry numbers that repeat, and those missing below the highest."""
    books = len(one.history.books)
    rows = np.bincount(one.book[one.alive], minlength=books)
    number = one.history.entries.number[one.alive].astype(np.int64)
    distinct = np.unique((one.book[one.alive].astype(np.int64) << 28) | number)
    different = np.bincount(distinct >> 28, minlength=books)
    highest = np.zeros(books, dtype=np.int64)
    np.maximum.at(highest, distinct >> 28, distinct & ((1 << 28) - 1))
    total = one.history.books.closing_total.astype(np.int64)
    off = np.where((total > 0) & counted, np.abs(rows - total), 0)
    found = {"closing_total": off, "entry_no_repeated": rows - different, "entry_no_gap": highest - different}
    for kind, items in found.items():
        for book in np.flatnonzero(items).tolist():
            yield code, kind, str(book + 1), int(items[book])


def _of_pages(code: str, one: Shown, book_keys: Numbers) -> Iterator[BreakRow]:
    entries, books = one.history.entries, one.history.books
    has_page = one.alive & (one.attached < NEVER)
    misnamed = (entries.page_kind >= SPACED) & (entries.page_kind <= JPG)
    for entry in np.flatnonzero(has_page & misnamed).tolist():
        yield code, "scan_name", f"entry {entry + 1}", 1
    page_book, page_number = one.page_book, one.page_number
    another = (book_keys[page_book] != book_keys[one.book]) | (page_number != entries.number)
    for entry in np.flatnonzero(has_page & ~misnamed & another).tolist():
        yield code, "scan_of_another", str(entry + 1), 1
    kind = np.where(entries.page_kind == NEIGHBOUR, RIGHT_NAME, entries.page_kind)
    name = ((book_keys[page_book] << 32) | (page_number.astype(np.int64) << 4) | kind)[has_page]
    _, first, times = np.unique(name, return_index=True, return_counts=True)
    holder = np.flatnonzero(has_page)[first]
    for entry, items in zip(holder[times > 1].tolist(), times[times > 1].tolist(), strict=True):
        book = int(page_book[entry])
        parts = (one.history.registers[books.register[book]], int(books.opened_year[book]), str(books.book_no[book]))
        yield code, "scan_repeated", scan_name(*parts, int(page_number[entry]), int(kind[entry])), items
