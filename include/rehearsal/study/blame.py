"""Who was told of a registry only because of what is not its own: the same world is played without the cause.

What people are told in the world as it is and never in the world without the Ministry's outages was told because of an
outage; the same with a world in which every registry is read every evening.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from include.campaign.ladder.episodes import Step
from include.rehearsal.study.evenings import Judged
from include.rehearsal.study.sight import Sight

OUTAGE, DEAD_LINE = "outage of the Ministry", "dead line"
CLIMBED = ("unit", "district", "department", "chair")
"""Levels of the ladder; who owns a difficulty is told of that and not of the registry."""


@dataclass(frozen=True)
class Blamed:
    """A step that would not be without a cause, and the kinds of the flags that the registry then had."""

    step: Step
    kinds: tuple[str, ...]


def told_only_here(here: Sequence[Judged], elsewhere: Sequence[Judged], codes: Collection[str]) -> list[Blamed]:
    """Steps about some registries in one world whose level is never told about that registry in the other."""
    there = {(step.registry_code, step.level) for evening in elsewhere for step in evening.decision.steps}
    return [
        Blamed(step, _kinds(evening, step.registry_code))
        for evening in here
        for step in evening.decision.steps
        if step.level in CLIMBED and step.registry_code in codes and (step.registry_code, step.level) not in there
    ]


def _kinds(evening: Judged, registry_code: str) -> tuple[str, ...]:
    return tuple(flag.kind for flag in evening.judgement.flags if flag.registry_code == registry_code)


def unread_at_times(sight: Sight) -> frozenset[str]:
    """Registries that were not read on some evening."""
    late = (sight.known_at > np.arange(len(sight.closes))).any(axis=1)
    return frozenset(sight.units.codes[place] for place in np.flatnonzero(late).tolist())
