"""Breaks as the Department's report tells them: a line for each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import RowMapping


@dataclass(frozen=True)
class BreakLine:
    """Differences of one kind, who is to clear them, and the next step suggested to them.

    Attributes:
        open: those that stand, but for what is waived.
        new: of the open, not open at the close before.
        cleared: open at the close before, and not now.
        waived: left alone until a day, with a reason.
        oldest_days: age of the oldest open one; the day it was first seen is 1.
        unseen: of the open and waived, those of sources that could not be read for the close.
    """

    name: str
    owner: str
    next_step: str
    open: int
    new: int
    cleared: int
    waived: int
    oldest_days: int | None
    unseen: int


def break_lines(rows: Iterable[RowMapping]) -> tuple[BreakLine, ...]:
    """Lines from the rows of `select_report_breaks`, in their order."""
    return tuple(BreakLine(**row) for row in rows)
