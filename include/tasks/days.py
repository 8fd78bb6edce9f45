"""Opening: the first task of every run decides which close it works for, and hands that on."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import XComArg, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from include.campaign.days import Calendar, Close
from include.tasks import connections, opening, settings
from include.tasks.opening import CannotOpen, Moment

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from include.campaign.plan import Plan

log = logging.getLogger(__name__)

WHY_NOT = "why_not"
"""Key of the XCom that says why a day could not be opened."""
NOT_NEEDED = "not_needed"
"""Key of the XCom that says which day was skipped and why."""


def moment_of(opened: XComArg) -> Any:
    """The `Moment` that an opening task pushed beside its shards."""
    return opened["moment"]  # type: ignore[index]  # a task's result has __getitem__, its common base has not


@task(task_display_name="Mở ngày")
def open_day() -> list[dict[str, Any]]:
    """Decide the close, the clock and the effects of this run, and open the close in the campaign database.

    A day of the tail that nothing is left for is skipped, and the whole run with it.

    Returns:
        the shards to read. The `Moment` that all later tasks are given is pushed as the XCom `moment`.
    """
    from include.campaign.plan import PlanError
    from include.campaign.reconcile import open_close
    from include.campaign.warehouse import engine

    context = get_current_context()
    params, run = context["params"], context["dag_run"]
    try:
        plan = settings.plan()
        calendar = Calendar(plan.rules)
        now, fixed_clock = opening.present(params)
        close = opening.close_of(calendar, params.get("day"), run.run_after)
        opening.refuse_early(close, now)
        shards = opening.chosen_shards(plan.shards(), params.get("registries") or [], plan.registry_codes)
    except (CannotOpen, PlanError) as error:
        context["ti"].xcom_push(key=WHY_NOT, value="; ".join(str(error).splitlines()))
        raise AirflowFailException(str(error)) from None

    with engine(connections.warehouse()).begin() as conn:
        _skip_unless_needed(conn, close, context)
        effects, why_not = opening.effects_of(
            params.get("effects", "newest"), close, _newest_closed(conn), calendar.due(now), bool(params.get("day"))
        )
        open_close(conn, plan, calendar, close, run.run_id, now)
    moment = Moment(close.key, close.as_of, now, fixed_clock, run.run_id, effects, why_not)
    log.info("close %s as of %s, now %s, effects %s", close.key, close.as_of, now, why_not or "on")
    context["ti"].xcom_push(key="moment", value=moment.to_xcom())
    return shards


def _skip_unless_needed(conn: Connection, close: Close, context: Any) -> None:
    """Skip a day of the tail when nothing is left to be done; naming registries to read is a reason to open it."""
    from include.campaign.tail import done_since

    done = done_since(conn, close)
    if done is not None and not context["params"].get("registries"):
        why = f"{done} found every case received or decided and every quota entered: {close.key} is not needed"
        context["ti"].xcom_push(key=NOT_NEEDED, value={"close": close.key, "why": why})
        raise AirflowSkipException(why)


def _newest_closed(conn: Connection) -> str | None:
    from include.campaign.warehouse import fetch_one

    row = fetch_one(conn, "select_newest_closed")
    return row["close_key"] if row else None


@task(task_display_name="Xác định thời điểm")
def open_moment() -> list[dict[str, Any]]:
    """For watching and re-queueing: the present, and the close that it belongs to; outside the campaign, a skip.

    Returns:
        the shards to read. The `Moment` is pushed as the XCom `moment`.
    """
    from include.campaign.plan import PlanError
    from include.campaign.warehouse import engine
    from include.campaign.warehouse.plan_sync import sync_plan

    context = get_current_context()
    try:
        plan = settings.plan()
        now, fixed_clock = opening.present(context["params"])
    except (CannotOpen, PlanError) as error:
        raise AirflowFailException(str(error)) from None
    close = _open_close_of(plan, now)
    with engine(connections.warehouse()).begin() as conn:
        sync_plan(conn, plan)
    moment = Moment(close, now, now, fixed_clock, context["dag_run"].run_id)
    context["ti"].xcom_push(key="moment", value=moment.to_xcom())
    return opening.chosen_shards(plan.shards(), (), plan.registry_codes)


def _open_close_of(plan: Plan, now: datetime) -> str:
    close = Calendar(plan.rules).open(now) if now >= settings.campaign_start(plan.rules) else None
    if close is None:
        raise AirflowSkipException(f"{now.isoformat()} lies outside the campaign")
    return close.key
