"""What the Department reads first: the close before beside tonight, who came on and off the list, what to decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from include.campaign.days import FINAL
from include.campaign.report.praise import Praise, praise
from include.campaign.report.total import Total

if TYPE_CHECKING:  # all are made of what stands here
    from include.campaign.ladder.episodes import Level
    from include.campaign.report.escalations import LadderDay
    from include.campaign.report.frozen import FrozenDay
    from include.campaign.report.models import Laggards, RegistryDay

DecisionKind = Literal[
    "chair", "meet", "reinforce", "difficulties", "overdue", "duplicates", "unknown_codes", "stopped", "over_reports"
]


@dataclass(frozen=True)
class Before:
    """Headline figures of the close before.

    Attributes:
        day, final: of that close.
        entered, received, unsent: sums, and how many of `expected` registries they cover.
        behind: registries behind; None: nobody was judged.
        duplicates: still to be decided; None: none were counted.
    """

    day: date
    final: bool
    read: int
    expected: int
    entered: Total
    received: Total
    unsent: Total
    behind: int | None
    duplicates: int | None


@dataclass(frozen=True)
class Decision:
    """Something that waits for the Department.

    Attributes:
        kind: what it is (a term).
        number: of units; of duplicates and transfers, entries.
        people: who would be sent, where that is to be decided; else None.
        names: of the units, those that matter most first; of codes, the codes.
    """

    kind: DecisionKind
    number: int
    people: int | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class FirstPage:
    """What stands on the first page beside the sums.

    Attributes:
        before: the close before; None: there was none.
        unsent: transfers of the baseline's entries that stand rejected or failed.
        came_on: registries behind that were not at the close before, most behind first.
        came_off: names of those that were and, looked at tonight, are not any more;
        lost_sight: and of those that were and could not be looked at. The list adds up: what it was + came_on -
            came_off - lost_sight.
        decisions: what is to be decided, most pressing first.
        praise: who gained most, who was first.
    """

    before: Before | None
    unsent: Total
    came_on: tuple[RegistryDay, ...]
    came_off: tuple[str, ...]
    lost_sight: tuple[str, ...]
    decisions: tuple[Decision, ...]
    praise: Praise


def first_page(day: FrozenDay, ladder: LadderDay, laggards: Laggards) -> FirstPage:
    """The Department's first page.

    Args:
        day: the frozen day.
        ladder: what the ladder decided for it.
        laggards: who is behind.
    """
    before = _before(day)
    behind = {one.code for one in laggards.registries}
    was = set(day.before["behind"]) if day.before is not None and day.before["behind"] is not None else None
    off = [one for one in day.registries if was is not None and one.code in was - behind]
    return FirstPage(
        before=before,
        unsent=_unsent(day.registries),
        came_on=tuple(one for one in laggards.registries if _is_new(one, was)),
        came_off=tuple(one.full_name for one in off if one.read),
        lost_sight=tuple(one.full_name for one in off if not one.read),
        decisions=tuple(decisions(day, ladder)),
        praise=praise(day),
    )


def _is_new(registry: RegistryDay, was: Set[str] | None) -> bool:
    """It was not behind at the close before; where nobody was judged then, its flag says so itself."""
    if was is not None:
        return registry.code not in was
    return registry.lag is not None and registry.lag.newly


def _before(day: FrozenDay) -> Before | None:
    row = day.before
    if row is None:
        return None
    return Before(
        day=row["day"],
        final=row["kind"] == FINAL,
        read=row["read"],
        expected=row["expected"],
        entered=Total(row["entered"], row["entered_covered"], row["expected"]),
        received=Total(row["received"], row["received_covered"], row["expected"]),
        unsent=Total(row["unsent"], row["unsent_covered"], row["expected"]),
        behind=None if row["behind"] is None else len(row["behind"]),
        duplicates=row["duplicates"],
    )


def _unsent(registries: Sequence[RegistryDay]) -> Total:
    states = [one.states for one in registries]
    return Total.of(
        None if one.rejected is None and one.failed is None else (one.rejected or 0) + (one.failed or 0)
        for one in states
    )


def decisions(day: FrozenDay, ladder: LadderDay) -> Iterator[Decision]:
    """What waits for the Department, most pressing first; what does not is left out."""
    names = {one.code: one.full_name for one in day.registries}
    yield from _units("chair", _raised(ladder, "chair", names))
    yield from _units("meet", _raised(ladder, "department", names))
    helps = day.cure.helps
    yield from _units("reinforce", [one.receiver for one in helps], sum(one.people for one in helps))
    open_ = [row for row in ladder.difficulties if row["state"] != "closed"]
    yield from _units("difficulties", [row["full_name"] for row in open_ if row["owner"] == "department"])
    late = [row for row in open_ if row["state"] == "overdue" and row["owner"] not in ("department", "unit")]
    yield from _units("overdue", [row["full_name"] for row in late])
    proposed = sum(row["proposed"] for row in day.duplicates.rows)
    if proposed:
        yield Decision("duplicates", proposed, None, ())
    codes = day.decided.unknown_codes
    if codes:
        yield Decision(
            "unknown_codes", sum(row["entries"] for row in codes), None, _once(row["error_code"] for row in codes)
        )
    stopped = sum(row["entries"] for row in day.decided.standing if row["kind"] == "poison")
    if stopped:
        yield Decision("stopped", stopped, None, ())
    yield from _units("over_reports", [row["full_name"] for row in day.self_reports if row["named"]])


def _raised(ladder: LadderDay, level: Level, names: Mapping[str, str]) -> Iterator[str]:
    return (names[row["registry_code"]] for row in ladder.steps if row["level"] == level)


def _units(kind: DecisionKind, names: Iterable[str], people: int | None = None) -> Iterator[Decision]:
    told = _once(names)
    if told:
        yield Decision(kind, len(told), people, told)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
