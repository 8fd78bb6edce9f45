"""Putting failed transfers back in their registry's queue."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from airflow.sdk import TriggerRule, task

from include.tasks import connections, settings
from include.tasks.opening import Moment

if TYPE_CHECKING:
    from include.campaign.endpoint import Endpoint

log = logging.getLogger(__name__)


# Deciding needs the mirror alone: a day that could not be closed does not hold up its transfers.
@task(task_display_name="Đưa lại hàng đợi chuyển dữ liệu", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
async def requeue_transfers(moment: dict[str, Any], ledger: dict[str, str] | None) -> dict[str, Any]:
    """Decide what happens to failed transfers, and carry out what goes back; each decision has a key, so once.

    Args:
        moment: of the run.
        ledger: result of `pull_ledger`; None when it failed, and then nothing is decided or carried out. Decisions rest
            on the readings of that attempt: cleared alone, this task decides on what was read then.

    Returns:
        counts, or why nothing was done.
    """
    from include.campaign import transfers
    from include.campaign.redrive import count_standing
    from include.campaign.warehouse import engine, fetch
    from include.campaign.warehouse.plan_sync import sync_plan

    at = Moment.from_xcom(moment)
    if not at.effects:
        log.info("nothing is re-queued: %s", at.why_no_effects)
        return {"nothing": at.why_no_effects}
    # What the file of connections does not have, Airflow asks its server for, 8 ms each: only where it is needed, and
    # one look-up after the other, since they share the task's one line.
    line = asyncio.Lock()

    async def own_log_in(code: str) -> Endpoint | None:
        async with line:
            return await connections.requeuer(code)

    plan = settings.plan()
    warehouse = await connections.awarehouse()
    with engine(warehouse).begin() as conn:
        sync_plan(conn, plan)
    with engine(warehouse).begin() as conn:
        decided = transfers.decide(conn, plan, at.close_key, at.as_of, ledger["attempt_key"] if ledger else None)
        told = fetch(conn, "transfers/select_registries_to_tell", day_key=at.close_key)
    result = await transfers.requeue(
        warehouse,
        await connections.registries([row["registry_code"] for row in told]),
        plan.rules.requeue,
        plan.rules.pull,
        at.close_key,
        at.present(),
        own_log_in,
    )
    with engine(warehouse).begin() as conn:
        count_standing(conn, at.close_key)
        found = transfers.counts(conn, at.close_key)
    log.info("decided %s, %s; for the day so far %s", decided, result, found)
    return {"decided": decided, "result": str(result)}
