"""Who opened the books: the present commune, communes that no longer exist; and books that share a key."""

from __future__ import annotations

import numpy as np

from include.rehearsal.history import Books
from include.rehearsal.province import Leaf

OPENED_BY_FORMER_SHARE = 0.15
DOUBLE_KEY_SHARE = 0.7
"""Registries that took over books, in which two books of merged communes carry one key."""
FORGOTTEN_SHARE = 0.08
"""Registries that keep books of a commune that even the plan has forgotten."""


def assign_openers(rng: np.random.Generator, books: Books, leaf: Leaf) -> None:
    """Write into the books which unit opened each; two of each register get one key in some registries.

    A book with a double's key is dealt with by an old software that is careless about messages, so that some of its
    receipts can only be matched by key, and then fit two entries.
    """
    books.opened_by = np.full(len(books), leaf.code, dtype="U8")
    if leaf.formers:
        by_former = rng.random(len(books)) < OPENED_BY_FORMER_SHARE
        books.opened_by[by_former] = rng.choice(leaf.formers, int(by_former.sum()))
        if rng.random() < DOUBLE_KEY_SHARE:
            _give_double_keys(rng, books, leaf)
    elif not leaf.own_district and rng.random() < FORGOTTEN_SHARE:
        books.opened_by[rng.random(len(books)) < OPENED_BY_FORMER_SHARE] = f"9{leaf.code[1:]}"


def _give_double_keys(rng: np.random.Generator, books: Books, leaf: Leaf) -> None:
    """In each register with two books or more, one book takes year and number of another."""
    for register in np.unique(books.register).tolist():
        of_register = np.flatnonzero(books.register == register)
        if len(of_register) < 2:
            continue
        first, second = np.sort(rng.choice(of_register, 2, replace=False)).tolist()
        books.opened_year[second] = books.opened_year[first]
        books.closed_year[second] = max(int(books.closed_year[first]), 0)
        books.book_no[second] = books.book_no[first]
        books.style[second] = books.style[first]
        books.opened_by[[first, second]] = leaf.code, leaf.formers[0]
        books.careless[[first, second]] = True
