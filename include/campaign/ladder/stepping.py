"""From flags to people: who hears of a laggard tonight, or why nobody does."""

from __future__ import annotations

from sqlalchemy import Connection

from include.campaign.days import TAIL, Calendar, Close
from include.campaign.ladder.evening import Verdict, judge_evening
from include.campaign.pace.laggards import told
from include.campaign.plan import Plan
from include.campaign.warehouse import fetch, fetch_one, run, run_many


def step_ladder(conn: Connection, plan: Plan, calendar: Calendar, close: Close) -> Verdict | None:
    """Freeze who is told of which flagged registry at a close; once they have been told, that stays on record.

    Each flagged registry's own head is told; a vacancy falls to the deputy, then to the district (`plan.contact`).

    Returns:
        what the ladder did; None in the tail, which has no ladder.
    """
    if close.kind == TAIL:
        return None
    evening = fetch_one(conn, "select_report_evening", close_key=close.key)
    if evening is not None and told(conn, close):
        return Verdict(evening["verdict"])
    flags = fetch(conn, "select_flags", close_key=close.key)
    counted = fetch_one(conn, "count_judged", close_key=close.key)
    judged = counted["judged"] if counted else 0
    newly = sum(flag["newly"] for flag in flags)
    rules = plan.rules.ladder
    verdict = judge_evening(calendar.day_number(close.day), rules.from_day, judged, newly, rules.common_cause_share)
    run(
        conn,
        "upsert_evening",
        close_key=close.key,
        judged=judged,
        flagged=len(flags),
        newly=newly,
        verdict=verdict,
    )
    run(conn, "delete_steps", close_key=close.key)
    if verdict is Verdict.STEPPED:
        run_many(conn, "insert_step", [_step(plan, close, flag["registry_code"]) for flag in flags])
    return verdict


def _step(plan: Plan, close: Close, registry_code: str) -> dict[str, str]:
    contact = plan.contact(registry_code, "head", close.day)
    return {
        "close_key": close.key,
        "registry_code": registry_code,
        "level": "unit",
        "told_unit": contact.unit_code,
        "told_office": contact.office,
        "told_address": contact.email,
    }
