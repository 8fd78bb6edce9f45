"""Faults that make a plan unusable: unknown codes, rows given twice, units that form no tree, posts without anybody."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeVar, get_args

from include.campaign.plan.difficulties import INTERNET, OTHER
from include.campaign.plan.fields import BreakKindName
from include.campaign.plan.findings import Finding
from include.campaign.plan.models import Contact, Dated, Partner, Unit
from include.campaign.plan.plan import PROVINCE_POSTS, Plan
from include.campaign.plan.read import Where, line_of
from include.campaign.plan.rules import Rules
from include.campaign.plan.tables import Rows, Tables

D = TypeVar("D", bound=Dated)

PARENT_LEVELS = {"province": (), "district": ("province",), "commune": ("province", "district")}
# Posts that every registry has a row for; a vacancy is a stretch of days that its rows leave out.
REGISTRY_POSTS = ("head", "civil_status")
# Steps up that are followed in search of a cycle; a longer one breaks the order of levels, which is told anyway.
LONGEST_LINE = 20


def check_tables(tables: Tables, found: list[Finding]) -> None:
    """Checks that need no plan yet; every fault goes to `found`."""
    _check_twice(tables, found)
    _check_break_kinds(tables, found)
    _check_difficulties(tables, found)
    _check_outcomes(tables, found)
    _check_tree(tables, found)
    _check_unit_codes(tables, found)
    _check_neighbours(tables, found)
    _check_quotas(tables, found)
    _check_baselines(tables, found)
    if tables.rules is not None:
        _check_rules(tables, tables.rules, found)


def _check_twice(tables: Tables, found: list[Finding]) -> None:
    keys: list[tuple[str, Rows[Any], Callable[[Any], object], str]] = [
        ("units.csv", tables.units, lambda row: row.code, "unit code {}"),
        ("registers.csv", tables.registers, lambda row: row.code, "register {}"),
        ("outcomes.csv", tables.outcomes, lambda row: row.outcome, "outcome {}"),
        ("error_codes.csv", tables.error_codes, lambda row: row.code, "error code {}"),
        ("break_kinds.csv", tables.break_kinds, lambda row: row.kind, "break kind {}"),
        ("difficulties.csv", tables.difficulties, lambda row: row.kind, "difficulty {}"),
        ("baselines.yaml", tables.baselines, lambda row: row.id, "baseline {}"),
        ("milestones.csv", tables.milestones, lambda row: row.id, "milestone {}"),
        ("population.csv", tables.populations, lambda row: (row.unit_code, row.year), "population of {}"),
        ("roadmap.csv", tables.roadmap, lambda row: (row.unit_code, row.stage), "roadmap of {}"),
        ("predecessors.csv", tables.predecessors, lambda row: (row.old_code, row.code), "predecessor {}"),
        ("commitments.csv", tables.commitments, lambda row: row.unit_code, "commitment of unit {}"),
        (
            "neighbours.csv",
            tables.neighbours,
            lambda row: tuple(sorted((row.unit_code, row.neighbour_code))),
            "neighbours {}",
        ),
        (
            "quotas.csv",
            sorted(tables.quotas + tables.no_targets, key=lambda row: row[0]),
            lambda row: (row.baseline, row.unit_code, row.scope),
            "quota {}",
        ),
    ]
    for name, rows, key_of, what in keys:
        first: dict[object, int] = {}
        for line, row in rows:
            key = key_of(row)
            if key in first:
                told = ", ".join(map(str, key)) if isinstance(key, tuple) else key
                found.append(Finding(name, line, f"{what.format(told)} already stands on line {first[key]}"))
            else:
                first[key] = line


def _check_break_kinds(tables: Tables, found: list[Finding]) -> None:
    told = {row.kind for _, row in tables.break_kinds}
    if tables.break_kinds:  # a file that cannot be read is a fault of its own
        found.extend(
            Finding("break_kinds.csv", 1, f"break kind {kind} has no row")
            for kind in get_args(BreakKindName)
            if kind not in told
        )


def _check_difficulties(tables: Tables, found: list[Finding]) -> None:
    kinds = {row.kind for _, row in tables.difficulties}
    if tables.difficulties:  # a file that cannot be read is a fault of its own
        found.extend(
            Finding("difficulties.csv", 1, f"difficulty {kind} has no row")
            for kind in (INTERNET, OTHER)
            if kind not in kinds
        )


def _check_outcomes(tables: Tables, found: list[Finding]) -> None:
    """Every code has an outcome of the plan; what is not known and what was never answered have exactly one each."""
    outcomes = {row.outcome: row for _, row in tables.outcomes}
    if not outcomes:  # a file that cannot be read is a fault of its own
        return
    for name, rows in (
        ("of class unknown", [row for row in outcomes.values() if row.class_ == "unknown"]),
        ("with action ask_ledger", [row for row in outcomes.values() if row.action == "ask_ledger"]),
    ):
        if len(rows) != 1:
            found.append(Finding("outcomes.csv", 1, f"there must be one outcome {name}, not {len(rows)}"))
    for line, code in tables.error_codes:
        outcome = outcomes.get(code.outcome)
        if outcome is None:
            found.append(Finding("error_codes.csv", line, f"outcome {code.outcome!r} is not in outcomes.csv"))
        elif outcome.class_ == "unknown":
            found.append(Finding("error_codes.csv", line, f"outcome {code.outcome!r} is for codes that are not here"))


def _check_tree(tables: Tables, found: list[Finding]) -> None:
    units = {unit.code: unit for _, unit in tables.units}
    for line, unit in tables.units:
        if unit.level == "province":
            if unit.parent_code is not None:
                found.append(Finding("units.csv", line, f"province {unit.code} has a parent"))
            continue
        parent = units.get(unit.parent_code or "")
        if unit.parent_code is None:
            found.append(Finding("units.csv", line, f"unit {unit.code} has no parent_code"))
        elif parent is None:
            if unit.parent_code not in (tables.unit_codes or ()):
                found.append(Finding("units.csv", line, f"parent {_unknown(unit.parent_code, units)}"))
        elif _in_a_cycle(unit, units):
            found.append(Finding("units.csv", line, f"unit {unit.code} is its own ancestor"))
        elif parent.level not in PARENT_LEVELS[unit.level]:
            found.append(Finding("units.csv", line, f"{unit.level} {unit.code} lies in {parent.level} {parent.code}"))


def _in_a_cycle(unit: Unit, units: dict[str, Unit]) -> bool:
    at: Unit | None = unit
    for _ in range(min(len(units), LONGEST_LINE)):
        at = units.get((at.parent_code if at else None) or "")
        if at is None:
            return False
        if at.code == unit.code:
            return True
    return False


def _unknown(code: str, units: Iterable[str]) -> str:
    padded = [known for known in sorted(units) if known != code and known.lstrip("0") == code.lstrip("0")]
    hint = f"; {padded[0]} is: did a spreadsheet change the zeros in front?" if padded else ""
    return f"unit code {code} is not in units.csv{hint}"


def _check_unit_codes(tables: Tables, found: list[Finding]) -> None:
    units = tables.unit_codes
    if units is None:
        return
    used: list[tuple[str, Rows[Any]]] = [
        ("population.csv", tables.populations),
        ("roadmap.csv", tables.roadmap),
        ("quotas.csv", tables.quotas + tables.no_targets),
        ("commitments.csv", tables.commitments),
        ("forces.csv", tables.forces),
        ("contacts.csv", tables.contacts),
    ]
    for name, rows in used:
        found.extend(
            Finding(name, line, _unknown(row.unit_code, units)) for line, row in rows if row.unit_code not in units
        )
    found.extend(
        Finding("predecessors.csv", line, _unknown(row.code, units))
        for line, row in tables.predecessors
        if row.code not in units
    )


def _check_neighbours(tables: Tables, found: list[Finding]) -> None:
    units = {unit.code: unit for _, unit in tables.units}
    province = tables.rules.campaign.province if tables.rules else None
    for line, row in tables.neighbours:
        for code in (row.unit_code, row.neighbour_code):
            unit = units.get(code)
            if tables.unit_codes is not None and code not in tables.unit_codes:
                found.append(Finding("neighbours.csv", line, _unknown(code, tables.unit_codes)))
            elif unit is not None and province is not None and unit.parent_code != province:
                found.append(Finding("neighbours.csv", line, f"unit {code} does not lie just below the province"))


def _check_quotas(tables: Tables, found: list[Finding]) -> None:
    units = {unit.code: unit for _, unit in tables.units}
    baselines = tables.baseline_ids
    for line, row in tables.quotas + tables.no_targets:
        unit = units.get(row.unit_code)
        if baselines is not None and row.baseline not in baselines:
            found.append(Finding("quotas.csv", line, f"baseline {row.baseline!r} is not in baselines.yaml"))
        if unit is not None and row.scope == "registry" and not unit.registry:
            found.append(Finding("quotas.csv", line, f"unit {unit.code} is no registry: scope must be area"))
        if unit is not None and row.scope == "area" and unit.level == "commune":
            found.append(Finding("quotas.csv", line, f"unit {unit.code} is a commune: scope must be registry"))


def _check_baselines(tables: Tables, found: list[Finding]) -> None:
    for line, row in tables.baselines:
        for level, weights in row.split.weights.items() if row.split else ():
            if weights != "population" and weights not in (tables.baseline_ids or frozenset()) - {row.id}:
                reason = (
                    f"split of {row.id}: weights of {level}s {weights!r} are neither population nor another baseline"
                )
                found.append(Finding("baselines.yaml", line, reason))


def _check_rules(tables: Tables, rules: Rules, found: list[Finding]) -> None:
    campaign = rules.campaign

    def note(where: Where, reason: str) -> None:
        line = line_of(where, tables.rule_lines)
        found.append(Finding("rules.yaml", line, f"{'.'.join(map(str, where))}: {reason}"))

    province = next((unit for _, unit in tables.units if unit.code == campaign.province), None)
    if province is None and campaign.province not in (tables.unit_codes or {campaign.province}):
        note(("campaign", "province"), f"unit code {campaign.province} is not in units.csv")
    elif province and province.level != "province":
        note(("campaign", "province"), f"unit {campaign.province} is a {province.level}")
    for index, row in enumerate(rules.baselines_in_force):
        if tables.baseline_ids is not None and row.baseline not in tables.baseline_ids:
            note(("baselines_in_force", index), f"baseline {row.baseline!r} is not in baselines.yaml")
    if rules.baseline_id_in_force(campaign.first_day) is None:
        note(("baselines_in_force",), f"none on the first day, {campaign.first_day}")
    found.extend(
        Finding("roadmap.csv", line, f"stage {row.stage!r} has no roadmap in rules.yaml")
        for line, row in tables.roadmap
        if row.stage not in rules.roadmap
    )
    found.extend(
        Finding("units.csv", line, f"unit {unit.code} is a second province: a plan is of one")
        for line, unit in tables.units
        if unit.level == "province" and province and unit.code != province.code
    )


def check_plan(plan: Plan, tables: Tables, found: list[Finding]) -> None:
    """Checks that there is something to read, that somebody answers for it all, and that no post has two holders."""
    if not plan.registries:
        found.append(
            Finding("units.csv", 1, "no unit is a registry on a day of the campaign: there is nothing to read")
        )
    by_post: dict[tuple[str, str], Rows[Contact]] = {}
    for line, row in tables.contacts:
        by_post.setdefault((row.unit_code, row.post), []).append((line, row))
    found.extend(_two_holders(by_post))
    found.extend(_two_of_a_partner(tables))
    found.extend(_nobody_at_registry(plan, tables, by_post))
    found.extend(_nobody_at_province(plan, tables, by_post))


def _two_holders(by_post: Mapping[tuple[str, str], Rows[Contact]]) -> Iterator[Finding]:
    for (code, post), rows in by_post.items():
        for earlier_line, line in _at_once(rows):
            yield Finding(
                "contacts.csv", line, f"two holders of {post} of unit {code} at once: see line {earlier_line}"
            )


def _two_of_a_partner(tables: Tables) -> Iterator[Finding]:
    by_name: dict[str, Rows[Partner]] = {}
    for line, row in tables.partners:
        by_name.setdefault(row.partner, []).append((line, row))
    for name, rows in by_name.items():
        for earlier_line, line in _at_once(rows):
            yield Finding("partners.csv", line, f"two rows of partner {name!r} at once: see line {earlier_line}")


def _at_once(rows: Rows[D]) -> Iterator[tuple[int, int]]:
    """Lines of rows that hold on a day on which one before them still does, as (earlier line, line)."""
    in_order = sorted(rows, key=lambda pair: pair[1].from_date or date.min)
    for (earlier_line, earlier), (line, later) in pairwise(in_order):
        if (later.from_date or date.min) <= (earlier.to_date or date.max):
            yield earlier_line, line


def _nobody_at_registry(
    plan: Plan, tables: Tables, by_post: Mapping[tuple[str, str], Rows[Contact]]
) -> Iterator[Finding]:
    lines = {unit.code: line for line, unit in tables.units}
    for registry in plan.registries:
        for post in REGISTRY_POSTS:
            if (registry.code, post) not in by_post:
                name = plan.full_name(registry.code)
                reason = f"registry {registry.code} ({name}) has no row for {post} in contacts.csv"
                yield Finding("units.csv", lines[registry.code], reason)


def _nobody_at_province(
    plan: Plan, tables: Tables, by_post: Mapping[tuple[str, str], Rows[Contact]]
) -> Iterator[Finding]:
    code = plan.province.code
    line = next(line for line, unit in tables.units if unit.code == code)
    campaign = plan.rules.campaign
    for posts in (("head", "deputy"), *((post,) for post in PROVINCE_POSTS)):
        rows = [row for post in posts for _, row in by_post.get((code, post), ())]
        for first, last in vacancies(rows, campaign.first_day, campaign.tail_until):
            reason = f"province {code} has nobody as {' or '.join(posts)} from {first} to {last} in contacts.csv"
            yield Finding("units.csv", line, reason)


def vacancies(rows: Iterable[Dated], first: date, last: date) -> Iterator[tuple[date, date]]:
    """Stretches of days between `first` and `last`, both included, that none of the rows covers."""
    day = first
    for row in sorted(rows, key=lambda row: row.from_date or date.min):
        start, end = row.from_date or date.min, row.to_date or date.max
        if start > last or day > last:
            break
        if start > day:
            yield day, start - timedelta(days=1)
        if end >= day:
            day = last + timedelta(days=1) if end >= last else end + timedelta(days=1)
    if day <= last:
        yield day, last
