"""The task group that all DAGs begin with: read the registries, a mapped task per shard, and the Ministry's ledger."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from airflow.sdk import TaskGroup, XComArg, get_current_context, task

from include.tasks import connections, settings
from include.tasks.days import moment_of
from include.tasks.opening import Moment

if TYPE_CHECKING:
    from include.campaign.pull import ReadingContext

log = logging.getLogger(__name__)

REGISTRIES_POOL = "registries"
"""Shards read at once over all runs (`include/tasks/pools.json`)."""


class StillMissing(Exception):
    """Some sources were not read, and another try may reach them; what was read is kept."""


def last_try(context: Any) -> bool:
    """Whether Airflow will not try this task again. A clearing raises `max_tries`: `retries` would not tell."""
    return bool(context["ti"].try_number > context["ti"].max_tries)


def attempt_key(context: Any) -> str:
    """Lets a retry of the same run read only what is missing, while a cleared run reads everything again."""
    run = context["dag_run"]
    return f"{run.run_id}#{run.clear_number or 0}"


def reading_context(moment: Moment, context: Any, *, for_close: bool) -> ReadingContext:
    """What a reading is for. Watching and re-queueing serve no close and step aside when one holds a source."""
    from include.campaign.pull import ReadingContext

    return ReadingContext(
        attempt_key=attempt_key(context),
        close_key=moment.close_key if for_close else None,
        read_at=moment.present(),
        wait_for_lock=for_close,
    )


@task(
    task_display_name="Đọc cơ sở dữ liệu hộ tịch",
    map_index_template="{{ task.op_kwargs['shard']['name'] }}",
    pool=REGISTRIES_POOL,
)
async def pull_registries(shard: dict[str, Any], moment: dict[str, Any], for_close: bool) -> dict[str, Any]:
    """Read one shard; keep what was got, fail for what another try may reach, go on without it after the last try.

    Returns:
        shard code and the outcome of each registry (a mapped result's position says nothing: it carries its codes).
    """
    from include.campaign.pull import pull_registries as pull

    context = get_current_context()
    warehouse = await connections.awarehouse()
    sources = await connections.registries(shard["registry_codes"])
    reading = await pull(
        warehouse,
        sources,
        settings.rules().pull,
        reading_context(Moment.from_xcom(moment), context, for_close=for_close),
    )
    log.info("%s: %s", shard["name"], reading.summary())
    if reading.retryable and for_close and not last_try(context):
        raise StillMissing(f"{shard['name']}: {', '.join(reading.retryable)}")
    return {"shard": shard["code"], "outcomes": {code: str(outcome) for code, outcome in reading.outcomes.items()}}


@task(task_display_name="Đọc sổ tiếp nhận của Bộ Tư pháp")
async def pull_ledger(moment: dict[str, Any], for_close: bool) -> dict[str, str]:
    """Read the Ministry's ledger.

    Returns:
        outcome, and attempt_key, which tells this attempt's readings.
    """
    from include.campaign.pull import RETRYABLE, is_silent_already
    from include.campaign.pull import pull_ledger as pull
    from include.campaign.pull.reading import LEDGER

    context = get_current_context()
    rules = settings.rules().pull
    warehouse = await connections.awarehouse()
    what_for = reading_context(Moment.from_xcom(moment), context, for_close=for_close)
    outcome = await pull(warehouse, await connections.source(connections.LEDGER), rules, what_for)
    log.info("Ministry ledger: %s", outcome)
    missing = outcome in RETRYABLE and for_close and not last_try(context)
    if missing and not await is_silent_already(warehouse, LEDGER, rules, what_for):
        raise StillMissing(f"{connections.LEDGER}: {outcome}")
    return {"outcome": str(outcome), "attempt_key": attempt_key(context)}


def read_sources(opened: XComArg, *, for_close: bool) -> tuple[Any, Any]:
    """Both readings, side by side: of the registries, and of the ledger.

    Args:
        opened: result of the opening task: the shards to read, with the moment under the key `moment`.
        for_close: whether a close rests on it: then it waits for sources that are held, and retries.
    """
    moment = moment_of(opened)
    with TaskGroup("read_sources", prefix_group_id=False, tooltip="Đọc các cơ sở hộ tịch và sổ tiếp nhận của Bộ"):
        registries = pull_registries.partial(moment=moment, for_close=for_close).expand(shard=opened)
        return registries, pull_ledger(moment=moment, for_close=for_close)
