"""Who could help whom, as papers tell it: a proposal to those who decide, never an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from sqlalchemy import RowMapping


@dataclass(frozen=True)
class HelpMove:
    """People whom one unit could send.

    Attributes:
        giver: its name; without the district where that is the receiver's.
        giver_area: unit just below the province that it lies in.
        by_kind: kinds of people (terms) and how many of each.
        neighbouring: it lies in another unit just below the province than who would be helped.
        giver_chance: chance of the milestone that it keeps; 1: it is finished.
    """

    giver: str
    giver_area: str
    by_kind: tuple[tuple[str, int], ...]
    neighbouring: bool
    giver_chance: float


@dataclass(frozen=True)
class Help:
    """Help for one unit: who would come, and its chance of the milestone without and with them."""

    receiver: str
    short_name: str
    area_code: str
    before: float
    after: float
    moves: tuple[HelpMove, ...]

    @property
    def people(self) -> int:
        """All who would come."""
        return sum(people for move in self.moves for _, people in move.by_kind)


def helps(rows: Iterable[RowMapping]) -> tuple[Help, ...]:
    """All proposals of a close, in the order in which they were found.

    Args:
        rows: of `cure/select_proposals`.
    """
    by_receiver = groupby(rows, key=itemgetter("place"))
    return tuple(_help(list(group)) for _, group in by_receiver)


def of_area(found: Sequence[Help], area_code: str) -> tuple[Help, ...]:
    """Those in which a unit of an area would be helped or would help, as the area's own head is told."""
    return tuple(
        replace(help_, receiver=help_.short_name) if help_.area_code == area_code else help_
        for help_ in found
        if help_.area_code == area_code or any(move.giver_area == area_code for move in help_.moves)
    )


def _help(rows: Sequence[RowMapping]) -> Help:
    first = rows[0]
    return Help(
        receiver=first["receiver_name"],
        short_name=first["receiver_short_name"],
        area_code=first["receiver_area"],
        before=first["chance_before"],
        after=first["chance_after"],
        moves=tuple(_move(list(group)) for _, group in groupby(rows, key=itemgetter("giver"))),
    )


def _move(rows: Sequence[RowMapping]) -> HelpMove:
    first = rows[0]
    return HelpMove(
        giver=first["giver_name"],
        giver_area=first["giver_area"],
        by_kind=tuple((row["kind"], row["people"]) for row in rows),
        neighbouring=first["neighbouring"],
        giver_chance=first["giver_chance"],
    )
