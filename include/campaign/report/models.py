"""What the papers of a day say, one plain object per reader; how it is said is `render`'s.

Counts are entries (cases). None is "no data" or, for a quota, "none given"; neither is ever zero. Moments carry the
campaign's time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from include.campaign.plan.fields import Stage
from include.campaign.report.breaks import BreakLine
from include.campaign.report.burnup import BurnUp
from include.campaign.report.commune import CommuneReport
from include.campaign.report.completion import CompletionBlock
from include.campaign.report.cure import CureBlock, NeedLine
from include.campaign.report.difficulties import DifficultiesBlock
from include.campaign.report.duplicates import DuplicateCounts
from include.campaign.report.edition import Edition, EditionNote
from include.campaign.report.escalations import LadderBlock, ProposalBlock, RaisedBlock, RecoveryBlock
from include.campaign.report.first_page import FirstPage
from include.campaign.report.front import DistrictFront
from include.campaign.report.funnel import StageSum
from include.campaign.report.operations import OperationsBlock
from include.campaign.report.pace import Lag, RegistryPace
from include.campaign.report.pace_block import PaceBlock
from include.campaign.report.partners import PartnerBlock
from include.campaign.report.self_reports import SelfReports
from include.campaign.report.total import Total
from include.campaign.report.transfers import Transfers
from include.campaign.report.worklists import WorklistBlock, Worklists


@dataclass(frozen=True)
class ReportHead:
    """What every paper of a close states: which close, measured against what, covering how much."""

    close_key: str
    final: bool
    tail: bool
    """A day after the final close: nobody is judged any more."""
    day: date
    day_number: int
    """1 on the campaign's first day; in the tail days since its last."""
    days: int
    as_of: datetime
    state: str
    run_id: str
    sender: str
    campaign: str
    plan_number: str
    """Of the order that the campaign is carried out by, as official papers cite it."""
    province: str
    baseline_title: str
    baseline_source: str
    baseline_dated: date
    read: int
    expected: int
    not_configured: int
    """Of the registries expected, those that the plan names and no connection leads to."""
    ledger_read: bool
    edition: Edition
    """"provisional": more is unknown than the plan tolerates, and every page says so; a final edition follows, once."""


@dataclass(frozen=True)
class LastKnown:
    """Figures of the newest earlier close at which a registry was read."""

    as_of: datetime
    entered: int | None
    received: int | None


@dataclass(frozen=True)
class Health:
    """How the reading of a registry for a close went.

    Attributes:
        attempts: made for the close.
        took: duration of the reading used, or of the last attempt.
        entries: in the reading used.
        lacking: "table.column" that the registry lacks or refuses us: figures that rest on it have no data.
        last_read_at: the last good reading for whatever purpose; None: it has never been read.
        acknowledged_until: day until which the data team knows that it cannot be read, and why.
    """

    attempts: int | None = None
    took: timedelta | None = None
    entries: int | None = None
    lacking: tuple[str, ...] = ()
    last_read_at: datetime | None = None
    acknowledged_until: date | None = None
    acknowledged_why: str | None = None


@dataclass(frozen=True)
class StateFigures:
    """Where transfers stand, and entries with open defects: as first read, never recomputed."""

    queued: int | None
    awaiting: int | None
    rejected: int | None
    failed: int | None
    open_defects: int | None


@dataclass(frozen=True)
class RegistryDay:
    """One registry at a close."""

    code: str
    name: str
    full_name: str
    area_code: str
    outcome: str
    read: bool
    state_read_at: datetime | None
    received_from_last_mirror: bool
    quota: int | None
    entered: int | None
    received: int | None
    entered_in_day: int | None
    received_in_day: int | None
    states: StateFigures
    lag: Lag | None
    pace: RegistryPace | None
    need: NeedLine | None
    """What would bring it back; None: it cannot be told, or there is nothing to say."""
    last_known: LastKnown | None
    unread_since: date | None
    health: Health

    @property
    def is_area(self) -> bool:
        """It is itself the unit just below the province: a district's own books, or a commune without a district."""
        return self.code == self.area_code

    @property
    def configured(self) -> bool:
        """The plan names it and there is a connection to it."""
        return self.outcome != "not_configured"


@dataclass(frozen=True)
class AreaDay:
    """The province, or a unit just below it with everything registered in it."""

    code: str
    name: str
    quota: int | None
    entered: Total
    received: Total
    entered_in_day: Total
    received_in_day: Total
    behind: int
    """Registries flagged behind."""


@dataclass(frozen=True)
class Band:
    """Registries whose percent lies in a band that officials read; `name` is a term, e.g. "under_50"."""

    name: str
    by_entered: int | None
    by_received: int | None


@dataclass(frozen=True)
class FailureLine:
    """Transfers that stand rejected or failed with one code."""

    state: str
    code: str
    name: str | None
    """What the plan calls the code; None for a code that it does not know."""
    own: int
    """Of the entries that the baseline counts."""
    earlier: int
    """Of books done before it (phase 1): told apart from the units' own."""


