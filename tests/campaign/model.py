"""What a close should say of one registry and the ledger, by counting in Python: no SQL, no set logic shared with it.

Rules: docs/figures.md. Everything here is small on purpose: it is read against the document, not against the code.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

DATED = (
    "books_collected", "books_classified", "books_scanned", "entered", "attached", "reviewed", "corrected", "received",
)  # fmt: skip
IN_DAY = ("entered_in_day", "received_in_day")
STATE = ("queued", "awaiting", "rejected", "failed", "open_defects")
BY_LEDGER = frozenset({"received", "received_in_day"})
UNPLACED = ""

_CODES = {
    "DUP_RECORD": "duplicate", "DUP_PERSON": "duplicate", "BAD_DATE": "correctable", "REMOTE_REJECT": "other",
    "REMOTE_TIMEOUT": "remote",
}  # fmt: skip
_STATE_FIGURES = {"queued": "queued", "sent": "awaiting", "rejected": "rejected", "failed": "failed"}

Figures = dict[tuple[str, int], dict[str, int]]
Classes = Counter[tuple[str, str, int, int, str, str]]


@dataclass
class Book:
    book_id: int
    register: str
    year: int
    number: str
    opened_by: str
    phase: int
    collected_at: datetime | None = None
    classified_at: datetime | None = None
    scanned_at: datetime | None = None


@dataclass
class Transfer:
    state: str
    error_code: str | None = None
    ref: str | None = None


@dataclass
class Entry:
    entry_id: int
    book_id: int
    number: str
    entered_at: datetime | None
    attached_at: datetime | None = None
    reviewed_at: datetime | None = None
    corrected_at: datetime | None = None
    defects: tuple[str, ...] = ()
    transfer: Transfer | None = None


@dataclass
class Receipt:
    receipt_id: int
    ref: str
    unit: str
    register: str
    year: int
    book_number: str
    number: str
    sender: int | None
    received_at: datetime
    cancelled_at: datetime | None = None


@dataclass
class Registry:
    """Books and entries of one registry, and the unit codes that the plan lets mean it."""

    code: str
    meant_by: frozenset[str]
    books: dict[int, Book] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)


@dataclass
class Counted:
    """What one close should say."""

    figures: Figures
    codes: Counter[tuple[str, int, str, str]]
    classes: Classes


def fold(written: str) -> str:
    return " ".join(unicodedata.normalize("NFC", written).split()).lower()


def came(instant: datetime | None, as_of: datetime) -> bool:
    return instant is not None and instant <= as_of


def live(receipt: Receipt, as_of: datetime) -> bool:
    return receipt.received_at <= as_of and not came(receipt.cancelled_at, as_of)


def candidates(registry: Registry, receipt: Receipt) -> list[Entry]:
    """Entries that a receipt can be of: by reference, else by the sender's id, else by the natural key."""
    openers = {book.opened_by for book in registry.books.values()}
    entries = list(registry.entries.values())
    if receipt.unit in registry.meant_by | openers:
        by_ref = [entry for entry in entries if entry.transfer and entry.transfer.ref == receipt.ref]
        if by_ref:
            return by_ref
        by_sender = [entry for entry in entries if entry.entry_id == receipt.sender]
        if by_sender:
            return by_sender
    return [entry for entry in entries if _same_key(registry, entry, receipt)]


def _same_key(registry: Registry, entry: Entry, receipt: Receipt) -> bool:
    book = registry.books[entry.book_id]
    return (
        (receipt.unit == book.opened_by or receipt.unit in registry.meant_by)
        and receipt.year == book.year
        and fold(receipt.register) == fold(book.register)
        and fold(receipt.book_number) == fold(book.number)
        and fold(receipt.number) == fold(entry.number)
    )


def count(registry: Registry, receipts: list[Receipt], as_of: datetime, day_began: datetime) -> Counted:
    """Everything that a close at `as_of` should say when this is what the mirror holds."""
    due = [receipt for receipt in receipts if receipt.received_at <= as_of]
    found = {receipt.receipt_id: candidates(registry, receipt) for receipt in due}
    own: dict[int, list[Receipt]] = defaultdict(list)
    shared: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in due:
        for entry in found[receipt.receipt_id]:
            (own if len(found[receipt.receipt_id]) == 1 else shared)[entry.entry_id].append(receipt)

    figures = _books(registry, as_of)
    codes: Counter[tuple[str, int, str, str]] = Counter()
    classes: Classes = Counter()
    received: set[int] = set()
    for entry in registry.entries.values():
        book = registry.books[entry.book_id]
        of_its_own = own[entry.entry_id]
        arrived = [receipt.received_at for receipt in of_its_own if live(receipt, as_of)]
        if arrived:
            received.add(entry.entry_id)
        row = figures[book.register, book.phase]
        _count_entry(row, entry, arrived, as_of, day_began)
        transfer = entry.transfer
        if transfer and transfer.state in ("rejected", "failed"):
            codes[book.register, book.phase, transfer.state, transfer.error_code or ""] += 1
        perhaps = any(live(receipt, as_of) for receipt in shared[entry.entry_id])
        word = entry_class(entry, bool(arrived), perhaps, bool(of_its_own), as_of)
        classes[registry.code, book.register, book.year, book.phase, "entry", word] += 1

    _count_uncertain(registry, figures, due, found, received, as_of)
    for receipt in due:
        classes[_receipt_place(registry, receipt, found, own, as_of)] += 1
    return Counted(figures, codes, classes)


