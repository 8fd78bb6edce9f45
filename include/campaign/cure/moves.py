"""Who could help whom: people of units ahead, to units that would be late, as far as no giver turns late by it.

A proposal, never an order. Chosen greedily: the unit whose chance of the milestone rises most for each person who comes
is helped first, from the same area before a neighbouring one.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from include.campaign.cure.courses import Courses
from include.campaign.cure.present import KINDS
from include.campaign.pace.season import Flags, Floats, Places
from include.campaign.plan.cure_rules import Cure
from include.campaign.plan.fields import ForceKind

BORDER_GUARDS = KINDS.index("border_guards")


@dataclass(frozen=True)
class Board:
    """What is known of each registry when help is looked for; an element per registry unless said otherwise.

    Attributes:
        codes: GSO codes; ties are decided by them, not by the order in which they stand.
        area: place among the areas.
        near: which areas border on which, (areas, areas).
        border: border communes.
        by_kind: people there, (registries, kinds), and
        people: of all kinds; NaN: not reported.
        stay: days from the close for which they are promised, (registries, kinds).
        per_person_day: measured cases per person-day.
        courses: what is foreseen.
    """

    codes: tuple[str, ...]
    area: Places
    near: Flags
    border: Flags
    by_kind: Floats
    people: Floats
    stay: Floats
    per_person_day: Floats
    courses: Courses


@dataclass(frozen=True)
class Move:
    """People of one kind from one giver. `giver_chance`: what all its moves leave it; 1: it is finished."""

    giver: str
    kind: ForceKind
    people: int
    days: float
    """Days that they would work until the milestone."""
    neighbouring: bool
    """From another area."""
    giver_chance: float


@dataclass(frozen=True)
class Proposal:
    """Help for one unit, and what it would make of its chance."""

    receiver: str
    before: float
    after: float
    moves: tuple[Move, ...]

    @property
    def people(self) -> int:
        """All who would come."""
        return sum(move.people for move in self.moves)


@dataclass(frozen=True)
class _Help:
    """The best help for a receiver from what is free: (giver, kind, days, people) in the order in which it is taken."""

    receiver: int
    before: float
    after: float
    taken: tuple[tuple[int, int, float, int], ...]

    @property
    def people(self) -> int:
        return sum(people for *_, people in self.taken)

    @property
    def gain_per_person(self) -> float:
        return (self.after - self.before) / self.people


def propose(board: Board, rules: Cure) -> tuple[Proposal, ...]:
    """Who could help whom, in the order in which the help was found.

    Args:
        board: what is known.
        rules: which kinds are mobile, what is wanted, what a giver keeps, what is worth proposing.
    """
    if board.courses.days <= 0:
        return ()
    chances = board.courses.chances()
    free = _Free(board, rules, chances)
    late = [int(place) for place in np.flatnonzero((chances < rules.wanted_chance) & (board.per_person_day > 0))]
    found = {place: _best_help(board, rules, free, place, float(chances[place])) for place in late}
    queue = [_entry(board, help_) for help_ in found.values() if help_ is not None]
    heapq.heapify(queue)
    chosen: list[_Help] = []
    while queue:
        *_, place = heapq.heappop(queue)
        # What was free when this was looked for may have gone to another since.
        again = _best_help(board, rules, free, place, float(chances[place]))
        if again is None:
            continue
        if queue and _entry(board, again)[:2] > queue[0][:2]:
            heapq.heappush(queue, _entry(board, again))
            continue
        free.take(again)
        chosen.append(again)
    return tuple(_proposal(board, free, help_) for help_ in chosen)


class _Free:
    """Who can still be given: people by registry and kind, and how many in all each giver can spare."""

    def __init__(self, board: Board, rules: Cure, chances: Floats) -> None:
        self.board = board
        mobile = np.isin(KINDS, rules.mobile_kinds)
        self.people = np.where(np.isnan(board.by_kind) | ~mobile, 0.0, board.by_kind).astype(np.int64)
        self.given = np.zeros(len(board.codes), dtype=np.int64)
        self.close_by = board.near | np.eye(len(board.near), dtype=np.bool_)
        self.rank = np.argsort(np.argsort(np.array(board.codes)))
        self.spare = np.array([self._spare(place, rules, chances) for place in range(len(board.codes))], dtype=np.int64)

    def _spare(self, place: int, rules: Cure, chances: Floats) -> int:
        people = int(self.people[place].sum())
        if not people or np.isnan(chances[place]) or chances[place] < rules.giver_chance:
            return 0
        kept = self.chance_without(place, np.arange(people + 1))
        return int((kept >= rules.giver_chance).sum()) - 1

    def chance_without(self, place: int, people: Places) -> Floats:
        """A giver's chance once so many have left, for all days until the milestone; what is finished stays so."""
        if self.board.courses.remaining[place] <= 0:
            return np.ones(len(people))
        lost = people * self.board.per_person_day[place] * self.board.courses.days
        # Where nobody knows what a person does, nobody can be spared.
        lost = np.where(np.isnan(lost), np.where(people > 0, np.inf, 0.0), lost)
        return self.board.courses.chance(place, -lost)

    def near(self, receiver: int, rules: Cure, most: float) -> Iterator[tuple[int, int, float, int]]:
        """(giver, kind, days of work, people) that a receiver can have, nearest and longest first, at most so many."""
        board = self.board
        home = board.area[receiver]
        givers = np.flatnonzero((self.spare > 0) & self.close_by[home][board.area])
        place, kind = np.nonzero(self.people[givers] > 0)
        giver = givers[place]
        days = np.minimum(board.courses.days, board.stay[giver, kind]) - rules.travel_days
        fits = (days > 0) & (giver != receiver) & ((kind != BORDER_GUARDS) | board.border[receiver])
        giver, kind, days = giver[fits], kind[fits], days[fits]
        unfinished = board.courses.remaining[giver] > 0
        # The last is looked at first.
        keys = (kind, self.rank[giver], -self.spare[giver], unfinished, -days, board.area[giver] != home)
        given: dict[int, int] = {}
        for lot in np.lexsort(keys).tolist():
            one, of = int(giver[lot]), int(kind[lot])
            people = int(min(self.people[one, of], self.spare[one] - given.get(one, 0), most))
            if people > 0:
                given[one] = given.get(one, 0) + people
                most -= people
                yield one, of, float(days[lot]), people
            if most <= 0:
                return

    def take(self, help_: _Help) -> None:
        for giver, kind, _, people in help_.taken:
            self.people[giver, kind] -= people
            self.spare[giver] -= people
            self.given[giver] += people
        self.spare[help_.receiver] = 0  # who is helped gives nobody


