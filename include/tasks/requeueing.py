"""Putting failed transfers back in their registry's queue."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import TriggerRule, task

from include.tasks import connections, settings
from include.tasks.opening import Moment

log = logging.getLogger(__name__)


# Deciding needs the mirror alone: a day that could not be closed does not hold up its transfers.
@task(task_display_name="Đưa lại hàng đợi chuyển dữ liệu", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
async def requeue_transfers(moment: dict[str, Any], ledger: dict[str, str] | None) -> dict[str, Any]:
    """Decide for the day and carry out every decision of it that is still open; each has a key, so once.

    Args:
        moment: of the run.
        ledger: result of `pull_ledger`; None when it failed, and then nothing new is decided. Decisions rest on the
            readings of that attempt: cleared alone, this task decides on what was read then.

    Returns:
        counts, or why nothing was done.
    """
    from include.campaign import transfers
    from include.campaign.warehouse import engine, fetch

    at = Moment.from_xcom(moment)
    if not at.effects:
        log.info("nothing is re-queued: %s", at.why_no_effects)
        return {"nothing": at.why_no_effects}
    plan = settings.plan()
    warehouse = await connections.awarehouse()
    with engine(warehouse).begin() as conn:
        decided = transfers.decide(conn, plan, at.close_key, at.as_of, ledger["attempt_key"]) if ledger else 0
        codes = [row["registry_code"] for row in fetch(conn, "select_decided_registries", day_key=at.close_key)]
    result = await transfers.requeue(
        warehouse,
        await connections.requeuers(codes),
        plan.rules.requeue,
        plan.rules.pull,
        at.close_key,
        at.present(),
    )
    log.info("decided %s, %s", decided, result)
    return {"decided": decided, "result": str(result)}
