"""The last task of the day: says how it went in one line, and turns red when someone has to act."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from include.campaign.days import Calendar
from include.tasks import connections, settings
from include.tasks.days import NOT_NEEDED, WHY_NOT
from include.tasks.opening import Moment
from include.tasks.verdict import reasons_for_red

log = logging.getLogger(__name__)

SUMMARY = "summary"
"""Key of the XCom that the run's note, the driver and the page read."""


@task(task_display_name="Kết luận của ngày", trigger_rule=TriggerRule.ALL_DONE)
def gate() -> None:
    """Log and hand on the day's summary; fail when the day is not as it should be.

    Raises:
        AirflowFailException: with every reason; no retry would change it.
    """
    context = get_current_context()
    ti = context["ti"]
    not_needed = ti.xcom_pull(task_ids="open_day", key=NOT_NEEDED)
    if not_needed:
        log.info("%s", not_needed["why"])
        ti.xcom_push(key=SUMMARY, value=_skipped(not_needed))
        return
    moment = ti.xcom_pull(task_ids="open_day", key="moment")
    why_not = ti.xcom_pull(task_ids="open_day", key=WHY_NOT)
    summary = _summary(Moment.from_xcom(moment)) if moment else _not_opened(why_not)
    failed = _failed_tasks(ti)
    if failed and moment:
        # Figures and mails may be right or not: what of ours broke is looked at before them.
        summary["first_thing"] = f"read the log of {failed[0]}: it failed, which is our fault and not a registry's"
    reasons = reasons_for_red(summary, failed)
    log.info("%s", summary["line"])
    log.info("first: %s", summary["first_thing"])
    ti.xcom_push(key=SUMMARY, value=summary)
    if reasons:
        raise AirflowFailException("; ".join(reasons))


def _summary(at: Moment) -> dict[str, Any]:
    from include.campaign.summary import summarise
    from include.campaign.warehouse import engine

    plan = settings.plan()
    with engine(connections.warehouse()).begin() as conn:
        return summarise(conn, plan, Calendar(plan.rules).close(at.close_key))


def _skipped(not_needed: dict[str, str]) -> dict[str, Any]:
    return {
        "close": not_needed["close"],
        "state": "skipped",
        "problems": [],
        "line": f"skipped: {not_needed['why']}",
        "first_thing": "nothing: the campaign's work is done",
    }


def _not_opened(why: str | None) -> dict[str, Any]:
    return {
        "close": None,
        "state": "not opened",
        "problems": [],
        "line": f"the day was not opened: {why or 'open_day failed'}",
        "first_thing": "mend what it says and trigger the day again" if why else "read the log of open_day",
    }


def _failed_tasks(ti: Any) -> list[str]:
    """Ids of this run's failed tasks in the order of the day; a mapped one is named with its index."""
    states = ti.get_task_states(dag_id=ti.dag_id, run_ids=[ti.run_id]).get(ti.run_id, {})
    failed = [task_id for task_id, state in states.items() if state == "failed" and task_id != ti.task_id]
    order = [task.task_id for task in ti.task.dag.topological_sort()]
    return sorted(
        failed, key=lambda named: next((n for n, task_id in enumerate(order) if named.startswith(task_id)), 99)
    )