def _books(registry: Registry, as_of: datetime) -> Figures:
    figures: Figures = {}
    for book in registry.books.values():
        row = figures.setdefault((book.register, book.phase), dict.fromkeys((*DATED, *IN_DAY, *STATE), 0))
        row["books_collected"] += came(book.collected_at, as_of)
        row["books_classified"] += came(book.classified_at, as_of)
        row["books_scanned"] += came(book.scanned_at, as_of)
    return figures


def _count_entry(
    row: dict[str, int], entry: Entry, arrived: list[datetime], as_of: datetime, day_began: datetime
) -> None:
    row["entered"] += came(entry.entered_at, as_of)
    row["attached"] += came(entry.attached_at, as_of)
    row["reviewed"] += came(entry.reviewed_at, as_of)
    row["corrected"] += came(entry.corrected_at, as_of)
    row["received"] += bool(arrived)
    row["entered_in_day"] += entry.entered_at is not None and day_began < entry.entered_at <= as_of
    row["received_in_day"] += bool(arrived) and min(arrived) > day_began
    row["open_defects"] += bool(entry.defects)
    if entry.transfer and entry.transfer.state in _STATE_FIGURES:
        row[_STATE_FIGURES[entry.transfer.state]] += 1


def entry_class(entry: Entry, received: bool, perhaps: bool, had_receipts: bool, as_of: datetime) -> str:
    """The first class of docs/figures.md that applies."""
    state = entry.transfer.state if entry.transfer else None
    if received:
        return "E1" if state == "accepted" else "E2"
    if perhaps:
        return "E3"
    if had_receipts:
        return "E4"
    kind = _CODES.get(entry.transfer.error_code or "", "unknown") if entry.transfer else None
    match state:
        case "accepted":
            return "E5"
        case "rejected":
            return "E6-" + ("other" if kind == "remote" else str(kind))
        case "failed":
            return "E7-" + (str(kind) if kind in ("remote", "unknown") else "other")
        case "sent":
            return "E8"
        case "queued":
            return "E9"
    return "E10" if came(entry.entered_at, as_of) else "E11"


def _count_uncertain(
    registry: Registry,
    figures: Figures,
    due: list[Receipt],
    found: dict[int, list[Entry]],
    received: set[int],
    as_of: datetime,
) -> None:
    """Ambiguous receipts in one register and phase: as many of the candidates not yet received count as there are."""
    groups: dict[tuple[Any, ...], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for receipt in due:
        entries = found[receipt.receipt_id]
        books = [registry.books[entry.book_id] for entry in entries]
        if len(entries) < 2 or not live(receipt, as_of) or len({(book.register, book.phase) for book in books}) > 1:
            continue
        for entry, book in zip(entries, books, strict=True):
            key = (book.register, book.phase, book.year, fold(book.number), fold(entry.number))
            groups[key][0].add(receipt.receipt_id)
            if entry.entry_id not in received:
                groups[key][1].add(entry.entry_id)
    for (register, phase, *_), (of_receipts, of_entries) in groups.items():
        figures[register, phase]["received"] += min(len(of_receipts), len(of_entries))


def _receipt_place(
    registry: Registry,
    receipt: Receipt,
    found: dict[int, list[Entry]],
    own: dict[int, list[Receipt]],
    as_of: datetime,
) -> tuple[str, str, int, int, str, str]:
    entries = found[receipt.receipt_id]
    openers = {book.opened_by for book in registry.books.values()}
    code = registry.code if receipt.unit in registry.meant_by | openers else UNPLACED
    register, year, phase = receipt.register, receipt.year, 0
    if len(entries) == 1:
        book = registry.books[entries[0].book_id]
        code, register, year, phase = registry.code, book.register, book.year, book.phase
    if came(receipt.cancelled_at, as_of):
        word = "R5"
    elif len(entries) > 1:
        word = "R3"
    elif not entries:
        word = "R4"
    else:
        alive = [other for other in own[entries[0].entry_id] if live(other, as_of)]
        first = min(alive, key=lambda other: (other.received_at, other.receipt_id))
        word = "R1" if first is receipt else "R2"
    return code, register, year, phase, "receipt", word
