"""The rows of all plan files with the lines they stand on: what checks look at before there is a plan."""

from dataclasses import dataclass
from typing import TypeVar

from include.campaign.plan.difficulties import DifficultyKind
from include.campaign.plan.models import (
    Baseline,
    BreakKind,
    Commitment,
    Contact,
    ErrorCode,
    Force,
    Milestone,
    Neighbours,
    Outcome,
    Partner,
    Population,
    Predecessor,
    Quota,
    Register,
    StageWindow,
    Unit,
)
from include.campaign.plan.read import Where
from include.campaign.plan.rules import Rules

T = TypeVar("T")
Rows = list[tuple[int, T]]


@dataclass(frozen=True, slots=True)
class Tables:
    """Valid rows per file as (line, model).

    `unit_codes` and `baseline_ids` also hold those of rows with faults, and are None where the file could not be read:
    what refers to them has no fault of its own.
    `no_targets` are quota rows without a number (their `cases` mean nothing); `rule_lines` says where in rules.yaml an
    item stands.
    """

    rules: Rules | None
    rule_lines: dict[Where, int]
    units: Rows[Unit]
    unit_codes: frozenset[str] | None
    predecessors: Rows[Predecessor]
    populations: Rows[Population]
    registers: Rows[Register]
    outcomes: Rows[Outcome]
    error_codes: Rows[ErrorCode]
    break_kinds: Rows[BreakKind]
    difficulties: Rows[DifficultyKind]
    baselines: Rows[Baseline]
    baseline_ids: frozenset[str] | None
    quotas: Rows[Quota]
    no_targets: Rows[Quota]
    commitments: Rows[Commitment]
    milestones: Rows[Milestone]
    roadmap: Rows[StageWindow]
    forces: Rows[Force]
    partners: Rows[Partner]
    neighbours: Rows[Neighbours]
    contacts: Rows[Contact]