@dataclass(frozen=True)
class Failures:
    """Rejected and failed transfers by code, with the moments they were read between when that was late."""

    ours: tuple[FailureLine, ...]
    """What units or the Department can do something about."""
    receivers: tuple[FailureLine, ...]
    """The receiving side's fault: never counted against a unit."""
    queued: Total
    awaiting: Total
    open_defects: Total
    late_from: datetime | None
    """First and last moment of reading; None when they were read on time."""
    late_until: datetime | None
    undetermined: int
    """Registries that were read after the day: what their state was then nobody can tell any more."""


@dataclass(frozen=True)
class Requeues:
    """Transfers put back by decisions made for this close, by what became of the decision."""

    requeued: int
    not_requeued: int
    not_permitted: int
    pending: int
    """Decided, not done yet: the registry was not reached or has not answered."""

    @property
    def decided(self) -> int:
        """All decisions."""
        return self.requeued + self.not_requeued + self.not_permitted + self.pending


@dataclass(frozen=True)
class Change:
    """One figure of one registry at an earlier close that is different now."""

    figure: str
    old: int
    new: int
    counted: bool
    """Of the books that the baseline counts, which papers print; else of the earlier phase's."""


@dataclass(frozen=True)
class Restatement:
    """What changed in a registry's figures of an earlier close since the last report, and when that was found."""

    day: date
    final: bool
    registry: str
    found_at: datetime
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class LateData:
    """Registries that had no data at an earlier close and have now."""

    day: date
    final: bool
    registries: tuple[str, ...]


@dataclass(frozen=True)
class Withdrawn:
    """A flag of an earlier close that is taken back: what is known now shows that the registry was not behind."""

    day: date
    registry: str
    stage: Stage
    quota: int
    due: int
    done_then: int
    done_now: int
    why: str


@dataclass(frozen=True)
class Laggards:
    """The evening's verdict on who is behind.

    Attributes:
        verdict: None: not judged (yet).
        from_day: of the campaign, on which judging begins.
        judged: registries that were.
        newly: of these, in no episode before: warned tonight, behind the roadmap or not.
        registries: behind the roadmap.
    """

    verdict: str | None
    from_day: int
    judged: int
    newly: int
    registries: tuple[RegistryDay, ...]


@dataclass(frozen=True)
class ProvinceReport:
    """To the Department's desk."""

    kind: ClassVar[str] = "province"

    first_page: FirstPage
    province: AreaDay
    areas: tuple[AreaDay, ...]
    burnup: BurnUp | None
    """None: no close was judged yet."""
    area_burnups: tuple[BurnUp, ...]
    funnel: tuple[StageSum, ...]
    """Empty: the close was not judged."""
    registries: tuple[RegistryDay, ...]
    """All of them, by code: what files that go with the letter list."""
    bands: tuple[Band, ...]
    without_figures: int
    """Registries with a quota but without figures: in no band."""
    pace: PaceBlock | None
    """None: the close was not judged."""
    cure: CureBlock | None
    """None: nothing was looked for."""
    laggards: Laggards
    unread: tuple[RegistryDay, ...]
    not_configured: tuple[str, ...]
    partly_read: tuple[RegistryDay, ...]
    failures: Failures
    requeues: Requeues
    transfers: Transfers | None
    worklists: Worklists | None
    duplicates: DuplicateCounts | None
    breaks: tuple[BreakLine, ...]
    restatements: tuple[Restatement, ...]
    late_data: tuple[LateData, ...]
    withdrawn: tuple[Withdrawn, ...]
    """What tonight's letters take back."""
    self_reports: SelfReports | None
    printed_total: int | None
    """The total that the baseline's source prints, where the areas' quotas do not add up to it."""
    areas_quota: int | None


@dataclass(frozen=True)
class DistrictReport:
    """To the head of a unit just below the province that has registries below it."""

    kind: ClassVar[str] = "district"

    area: AreaDay
    burnup: BurnUp | None
    """None: no close was judged yet."""
    front: DistrictFront
    pace: PaceBlock | None
    cure: CureBlock | None
    registries: tuple[RegistryDay, ...]
    failures: Failures
    requeues: Requeues
    worklists: Worklists | None
    missing_reports: tuple[RegistryDay, ...]
    """Registries without the newest daily report of themselves that is due,"""
    reports_of: date | None
    """which is of this day; None where none was looked at."""


@dataclass(frozen=True)
class WithdrawalBlock:
    """To an address that was told of flags that were wrong."""

    kind: ClassVar[str] = "withdrawal"

    flags: tuple[Withdrawn, ...]


@dataclass(frozen=True)
class HeldNotice:
    """To the Department when the day does not close: what failed, instead of figures nobody can trust."""

    kind: ClassVar[str] = "held"

    why: str | None


Block = (
    ProvinceReport
    | DistrictReport
    | LadderBlock
    | DifficultiesBlock
    | CommuneReport
    | CompletionBlock
    | RaisedBlock
    | ProposalBlock
    | RecoveryBlock
    | WithdrawalBlock
    | WorklistBlock
    | PartnerBlock
    | OperationsBlock
    | HeldNotice
)


@dataclass(frozen=True)
class Letter:
    """All that one address is told of a close."""

    head: ReportHead
    address: str
    office: str
    unit_code: str
    language: str
    reply_to: str
    """The Department's desk."""
    blocks: tuple[Block, ...]
    copies: tuple[str, ...] = ()
    """Addresses that have the same message in copy."""
    note: EditionNote | None = None
    """At the head of the Department's report when it is provisional, or follows one that was."""
