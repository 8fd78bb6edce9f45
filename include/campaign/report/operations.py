"""The data team's mail of an evening: sources, breaks, transfers, deliveries, what was late, and what to do first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from include.campaign.report.breaks import BreakLine
from include.campaign.report.transfers import Transfers

if TYPE_CHECKING:  # it is made of what stands here
    from include.campaign.report.models import RegistryDay, Requeues

WAITING = frozenset({"queued", "deferred"})

FirstKind = Literal["held", "ledger", "unfinished", "source", "unwritten", "kept", "refused", "uncertain", "waits",
                    "code", "breaks", "nothing"]  # fmt: skip
"""What comes first, in this order: nothing can go out, little is known, somebody is not told, something is unclear."""


@dataclass(frozen=True)
class FirstThing:
    """What to do first: `about` names it, `outcome` says what happened to a source (a term)."""

    kind: FirstKind
    about: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class SlowSource:
    """A registry whose reading took long; `took`: of the reading that the close uses."""

    name: str
    took: timedelta


@dataclass(frozen=True)
class Undelivered:
    """A delivery that has not arrived, or of which it is not known.

    `key`: in the outbox; None: the paper could not be made. `of_key`: its close. `state`: a term.
    """

    key: str | None
    of_key: str
    office: str
    address: str
    state: str
    smtp_code: int | None
    why: str | None


@dataclass(frozen=True)
class Deliveries:
    """Mails of the close before, as they stood when this close was first made.

    Attributes:
        day: of the close before; None: there was none.
        by_state: its papers by state (a term), copies included.
        alarms: to the data team since.
        undelivered: what has not arrived or may not have, what needs a person first; of earlier closes what still
            waits or is held.
    """

    day: date | None
    by_state: Mapping[str, int]
    alarms: int
    undelivered: tuple[Undelivered, ...]

    @property
    def to_see_to(self) -> tuple[Undelivered, ...]:
        """What does not go out by itself."""
        return tuple(one for one in self.undelivered if one.state not in WAITING)

    @property
    def waiting(self) -> int:
        """How many will."""
        return sum(one.state in WAITING for one in self.undelivered)


@dataclass(frozen=True)
class Late:
    """Tasks that were to be done by an hour of the plan.

    Attributes:
        closed_at, close_by: when this close was first made, and by when it was to be.
        report_day, report_at, report_by: the close before, and the same of the Department's message about it;
            `report_at` None: it had none when this close was made.
        unfinished: days of earlier closes that are not closed.
    """

    closed_at: datetime
    close_by: datetime
    report_day: date | None
    report_at: datetime | None
    report_by: datetime | None
    unfinished: tuple[str, ...]

    @property
    def close_late(self) -> bool:
        """This close was late."""
        return self.closed_at > self.close_by

    @property
    def report_late(self) -> bool:
        """The Department had its message about the close before late, or not at all."""
        return self.report_by is not None and (self.report_at is None or self.report_at > self.report_by)


@dataclass(frozen=True)
class OperationsBlock:
    """To the data team.

    Attributes:
        first: what to do first.
        held_why: the close's sums do not close; None: they do.
        outcomes: registries by outcome (a term), most first.
        unread: registries whose silence is news; `known` are those that the data team has acknowledged.
        not_configured: number of registries without a connection.
        partly: read without what they lack.
        slow: the slowest readings, and `slow_from` on they count as slow.
        breaks: by kind; those without any left out.
        requeues: decisions about failed transfers, by what became of them.
        transfers: what stands after them; None: nothing to tell.
        deliveries, late: None: nobody looked when the close was made.
    """

    kind: ClassVar[str] = "operations"

    first: FirstThing
    held_why: str | None
    outcomes: tuple[tuple[str, int], ...]
    unread: tuple[RegistryDay, ...]
    known: tuple[RegistryDay, ...]
    not_configured: int
    partly: tuple[RegistryDay, ...]
    slow: tuple[SlowSource, ...]
    slow_from: timedelta
    breaks: tuple[BreakLine, ...]
    requeues: Requeues
    transfers: Transfers | None
    deliveries: Deliveries | None
    late: Late | None
