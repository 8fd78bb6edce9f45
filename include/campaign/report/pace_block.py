"""The part of a paper that says when units will be done, who is flagged and why, and who is apart.

How it is said is the templates'.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import RowMapping

from include.campaign.pace.judgement import FlagKind, FlagOwner
from include.campaign.pace.season import STAGES
from include.campaign.plan.fields import Stage
from include.campaign.report.pace import KINDS, Finish, FlagLine, PaceRows, RegistryPace, finish, last_day_before
from include.campaign.report.ranks import Rank, Unfinished, ranks, unfinished

if TYPE_CHECKING:
    from include.campaign.report.frozen import FrozenDay
    from include.campaign.report.models import RegistryDay

TOO_EARLY = "too early"
"""The ladder's verdict before the plan's day of judging."""


@dataclass(frozen=True)
class AreaPace:
    """The province, or a unit just below it, with everything registered in it."""

    code: str
    name: str
    entry: Finish | None
    transfer: Finish | None


@dataclass(frozen=True)
class FlagGroup:
    """Flags of one kind.

    Attributes:
        lines: those that have stood longest first, of these those with most left to be done.
        reasons: of these, whose reasons are told with this kind.
        newly: how many are new.
        ended: names of those let go.
    """

    kind: FlagKind
    lines: tuple[FlagLine, ...]
    reasons: tuple[FlagLine, ...]
    newly: int
    ended: tuple[str, ...]

    @property
    def others(self) -> tuple[tuple[FlagOwner, int], ...]:
        """Owners of the cause other than the units themselves, and how many flags each has, most first."""
        return tuple(Counter(line.owner for line in self.lines if line.owner != "unit").most_common())

    @property
    def told(self) -> bool:
        """Reasons are told here; of who is behind, and of who is silent, they are told in places of their own."""
        return self.kind not in ("behind", "silent")

    @property
    def elsewhere(self) -> int:
        """How many have the reason that matters told with another kind: who cannot enter in time cannot hand over."""
        return len(self.lines) - len(self.reasons)


@dataclass(frozen=True)
class Held:
    """Of so many intervals foretold some closes ahead, how many held what came; ahead 0: all of them."""

    ahead: int
    intervals: int
    held: int


@dataclass(frozen=True)
class ChanceScore:
    """Mean squared distance of the chances of a milestone from what came, and that of the straight line's yes or no."""

    stage: Stage
    chances: int
    brier: float
    brier_naive: float | None


@dataclass(frozen=True)
class Backtest:
    """How far forecasts of this campaign were right so far.

    Attributes:
        whole: all intervals whose close has come.
        ahead: the same, by how many closes ahead they were foretold.
        error_middle, error_naive: mean distance of what came from the middle, and from a straight line, in cases.
        chances: of milestones that have passed.
    """

    whole: Held
    ahead: tuple[Held, ...]
    error_middle: float | None
    error_naive: float | None
    chances: tuple[ChanceScore, ...]


@dataclass(frozen=True)
class Apart:
    """A registry without a quota of its own: none, or one computed from another unit's."""

    name: str
    quota: int | None
    entered: int | None
    received: int | None


@dataclass(frozen=True)
class PaceBlock:
    """Pace of the province, or of an area, and of what lies in it.

    Attributes:
        entry_by, transfer_by: last days on which entering and transferring are in time.
        whole: the unit itself.
        areas: of the province, the units below it; of an area none.
        groups: flags by kind, kinds without any left out.
        bottlenecks: stages that hold registries up, with how many each, in the order of the stages.
        apart: registries without a quota of their own.
        entry_over: the time for entering is over: registries are ranked by what comes after it (`ranks`, best first),
            and `unfinished` are those that are not through with it.
        flags_told: flags are told; before the plan's day of judging they are not.
        backtest: of the province; None: no interval has come due.
    """

    entry_by: date
    transfer_by: date
    whole: AreaPace
    areas: tuple[AreaPace, ...]
    groups: tuple[FlagGroup, ...]
    bottlenecks: tuple[tuple[Stage, int], ...]
    apart: tuple[Apart, ...]
    entry_over: bool
    ranks: tuple[Rank, ...]
    unfinished: tuple[Unfinished, ...]
    flags_told: bool
    backtest: Backtest | None


