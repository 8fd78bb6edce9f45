"""One model per row of a plan file, and what is derived from the rows. Columns are told in `include/plan/README.md`."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from include.campaign.plan.fields import (
    AtLeastOne,
    BreakKindName,
    Code,
    Count,
    Day,
    Email,
    ForceKind,
    Frozen,
    Instant,
    Language,
    Level,
    Origin,
    OutcomeAction,
    OutcomeClass,
    Owner,
    Phone,
    Post,
    Scope,
    Share,
    Stage,
    Text,
)


class Unit(Frozen):
    """A unit of any level (units.csv). `valid_to` is its last day; an empty end is open."""

    code: Code
    name: Text
    level: Level
    kind: Text
    parent_code: Code | None = None
    registry: bool
    border: bool = False
    valid_from: Day | None = None
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} is before valid_from {self.valid_from}")
        return self


class Registry(Frozen):
    """A reporting leaf with a database: a commune, or a district that registers events itself (Luật Hộ tịch art. 7)."""

    code: Code


class Shard(Frozen):
    """Registries that are read by one task. `code` is the district's, or the province's with a running number."""

    code: str
    name: Text
    registry_codes: tuple[Code, ...]


class Predecessor(Frozen):
    """A unit that old books name, and the share of it that lies in present unit `code` (predecessors.csv)."""

    old_code: Code
    old_name: Text
    code: Code
    share: Annotated[Share, Field(gt=0)]


class Population(Frozen):
    """Inhabitants of a unit in a census year; only a weight for splitting quotas (population.csv)."""

    unit_code: Code
    year: Count
    population: Count


class Register(Frozen):
    """A kind of register (registers.csv). Open-ended: a code met in a book but not here is shown as it is."""

    code: Text
    name_vi: Text
    name_en: Text


class ErrorCode(Frozen):
    """A transfer error and the outcome that it stands for (error_codes.csv).

    Open-ended: a code that is not here has the outcome of class "unknown", is held, and shown. `fix_vi` is what a unit
    has to put right.
    """

    code: Text
    outcome: Text
    name_vi: Text
    fix_vi: Text | None = None


class Outcome(Frozen):
    """A kind of failure: whose it is, and what happens to an entry whose transfer ended so (outcomes.csv).

    `attempts` is how often an entry that keeps failing this way is put back. The wait before the n-th return after the
    first is `first_wait_minutes` doubled n-1 times, at most `longest_wait_minutes`; where the ledger is asked first, it
    is asked for at least `first_wait_minutes` from when the failure was first seen.
    """

    outcome: Text
    class_: OutcomeClass = Field(alias="class")
    action: OutcomeAction
    attempts: AtLeastOne | None = None
    first_wait_minutes: Count | None = None
    longest_wait_minutes: Count | None = None
    name_vi: Text

    @model_validator(mode="after")
    def _class_and_action_fit(self) -> Self:
        allowed = ACTIONS[self.class_]
        if self.action not in allowed:
            raise ValueError(f"action of class {self.class_} must be {' or '.join(allowed)}")
        returns, waits = self.action in RETURNING, self.class_ == "remote"
        given = (self.first_wait_minutes, self.longest_wait_minutes)
        if returns != (self.attempts is not None):
            raise ValueError(f"attempts {'is empty' if returns else 'must be empty'} with action {self.action}")
        if any(waits != (minutes is not None) for minutes in given):
            raise ValueError(f"waits {'are missing' if waits else 'must be empty'} with class {self.class_}")
        if waits and self.first_wait_minutes and self.first_wait_minutes > (self.longest_wait_minutes or 0):
            raise ValueError("first_wait_minutes is more than longest_wait_minutes")
        return self


ACTIONS: dict[OutcomeClass, tuple[OutcomeAction, ...]] = {
    "remote": ("put_back", "ask_ledger"),
    "correctable": ("worklist",),
    "duplicate": ("desk",),
    "other": ("hold",),
    "unknown": ("hold",),
}
"""What may happen to a class of outcomes: duplicates never go back by themselves, whatever the file says."""
RETURNING: frozenset[OutcomeAction] = frozenset({"put_back", "ask_ledger", "worklist"})


class BreakKind(Frozen):
    """A kind of break, who is to clear it, and the next step suggested to them (break_kinds.csv)."""

    kind: BreakKindName
    owner: Owner
    name_vi: Text
    next_step_vi: Text


class Counts(Frozen):
    """Which entries count towards a baseline: all conditions that are given must hold."""

    phase: Annotated[AtLeastOne, Field(le=2)]
    opened_year_max: Count | None = None
    entered_from: Day | None = None


class Split(Frozen):
    """How quotas that nobody published are computed, level by level, from the one above (`split.py`).

    `weights`: child level -> "population", or the id of the baseline whose cases are the weights.
    """

    method: Annotated[str, Field(pattern="^largest_remainder$")] = "largest_remainder"
    weights: dict[Level, Text]
    origin: Origin = "derived"
    source: Text


class Baseline(Frozen):
    """A named set of quotas with a source and a date (baselines.yaml). Printed totals are the source's own sums."""

    id: Text
    title: Text
    source: Text
    dated: Day
    counts: Counts
    split: Split | None = None
    printed_total: Count | None = None
    printed_books: Count | None = None


