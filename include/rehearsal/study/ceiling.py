"""How well anybody could judge: who knows each registry's strength, helpers and late start, and not the days to come.

Days are drawn, so that some registries make the milestone by luck and others miss it. No judge can be better than this
one but by luck; what is missing to it is what a judge does not see in the few days that there were.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from include.campaign.pace.season import Flags
from include.rehearsal.build import Player
from include.rehearsal.effort import Effort, luck_of_days
from include.rehearsal.instants import DAY
from include.rehearsal.ministry import Ministry
from include.rehearsal.misses import Outcome, without_help
from include.rehearsal.province import Province

COURSES = 1000


def efforts_of(province: Province, ministry: Ministry, seed: int, scale: float) -> list[Effort]:
    """How each registry works when no help comes."""
    alone = without_help(province)
    return [Player(leaf, alone, ministry, seed, scale).effort for leaf in province.leaves]


def foreseen_misses(
    province: Province, efforts: Sequence[Effort], outcomes: Sequence[Outcome], as_of: int, deadline: int
) -> Flags:
    """Registries that more likely than not miss the deadline, to one who knows all but the days to come.

    Args:
        province: whose temper the days are drawn from.
        efforts: of all registries, without help.
        outcomes: theirs, for the work that counts.
        as_of: the instant of judging.
        deadline: of entry, after it.
    """
    today = (as_of - province.start) // DAY
    midnights = province.start + DAY * np.arange(today + 1, (deadline - province.start - 1) // DAY + 1)
    edges = np.concatenate([[as_of], midnights, [deadline]])
    luck = luck_of_days((COURSES, len(edges) - 1), province.temper, np.random.default_rng(0))
    found = []
    for effort, outcome in zip(efforts, outcomes, strict=True):
        done = effort.entry.done(edges)
        usual = np.diff(done) / effort.luck[today : today + len(edges) - 1]
        luck[:, 0] = effort.luck[today]
        missed = done[0] + luck @ usual < outcome.enough / outcome.papers
        found.append(bool(missed.mean() > 0.5))
    return np.array(found)