def pace_block(
    day: FrozenDay, whole: RowMapping, registries: Sequence[RegistryDay], below: Sequence[RowMapping] = ()
) -> PaceBlock | None:
    """Pace of a unit and of what lies in it; None: the close was not judged.

    Args:
        day: the frozen day.
        whole: the unit's row of `FrozenDay.areas`.
        registries: what is registered in it.
        below: rows of the units just below it; only the province has any.
    """
    paces = [registry.pace for registry in registries if registry.pace is not None]
    if not paces or not {"entered", "received"} <= day.milestones.keys():
        return None
    codes = {registry.code for registry in registries}
    flags_told = day.evening is not None and day.evening["verdict"] != TOO_EARLY
    ended = [row for row in day.pace.ended if flags_told and row["registry_code"] in codes]
    as_of = day.head.as_of
    entry_over = as_of >= day.milestones["entered"]
    return PaceBlock(
        entry_by=last_day_before(day.milestones["entered"]),
        transfer_by=last_day_before(day.milestones["received"]),
        whole=_area_pace(day.pace, whole, as_of, "province" if below else "area"),
        areas=tuple(_area_pace(day.pace, row, as_of, "area") for row in below),
        groups=flag_groups((line for pace in paces for line in pace.flags), ended),
        bottlenecks=bottlenecks(paces) if flags_told else (),
        apart=tuple(
            Apart(one.full_name, one.quota, one.entered, one.received)
            for one in registries
            if one.pace is not None and one.pace.apart
        ),
        entry_over=entry_over,
        ranks=tuple(rank for rank in ranks(day.registries) if rank.code in codes) if entry_over else (),
        unfinished=unfinished(registries) if entry_over else (),
        flags_told=flags_told,
        backtest=_backtest(day.pace) if below else None,
    )


def _backtest(rows: PaceRows) -> Backtest | None:
    found = {row["ahead"]: row for row in rows.backtests}
    whole = found.pop(0, None)
    if whole is None:
        return None
    return Backtest(
        whole=Held(0, whole["intervals"], whole["held"]),
        ahead=tuple(Held(ahead, row["intervals"], row["held"]) for ahead, row in found.items()),
        error_middle=whole["error_middle"],
        error_naive=whole["error_naive"],
        chances=tuple(
            ChanceScore(row["stage"], row["chances"], row["brier"], row["brier_naive"]) for row in rows.chance_scores
        ),
    )


def _area_pace(rows: PaceRows, row: RowMapping, as_of: datetime, scope: str) -> AreaPace:
    return AreaPace(
        code=row["code"],
        name=row["full_name"],
        entry=finish(rows.forecasts.get((scope, row["code"], "entered")), as_of),
        transfer=finish(rows.forecasts.get((scope, row["code"], "received")), as_of),
    )


def flag_groups(flags: Iterable[FlagLine], ended: Iterable[RowMapping]) -> tuple[FlagGroup, ...]:
    """Flags by kind, in the order of `KINDS`; a kind that nobody has nor was let go of is left out."""
    standing: dict[str, list[FlagLine]] = defaultdict(list)
    for line in flags:
        standing[line.kind].append(line)
    let_go: dict[str, list[str]] = defaultdict(list)
    for row in ended:
        let_go[row["kind"]].append(row["full_name"])
    for lines in standing.values():
        lines.sort(key=lambda line: (-line.streak, -(line.figures.get("remaining") or 0), line.registry_code))
    late = {line.registry_code for line in standing["will_miss_entry"]}
    return tuple(
        FlagGroup(
            kind=kind,
            lines=tuple(standing[kind]),
            reasons=tuple(
                line for line in standing[kind] if kind != "will_miss_transfer" or line.registry_code not in late
            ),
            newly=sum(line.newly for line in standing[kind]),
            ended=tuple(let_go[kind]),
        )
        for kind in KINDS
        if standing[kind] or let_go[kind]
    )


def bottlenecks(paces: Iterable[RegistryPace]) -> tuple[tuple[Stage, int], ...]:
    """Stages that hold registries up, with how many each, in the order of the stages."""
    found = Counter(pace.bottleneck for pace in paces if pace.bottleneck is not None)
    return tuple((stage, found[stage]) for stage in STAGES if found[stage])
