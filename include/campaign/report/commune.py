"""The daily mail of a registry's head: where it stands, how fast it goes, what to do, and what is not its fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from include.campaign.plan.fields import Stage
from include.campaign.report.completion import CompletionLine
from include.campaign.report.course import Course
from include.campaign.report.difficulties import DifficultyLine
from include.campaign.report.stages import StageDay
from include.campaign.report.warning import Escalation

if TYPE_CHECKING:  # it is made of what stands here
    from include.campaign.report.models import RegistryDay

SHOWN_EXCUSES = 2
"""So many stand on the first screen; the others stand under the table."""


@dataclass(frozen=True)
class Duty:
    """One thing to do.

    Attributes:
        kind: what (a macro of the templates says it): "correct", "people", "stage", ...
        cases: of cases, books or people.
        more, days: further figures of the kind: computers beside people; days that people are wanted for.
        name: of an error, or of a stage.
        day: that a report is of, or by whose end something is to be done.
    """

    kind: str
    cases: int | None = None
    more: int | None = None
    days: int | None = None
    name: str | None = None
    stage: Stage | None = None
    day: date | None = None


@dataclass(frozen=True)
class Excuse:
    """One thing that is not held against the unit today; attributes as of a `Duty`."""

    kind: str
    cases: int | None = None
    name: str | None = None
    difficulty: DifficultyLine | None = None
    day: date | None = None


@dataclass(frozen=True)
class Target:
    """What the unit's work is held against: what it promised, else its quota. `by`: last day in time for entering."""

    cases: int
    by: date
    promised: bool


@dataclass(frozen=True)
class CommuneReport:
    """To the head of a registry, each evening.

    Attributes:
        target: None: no quota is given, so there is no percent and no pace.
        course: None: nothing can be told of it; in the final close and after it nobody is asked to hurry.
        duties: up to three things to do.
        excuses: what is not held against the unit, all of it.
        escalation: None: it is not flagged, or for what is not its own.
        vacant: its own posts are vacant: another unit's office is told in their place.
        officer_told: the list of what to correct goes to its officer tonight.
        completion: how far its books balance; None: no close has known it.
    """

    kind: ClassVar[str] = "commune"

    registry: RegistryDay
    target: Target | None
    course: Course | None
    stages: tuple[StageDay, ...]
    duties: tuple[Duty, ...]
    excuses: tuple[Excuse, ...]
    escalation: Escalation | None
    vacant: bool
    officer_told: bool
    completion: CompletionLine | None

    @property
    def finished(self) -> bool:
        """The Ministry has all that the unit is to enter."""
        done, quota = self.registry.received, self.registry.quota
        return done is not None and quota is not None and done >= quota
