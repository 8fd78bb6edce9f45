"""The plan as one object: what the files say, and the questions that other rooms ask of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from include.campaign.plan.difficulties import DifficultyKind
from include.campaign.plan.fields import Level, Post, Scope, Stage
from include.campaign.plan.findings import Finding
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
    Predecessor,
    Quota,
    Register,
    Registry,
    Shard,
    StageWindow,
    Unit,
)
from include.campaign.plan.rules import Rules
from include.campaign.plan.shards import pack

# Who stands in within the unit, in order; after them the parent unit's head is asked.
STAND_INS: dict[Post, tuple[Post, ...]] = {
    "head": ("head", "deputy"),
    "deputy": ("deputy", "head"),
    "civil_status": ("civil_status", "deputy", "head"),
    "desk": ("desk",),
    "line": ("line",),
    "data_team": ("data_team",),
}
PROVINCE_POSTS: tuple[Post, ...] = ("desk", "data_team")


@dataclass(frozen=True)
class Plan:
    """A loaded plan. Units are keyed by GSO code (text) in the order of units.csv; `digest` is that of all files."""

    folder: Path
    rules: Rules
    units: dict[str, Unit]
    predecessors: tuple[Predecessor, ...]
    registers: dict[str, Register]
    outcomes: dict[str, Outcome]
    error_codes: dict[str, ErrorCode]
    break_kinds: dict[str, BreakKind]
    difficulties: dict[str, DifficultyKind]
    baselines: dict[str, Baseline]
    quotas: tuple[Quota, ...]
    commitments: tuple[Commitment, ...]
    milestones: tuple[Milestone, ...]
    roadmap: tuple[StageWindow, ...]
    forces: tuple[Force, ...]
    partners: tuple[Partner, ...]
    neighbours: tuple[Neighbours, ...]
    contacts: tuple[Contact, ...]
    digest: str
    findings: tuple[Finding, ...] = ()

    def with_findings(self, findings: list[Finding]) -> "Plan":
        """The same plan with what does not foot, sorted by file and line."""
        return replace(self, findings=tuple(sorted(findings)))

    # Units

    @property
    def province(self) -> Unit:
        """The unit that the campaign is of."""
        return self.units[self.rules.campaign.province]

    @cached_property
    def registries(self) -> tuple[Registry, ...]:
        """Every registry that exists on some day of the campaign, in the order of units.csv."""
        campaign = self.rules.campaign
        return tuple(
            Registry(code=unit.code)
            for unit in self.units.values()
            if unit.registry
            and (unit.valid_from is None or unit.valid_from <= campaign.tail_until)
            and (unit.valid_to is None or unit.valid_to >= campaign.first_day)
        )

    @cached_property
    def registry_codes(self) -> frozenset[str]:
        """Codes of all registries."""
        return frozenset(registry.code for registry in self.registries)

    @cached_property
    def _children(self) -> dict[str, tuple[Unit, ...]]:
        below: dict[str, list[Unit]] = {}
        for unit in self.units.values():
            if unit.parent_code is not None:
                below.setdefault(unit.parent_code, []).append(unit)
        return {code: tuple(units) for code, units in below.items()}

    def children(self, code: str) -> tuple[Unit, ...]:
        """Units directly below a unit, in the order of units.csv."""
        return self._children.get(code, ())

    def ancestors(self, code: str) -> Iterator[Unit]:
        """The parent, its parent and so on, up to the province."""
        unit = self.units[code]
        while unit.parent_code is not None:
            unit = self.units[unit.parent_code]
            yield unit

    def district_of(self, code: str) -> Unit | None:
        """The district-level unit that this unit is or lies in; None where none lies between it and the province."""
        units = (self.units[code], *self.ancestors(code))
        return next((unit for unit in units if unit.level == "district"), None)

    def registries_under(self, code: str) -> tuple[str, ...]:
        """Codes of the registries of a unit: its own first, then those of everything below it."""
        own = (code,) if code in self.registry_codes else ()
        return own + tuple(found for child in self.children(code) for found in self.registries_under(child.code))

    def units_at(self, level: Level) -> tuple[Unit, ...]:
        """Units of a level, in the order of units.csv."""
        return tuple(unit for unit in self.units.values() if unit.level == level)

    def short_name(self, code: str) -> str:
        """Kind and name: "Phường 1"."""
        unit = self.units[code]
        return f"{unit.kind[:1].upper()}{unit.kind[1:]} {unit.name}"

    def full_name(self, code: str) -> str:
        """Kind and name, for a commune with its parent's: "Phường 1, thành phố Đông Hà" (two towns have a ward "1")."""
        unit = self.units[code]
        if unit.level != "commune" or unit.parent_code is None:
            return self.short_name(code)
        parent = self.units[unit.parent_code]
        return f"{self.short_name(code)}, {parent.kind} {parent.name}"

    @cached_property
    def _meanings(self) -> dict[str, frozenset[str]]:
        meant: dict[str, set[str]] = {code: {code} for code in self.registry_codes}
        for row in self.predecessors:
            meant.setdefault(row.old_code, set()).add(row.code)
        return {code: frozenset(codes & self.registry_codes) for code, codes in meant.items()}

    def registries_meant_by(self, unit_code: str) -> frozenset[str]:
        """Present registries that a code in a book or a receipt can mean: itself, its successors; empty if unknown."""
        return self._meanings.get(unit_code, frozenset())

    @cached_property
    def _shards(self) -> tuple[Shard, ...]:
        return pack(self)

    def shards(self) -> tuple[Shard, ...]:
        """What one task reads: a district's registries, or a pack of those without one. Every registry is in one."""
        return self._shards

    @cached_property
    def _borders(self) -> dict[str, frozenset[str]]:
        beside: dict[str, set[str]] = {}
        for row in self.neighbours:
            beside.setdefault(row.unit_code, set()).add(row.neighbour_code)
            beside.setdefault(row.neighbour_code, set()).add(row.unit_code)
        return {code: frozenset(codes) for code, codes in beside.items()}

    def neighbours_of(self, code: str) -> frozenset[str]:
        """Units just below the province that border on one of them; empty where the plan names none."""
        return self._borders.get(code, frozenset())

    # Targets

    @cached_property
    def _own_windows(self) -> dict[tuple[Stage, str], StageWindow]:
        return {(row.stage, row.unit_code): row for row in self.roadmap}

    def own_window(self, stage: Stage, code: str) -> StageWindow | None:
        """The row of roadmap.csv that holds for a unit: its own, else the nearest above; None: rules.yaml holds."""
        line = (code, *(unit.code for unit in self.ancestors(code))) if self._own_windows else ()
        return next((self._own_windows[stage, at] for at in line if (stage, at) in self._own_windows), None)

    def baseline_in_force(self, day: date) -> Baseline:
        """The baseline that drives flags and ranks on a day.

        Raises:
            ValueError: before the first one (never on a day of the campaign: the loader checks).
        """
        baseline_id = self.rules.baseline_id_in_force(day)
        if baseline_id is None:
            raise ValueError(f"no baseline is in force on {day}")
        return self.baselines[baseline_id]

    @cached_property
    def _quotas(self) -> dict[tuple[str, str, str], Quota]:
        return {(row.baseline, row.unit_code, row.scope): row for row in self.quotas}

    def quota(self, baseline_id: str, unit_code: str, scope: Scope) -> Quota | None:
        """A unit's target; None is "no target": no percent, band, rank or flag. A commune has scope "registry" only."""
        return self._quotas.get((baseline_id, unit_code, scope))

    # People

    @cached_property
    def _contacts_of(self) -> dict[str, tuple[Contact, ...]]:
        by_unit: dict[str, list[Contact]] = {}
        for row in self.contacts:
            by_unit.setdefault(row.unit_code, []).append(row)
        return {code: tuple(rows) for code, rows in by_unit.items()}

    def contacts_of(self, unit_code: str) -> tuple[Contact, ...]:
        """All rows of a unit, past and future holders included."""
        return self._contacts_of.get(unit_code, ())

    def holder(self, unit_code: str, post: Post, day: date) -> Contact | None:
        """Who holds the post itself on a day; None if it is vacant."""
        for row in self.contacts_of(unit_code):
            started = row.from_date is None or row.from_date <= day
            if row.post == post and started and (row.to_date is None or day <= row.to_date):
                return row
        return None

    def partner(self, name: str, day: date) -> Partner | None:
        """Whom a partner's papers go to on a day; None where the plan names nobody."""
        rows = (row for row in self.partners if row.partner == name)
        return next((row for row in rows if (row.from_date or day) <= day <= (row.to_date or day)), None)

    def line_keeper(self, day: date) -> Contact:
        """Whoever keeps the lines on a day (post `line` of the province); where nobody does, the Department's desk."""
        province = self.province.code
        return self.holder(province, "line", day) or self.contact(province, "desk", day)

    def contact(self, unit_code: str, post: Post, day: date) -> Contact:
        """Whom a paper for a post goes to on a day: its holder, else who stands in for it, else the parent unit's head.

        The answer's `unit_code` and `post` say who it is. The Department's desk and the data team have no stand-in.

        Raises:
            LookupError: nobody, up to the province (never on a day of the campaign: the loader checks).
        """
        for stand_in in STAND_INS[post]:
            holder = self.holder(unit_code, stand_in, day)
            if holder is not None:
                return holder
        parent_code = self.units[unit_code].parent_code
        if parent_code is None or post in PROVINCE_POSTS:
            raise LookupError(f"nobody holds {post} of unit {unit_code} on {day}")
        return self.contact(parent_code, "head", day)
