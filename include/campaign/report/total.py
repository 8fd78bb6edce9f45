"""Sums that say how much they cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Total:
    """A sum over registries, and how many of them it covers; no registry has the figure: no value."""

    value: int | None
    covered: int
    expected: int

    @classmethod
    def of(cls, figures: Iterable[int | None]) -> Total:
        """Sum of what is known."""
        all_figures = list(figures)
        known = [figure for figure in all_figures if figure is not None]
        return cls(sum(known) if known else None, len(known), len(all_figures))

    @property
    def partial(self) -> bool:
        """Some registries are in the sum and some are not."""
        return 0 < self.covered < self.expected
