"""From a folder of files to a checked plan."""

import hashlib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from include.campaign.plan import check, footing
from include.campaign.plan.difficulties import DifficultyKind
from include.campaign.plan.fields import Frozen
from include.campaign.plan.findings import Finding, PlanError
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
from include.campaign.plan.plan import Plan
from include.campaign.plan.read import Where, line_of, read_csv, read_yaml, reasons, to_models
from include.campaign.plan.rules import Rules, aware
from include.campaign.plan.tables import Tables

TABLES: dict[str, type[Frozen]] = {
    "units.csv": Unit,
    "predecessors.csv": Predecessor,
    "population.csv": Population,
    "registers.csv": Register,
    "outcomes.csv": Outcome,
    "error_codes.csv": ErrorCode,
    "break_kinds.csv": BreakKind,
    "difficulties.csv": DifficultyKind,
    "quotas.csv": Quota,
    "commitments.csv": Commitment,
    "milestones.csv": Milestone,
    "roadmap.csv": StageWindow,
    "forces.csv": Force,
    "partners.csv": Partner,
    "neighbours.csv": Neighbours,
    "contacts.csv": Contact,
}
FILES = (*TABLES, "baselines.yaml", "rules.yaml")
OPTIONAL = frozenset({"partners.csv"})
"""Files that a plan may do without: no such file is one without rows."""


def load_plan(folder: Path | str) -> Plan:
    """The plan in a folder, checked; what does not foot is in its `findings`.

    Raises:
        PlanError: with every fault of every file at once, each as file, line and reason.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise PlanError([Finding(str(folder), 1, "the plan's folder is missing")])
    found: list[Finding] = []
    tables = read_tables(folder, found)
    check.check_tables(tables, found)
    if found or tables.rules is None:
        raise PlanError(found)
    plan = Plan(
        folder=folder,
        rules=tables.rules,
        units={unit.code: unit for _, unit in tables.units},
        predecessors=tuple(row for _, row in tables.predecessors),
        registers={row.code: row for _, row in tables.registers},
        outcomes={row.outcome: row for _, row in tables.outcomes},
        error_codes={row.code: row for _, row in tables.error_codes},
        break_kinds={row.kind: row for _, row in tables.break_kinds},
        difficulties={row.kind: row for _, row in tables.difficulties},
        baselines={row.id: row for _, row in tables.baselines},
        quotas=tuple(row for _, row in tables.quotas),
        commitments=tuple(row for _, row in tables.commitments),
        milestones=tuple(row for _, row in tables.milestones),
        roadmap=tuple(row for _, row in tables.roadmap),
        forces=tuple(row for _, row in tables.forces),
        partners=tuple(row for _, row in tables.partners),
        neighbours=tuple(row for _, row in tables.neighbours),
        contacts=tuple(row for _, row in tables.contacts),
        digest=digest(folder),
    )
    check.check_plan(plan, tables, found)
    if found:
        raise PlanError(found)
    return plan.with_findings([*_strays(folder), *footing.findings(plan, tables)])


def load_rules(folder: Path | str) -> Rules:
    """The rules alone, for where the whole plan would cost too much: a DAG file is parsed every few seconds.

    Raises:
        PlanError: with every fault of rules.yaml.
    """
    found: list[Finding] = []
    rules, _ = _read_rules(Path(folder), found)
    if found or rules is None:
        raise PlanError(found)
    return rules


def _there(folder: Path, name: str) -> bool:
    return name not in OPTIONAL or (folder / name).exists()


def _strays(folder: Path) -> list[Finding]:
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in {".csv", ".yaml", ".yml"})
    return [Finding(name, 1, "no file of a plan: it is not read") for name in names if name not in FILES]


def read_tables(folder: Path, found: list[Finding]) -> Tables:
    """Every file's valid rows with their lines; faults go to `found`."""
    raw = {name: read_csv(folder, name, model, found) for name, model in TABLES.items() if _there(folder, name)}
    units, quotas = raw["units.csv"], raw["quotas.csv"] or []
    # A quota row without a number says "no target": it is shown to who edits the file and is no quota.
    raw["quotas.csv"] = [(line, cells) for line, cells in quotas if "cases" in cells]
    no_targets = [(line, {**cells, "cases": "0"}) for line, cells in quotas if "cases" not in cells]
    rows: dict[str, Any] = {name: to_models(name, raw.get(name) or [], model, found) for name, model in TABLES.items()}
    rules, rule_lines = _read_rules(folder, found)
    zone = rules.campaign.timezone if rules else ZoneInfo("UTC")
    baselines, baseline_ids = _read_baselines(folder, found)
    return Tables(
        rules=rules,
        rule_lines=rule_lines,
        units=rows["units.csv"],
        unit_codes=None if units is None else frozenset(cells["code"] for _, cells in units if "code" in cells),
        predecessors=rows["predecessors.csv"],
        populations=rows["population.csv"],
        registers=rows["registers.csv"],
        outcomes=rows["outcomes.csv"],
        error_codes=rows["error_codes.csv"],
        break_kinds=rows["break_kinds.csv"],
        difficulties=rows["difficulties.csv"],
        baselines=baselines,
        baseline_ids=baseline_ids,
        quotas=rows["quotas.csv"],
        no_targets=to_models("quotas.csv", no_targets, Quota, found),
        commitments=rows["commitments.csv"],
        milestones=[
            (line, row.model_copy(update={"instant": aware(row.instant, zone)})) for line, row in rows["milestones.csv"]
        ],
        roadmap=[
            (
                line,
                row.model_copy(update={"start": aware(row.start, zone), "until": aware(row.until, zone)}),
            )
            for line, row in rows["roadmap.csv"]
        ],
        forces=rows["forces.csv"],
        partners=rows["partners.csv"],
        neighbours=rows["neighbours.csv"],
        contacts=rows["contacts.csv"],
    )


def _read_rules(folder: Path, found: list[Finding]) -> tuple[Rules | None, dict[Where, int]]:
    data, lines = read_yaml(folder, "rules.yaml", found)
    if data is None:
        return None, lines
    try:
        return Rules.model_validate(data), lines
    except ValidationError as error:
        found.extend(Finding("rules.yaml", line_of(path, lines), reason) for path, reason in reasons(error))
        return None, lines


def _read_baselines(folder: Path, found: list[Finding]) -> tuple[list[tuple[int, Baseline]], frozenset[str] | None]:
    name = "baselines.yaml"
    data, lines = read_yaml(folder, name, found)
    if data is None:
        return [], None
    if not isinstance(data, list):
        found.append(Finding(name, 1, "not a list of baselines"))
        return [], None
    good = []
    for index, item in enumerate(data):
        try:
            good.append((line_of((index,), lines), Baseline.model_validate(item)))
        except ValidationError as error:
            found.extend(Finding(name, line_of((index, *path), lines), reason) for path, reason in reasons(error))
    return good, frozenset(str(item["id"]) for item in data if isinstance(item, dict) and "id" in item)


def digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of the plan's files: two plans with one digest are the same plan."""
    total = hashlib.sha256()
    for name in sorted(name for name in FILES if _there(folder, name)):
        content = (folder / name).read_bytes()
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()