def _best_help(board: Board, rules: Cure, free: _Free, receiver: int, before: float) -> _Help | None:
    """The fewest people that bring a receiver to the wanted chance, or as near to it as what is free can.

    They are fewer than the rules' `most_times` of the people there: no office takes in more at once.
    """
    there = board.people[receiver]
    lots = list(free.near(receiver, rules, np.inf if np.isnan(there) else max(rules.most_times * there - 1, 1)))
    if not lots:
        return None
    days = np.concatenate([np.full(people, days) for _, _, days, people in lots])
    chances = board.courses.chance(receiver, np.cumsum(days) * board.per_person_day[receiver])
    best = min(float(chances[-1]), rules.wanted_chance)
    people = int(np.argmax(chances >= best)) + 1
    after = float(chances[people - 1])
    if after - before < max(rules.least_gain, 1e-9):
        return None
    taken = []
    for giver, kind, of, number in lots:
        part = min(number, people)
        people -= part
        if part:
            taken.append((giver, kind, of, part))
    return _Help(receiver, before, after, tuple(taken))


def _entry(board: Board, help_: _Help) -> tuple[float, str, int]:
    return -help_.gain_per_person, board.codes[help_.receiver], help_.receiver


def _proposal(board: Board, free: _Free, help_: _Help) -> Proposal:
    moves = [
        Move(
            giver=board.codes[giver],
            kind=KINDS[kind],
            people=people,
            days=days,
            neighbouring=bool(board.area[giver] != board.area[help_.receiver]),
            giver_chance=float(free.chance_without(giver, free.given[giver : giver + 1])[0]),
        )
        for giver, kind, days, people in help_.taken
    ]
    return Proposal(board.codes[help_.receiver], help_.before, help_.after, tuple(moves))
