"""The papers themselves: how many books of which register and year a registry keeps, and the numbered cases in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.rehearsal.history import NAMED, PLAIN, RIGHT_NAME, SLASHED, Books, Numbers
from include.rehearsal.instants import NEVER

COMMUNE_REGISTERS = {"KS": 0.60, "KH": 0.17, "KT": 0.16, "CMC": 0.03, "HN": 0.03, "TD": 0.008, "GH": 0.002}
DISTRICT_REGISTERS = {"KH": 0.45, "TD": 0.30, "KS": 0.12, "KT": 0.05, "GH": 0.05, "CMC": 0.03}
"""Assumed shares of the registers; districts register changes and marriages with foreigners (Luật Hộ tịch art. 7)."""
YEARS = {1: (2006, 2020), 2: (1976, 2005)}
"""Years in which the books of a phase were opened."""
CASES_PER_BOOK = {1: 150, 2: 110}


@dataclass(frozen=True)
class Papers:
    """Books and, for each case in them, its book (a place in `books`) and its number there."""

    books: Books
    book: Numbers
    number: Numbers


def register_shares(known: tuple[str, ...], *, own_district: bool) -> dict[str, float]:
    """Shares of the registers that the plan knows; all of the first one's if it knows none of ours."""
    shares = DISTRICT_REGISTERS if own_district else COMMUNE_REGISTERS
    found = {register: share for register, share in shares.items() if register in known}
    return found or {known[0]: 1.0}


def allot_papers(rng: np.random.Generator, shares: dict[str, float], phase: int, cases: int, scale: float) -> Papers:
    """So many cases of a phase in books of plausible size; small worlds have thinner books, so that there are several.

    Args:
        rng: the registry's generator.
        shares: share of each register in the cases; their order is that of the history's `registers`.
        phase: 1 or 2.
        cases: how many papers there are.
        scale: of the world; 1 is the full province.
    """
    weights = np.array(list(shares.values()))
    counts = rng.multinomial(cases, weights / weights.sum())
    per_book = max(12.0, CASES_PER_BOOK[phase] * min(1.0, float(np.sqrt(scale))))
    sizes, registers = [], []
    for register, count in enumerate(counts.tolist()):
        if count:
            books = min(count, max(1, round(count / per_book)))
            sizes.append(1 + rng.multinomial(count - books, rng.dirichlet(np.full(books, 6.0))))
            registers += [register] * books
    size = np.concatenate(sizes) if sizes else np.zeros(0, dtype=np.int64)
    books = _books(rng, np.array(registers, dtype=np.int8), size, phase)
    book = np.repeat(np.arange(len(size)), size)
    number = np.arange(len(book)) - np.repeat(np.cumsum(size) - size, size) + 1
    return Papers(books, book.astype(np.int32), number.astype(np.int32))


def _books(rng: np.random.Generator, register: Numbers, size: Numbers, phase: int) -> Books:
    count = len(size)
    first, last = YEARS[phase]
    opened = rng.integers(first, last + 1, count)
    order = np.lexsort((opened, register))
    opened = opened[order]  # within a register books stand by year, so that their numbers rise
    never_closed = rng.random(count) < 0.06
    longer = np.where(rng.random(count) < 0.12, rng.integers(1, 4, count), 0)
    nothing = np.full(count, NEVER, dtype=np.int64)
    return Books(
        register=register,
        phase=np.full(count, phase, dtype=np.int8),
        opened_year=opened.astype(np.int16),
        closed_year=np.where(never_closed, 0, np.minimum(opened + longer, last)).astype(np.int16),
        book_no=_book_numbers(rng, register, opened),
        pages=np.maximum(1, size // 2 + rng.integers(0, 6, count)).astype(np.int32),
        closing_total=np.where(never_closed, 0, size).astype(np.int32),
        style=rng.choice([PLAIN, SLASHED, NAMED], count, p=[0.6, 0.3, 0.1]).astype(np.int8),
        opened_by=np.full(count, "", dtype="U8"),
        careless=np.zeros(count, dtype=bool),
        scan_kind=np.full(count, RIGHT_NAME, dtype=np.int8),
        collected=nothing,
        classified=nothing.copy(),
        scanned=nothing.copy(),
    )


def _book_numbers(rng: np.random.Generator, register: Numbers, opened: Numbers) -> Numbers:
    """The books' numbers, such as 01, 02, 03A, 04Ă, counted within register and year."""
    numbers, running = [], 0
    before: tuple[int, int] | None = None
    letters = rng.choice(["", "A", "Ă", "Â"], len(opened), p=[0.9, 0.04, 0.04, 0.02]).tolist()
    for place, letter in zip(zip(register.tolist(), opened.tolist(), strict=True), letters, strict=True):
        running = running + 1 if place == before else 1
        before = place
        numbers.append(f"{running:02d}{letter}")
    return np.array(numbers, dtype="U8")
