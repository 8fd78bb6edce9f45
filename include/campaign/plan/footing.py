"""What does not foot in a plan that can be used: reported with file and line, never repaired."""

from collections.abc import Iterator

from include.campaign.plan.check import vacancies
from include.campaign.plan.findings import Finding
from include.campaign.plan.models import Baseline, Quota, Unit
from include.campaign.plan.plan import Plan
from include.campaign.plan.tables import Tables


def findings(plan: Plan, tables: Tables) -> list[Finding]:
    """Everything that does not foot: quotas, printed totals, populations, shares, promises; posts and rows missing."""
    return [
        *_printed_totals(plan, tables),
        *_areas(plan, tables),
        *_missing_quotas(plan, tables),
        *_promises(plan, tables),
        *_populations(plan, tables),
        *_shares(tables),
        *_vacant_heads(plan, tables),
        *_partners(plan, tables),
        *_validity(plan, tables),
    ]


def number(count: int) -> str:
    """With thousands separators: 203,584."""
    return f"{count:,}"


def _short(parts: int, whole: int) -> str:
    return f"{number(whole - parts)} short" if parts < whole else f"{number(parts - whole)} over"


def _parts(plan: Plan, baseline_id: str, unit: Unit) -> list[Quota]:
    """Quotas that together make up a unit's area: its own registry's and those of the units directly below."""
    own = plan.quota(baseline_id, unit.code, "registry")
    below = (
        plan.quota(baseline_id, child.code, "registry" if child.level == "commune" else "area")
        for child in plan.children(unit.code)
    )
    return [quota for quota in (own, *below) if quota is not None]


def _printed_totals(plan: Plan, tables: Tables) -> Iterator[Finding]:
    for line, baseline in tables.baselines:
        parts = _parts(plan, baseline.id, plan.province)
        yield from _printed(baseline, line, "cases", sum(row.cases for row in parts), baseline.printed_total)
        yield from _printed(baseline, line, "books", sum(row.books or 0 for row in parts), baseline.printed_books)


def _printed(baseline: Baseline, line: int, what: str, parts: int, printed: int | None) -> Iterator[Finding]:
    if printed is not None and parts != printed:
        reason = (
            f"{baseline.id}: the rows below the province sum to {number(parts)} {what}, "
            f"the printed total is {number(printed)}: {_short(parts, printed)}"
        )
        yield Finding("baselines.yaml", line, reason)


def _areas(plan: Plan, tables: Tables) -> Iterator[Finding]:
    for line, quota in tables.quotas:
        unit = plan.units[quota.unit_code]
        parts = _parts(plan, quota.baseline, unit)
        if quota.scope != "area" or not parts:
            continue
        for what, whole, total in (
            ("cases", quota.cases, sum(row.cases for row in parts)),
            ("books", quota.books, sum(row.books or 0 for row in parts)),
        ):
            if whole is not None and total != whole:
                reason = (
                    f"{quota.baseline}, {plan.full_name(unit.code)}: the rows below sum to {number(total)} {what}, "
                    f"its own row says {number(whole)}: {_short(total, whole)}"
                )
                yield Finding("quotas.csv", line, reason)


def _missing_quotas(plan: Plan, tables: Tables) -> Iterator[Finding]:
    stated = {(row.baseline, row.unit_code) for _, row in tables.no_targets if row.scope == "registry"}
    lines = {unit.code: line for line, unit in tables.units}
    for baseline_id in sorted({row.baseline for row in plan.rules.baselines_in_force}):
        for registry in plan.registries:
            if plan.quota(baseline_id, registry.code, "registry") or (baseline_id, registry.code) in stated:
                continue
            name = plan.full_name(registry.code)
            reason = f"registry {registry.code} ({name}) has no row for {baseline_id} in quotas.csv: no target"
            yield Finding("units.csv", lines[registry.code], reason)


def _promises(plan: Plan, tables: Tables) -> Iterator[Finding]:
    for line, row in tables.commitments:
        unit = plan.units[row.unit_code]
        baseline = plan.baseline_in_force(plan.rules.campaign.first_day)
        quota = plan.quota(baseline.id, unit.code, "registry" if unit.level == "commune" else "area")
        if quota is not None and row.promised_cases is not None and row.promised_cases != quota.cases:
            reason = (
                f"{plan.full_name(unit.code)} promised {number(row.promised_cases)} cases, "
                f"its quota of {baseline.id} is {number(quota.cases)}"
            )
            yield Finding("commitments.csv", line, reason)


def _populations(plan: Plan, tables: Tables) -> Iterator[Finding]:
    known = {(row.unit_code, row.year): row.population for _, row in tables.populations}
    for line, row in tables.populations:
        below = [known.get((child.code, row.year)) for child in plan.children(row.unit_code)]
        parts = sum(count or 0 for count in below)
        if below and parts != row.population:
            reason = (
                f"{plan.full_name(row.unit_code)}: the units below have {number(parts)} inhabitants in {row.year}, "
                f"its own row says {number(row.population)}: {_short(parts, row.population)}"
            )
            yield Finding("population.csv", line, reason)


def _shares(tables: Tables) -> Iterator[Finding]:
    totals: dict[str, float] = {}
    for _, row in tables.predecessors:
        totals[row.old_code] = totals.get(row.old_code, 0) + row.share
    lines = {row.old_code: line for line, row in tables.predecessors}
    for code, total in totals.items():
        if abs(total - 1) > 1e-6:
            yield Finding("predecessors.csv", lines[code], f"shares of old unit {code} sum to {total:g}, not 1")


def _vacant_heads(plan: Plan, tables: Tables) -> Iterator[Finding]:
    campaign = plan.rules.campaign
    lines = {(row.unit_code, row.post): line for line, row in tables.contacts}
    for unit in plan.units.values():
        rows = [row for row in plan.contacts_of(unit.code) if row.post == "head"]
        for first, last in vacancies(rows, campaign.first_day, campaign.last_day):
            stand_in = plan.contact(unit.code, "head", first)
            reason = (
                f"{plan.full_name(unit.code)} has no head from {first} to {last}: "
                f"papers go to {stand_in.post} of {plan.full_name(stand_in.unit_code)}"
            )
            yield Finding("contacts.csv", lines.get((unit.code, "head"), 1), reason)


def _partners(plan: Plan, tables: Tables) -> Iterator[Finding]:
    """Partners whom nobody writes to, and rows of whom no forces are promised: often one name spelt in two ways."""
    campaign = plan.rules.campaign
    first_line: dict[str, int] = {}
    for line, force in tables.forces:
        first_line.setdefault(force.partner, line)
    for partner, line in first_line.items():
        rows = [row for row in plan.partners if row.partner == partner]
        for first, last in vacancies(rows, campaign.first_day, campaign.last_day):
            reason = f"partner {partner!r} has no row in partners.csv from {first} to {last}: nobody is written to"
            yield Finding("forces.csv", line, reason)
    for line, row in tables.partners:
        if row.partner not in first_line:
            yield Finding("partners.csv", line, f"partner {row.partner!r} is not in forces.csv")


def _validity(plan: Plan, tables: Tables) -> Iterator[Finding]:
    campaign = plan.rules.campaign
    for line, unit in tables.units:
        starts_late = unit.valid_from is not None and campaign.first_day < unit.valid_from <= campaign.last_day
        ends_early = unit.valid_to is not None and campaign.first_day <= unit.valid_to < campaign.last_day
        if starts_late or ends_early:
            yield Finding("units.csv", line, f"{plan.full_name(unit.code)} is not valid on every day of the campaign")
