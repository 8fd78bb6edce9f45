"""The plan's files brought into the warehouse, where figures are joined with units and quotas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from include.campaign.plan import Plan, Quota
from include.campaign.warehouse import fetch_one, run, run_many


def sync_plan(conn: Connection, plan: Plan) -> None:
    """Replace the warehouse's copy of the plan when its files changed; the same files change nothing.

    Args:
        conn: campaign database, in a transaction of the caller; other runs that load a plan wait for its end.
        plan: the plan as loaded.
    """
    run(conn, "lock_plan")
    loaded = fetch_one(conn, "select_loaded_plan")
    if loaded is not None and loaded["digest"] == plan.digest:
        return
    run(conn, "delete_plan")
    run_many(conn, "insert_plan_unit", list(_units(plan)))
    run_many(conn, "insert_plan_registry", list(_registries(plan)))
    run_many(conn, "insert_plan_code_meaning", list(_meanings(plan)))
    run_many(conn, "insert_plan_baseline", list(_baselines(plan)))
    run_many(conn, "insert_plan_outcome", [row.model_dump(by_alias=True) for row in plan.outcomes.values()])
    run_many(conn, "insert_plan_error_code", list(_error_codes(plan)))
    run_many(conn, "insert_plan_break_kind", [kind.model_dump() for kind in plan.break_kinds.values()])
    run_many(conn, "insert_plan_quota", [_quota(quota) for quota in plan.quotas])
    run(conn, "insert_loaded_plan", digest=plan.digest)


def _units(plan: Plan) -> Iterator[dict[str, Any]]:
    for unit in plan.units.values():
        yield {
            "code": unit.code,
            "name": unit.name,
            "full_name": plan.full_name(unit.code),
            "level": unit.level,
            "kind": unit.kind,
            "parent_code": unit.parent_code,
        }


def _registries(plan: Plan) -> Iterator[dict[str, Any]]:
    for shard in plan.shards():
        for code in shard.registry_codes:
            district = plan.district_of(code)
            yield {
                "registry_code": code,
                "shard_code": shard.code,
                "shard_name": shard.name,
                "area_code": district.code if district else code,
            }


def _meanings(plan: Plan) -> Iterator[dict[str, Any]]:
    """Which registries a code in a receipt can mean, by the plan."""
    unit_codes = plan.registry_codes | {row.old_code for row in plan.predecessors}
    for unit_code in sorted(unit_codes):
        for registry_code in sorted(plan.registries_meant_by(unit_code)):
            yield {"unit_code": unit_code, "registry_code": registry_code}


def _baselines(plan: Plan) -> Iterator[dict[str, Any]]:
    zone = plan.rules.campaign.timezone
    for baseline in plan.baselines.values():
        counts = baseline.counts
        yield {
            "baseline": baseline.id,
            "title": baseline.title,
            "source": baseline.source,
            "dated": baseline.dated,
            "phase": counts.phase,
            "opened_year_max": counts.opened_year_max,
            "entered_from": counts.entered_from and f"{counts.entered_from.isoformat()}T00:00:00 {zone.key}",
            "printed_total": baseline.printed_total,
        }


def _error_codes(plan: Plan) -> Iterator[dict[str, Any]]:
    for code in plan.error_codes.values():
        yield {**code.model_dump(), "kind": plan.outcomes[code.outcome].class_}


def _quota(quota: Quota) -> dict[str, Any]:
    return {
        "baseline": quota.baseline,
        "unit_code": quota.unit_code,
        "scope": quota.scope,
        "books": quota.books,
        "cases": quota.cases,
        "origin": quota.origin,
    }