class Quota(Frozen):
    """A target in cases (and books) of one unit under one baseline (quotas.csv).

    Scope "area" is the unit with everything below it, "registry" the unit's own books. Rows that are `computed` are
    rewritten by `split.py`.
    """

    baseline: Text
    unit_code: Code
    scope: Scope
    books: Count | None = None
    cases: Count
    origin: Origin
    computed: bool
    source: Text


class Commitment(Frozen):
    """What a unit signed with the Department (commitments.csv)."""

    unit_code: Code
    signed_on: Day
    promised_date: Day
    promised_cases: Count | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.promised_date < self.signed_on:
            raise ValueError(f"promised_date {self.promised_date} is before signed_on {self.signed_on}")
        return self


class Milestone(Frozen):
    """An instant by which a stage is to be complete, judged by timestamps (milestones.csv)."""

    id: Text
    title: Text
    instant: Instant
    stage: Stage


class StageWindow(Frozen):
    """A unit's own roadmap of a stage, in place of the one in rules.yaml (roadmap.csv).

    A row of a unit holds for all units below it that have none of their own.
    """

    unit_code: Code
    stage: Stage
    start: Instant = Field(alias="from")
    until: Instant

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.start.tzinfo is None) == (self.until.tzinfo is None) and self.until <= self.start:
            raise ValueError(f"until {self.until} is not after from {self.start}")
        return self


class Dated(Frozen):
    """Base of rows that hold from a day to a day, both included; an empty end is open."""

    from_date: Day | None = None
    to_date: Day | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.from_date and self.to_date and self.to_date < self.from_date:
            raise ValueError(f"to_date {self.to_date} is before from_date {self.from_date}")
        return self


class Force(Dated):
    """People promised by a partner to a unit (forces.csv). Kinds are the columns of a registry's daily report."""

    partner: Text
    kind: ForceKind
    number: Count
    unit_code: Code
    source: Text | None = None


class Partner(Dated):
    """Whom a partner's papers go to (partners.csv). `partner` is written as in forces.csv; papers address `office`."""

    partner: Text
    office: Text
    person: Text
    email: Email
    phone: Phone
    language: Language = "vi"


class Neighbours(Frozen):
    """Two units just below the province that border on each other (neighbours.csv); each pair stands once."""

    unit_code: Code
    neighbour_code: Code

    @model_validator(mode="after")
    def _two_units(self) -> Self:
        if self.unit_code == self.neighbour_code:
            raise ValueError(f"unit {self.unit_code} is no neighbour of its own")
        return self


class Contact(Dated):
    """Who holds a post of a unit, from when to when (contacts.csv). Papers address `office`, never the person."""

    unit_code: Code
    post: Post
    office: Text
    person: Text
    email: Email
    phone: Phone
    language: Language = "vi"
