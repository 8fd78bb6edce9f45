"""The deadline of a day: no good end of its run by the report's hour, and the data team and the Department hear."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import (  # type: ignore[attr-defined]  # not in its stub
    AsyncCallback,
    DeadlineAlert,
    DeadlineReference,
)

from include.campaign.days import Calendar
from include.tasks import connections, opening, settings

if TYPE_CHECKING:
    from include.campaign.alarm import Alarm
    from include.campaign.plan import Plan, Rules

log = logging.getLogger(__name__)


def report_deadline(rules: Rules) -> DeadlineAlert:
    """The alert of `campaign_day`: a scheduled run has from its close's instant to the report's hour.

    From the logical date, which for a scheduled run is the close's instant; triggered runs have none, and no deadline:
    somebody waits for them. Not from when the run was queued: in Airflow 3.3.2 no task of a run with such a deadline
    can be cleared before it has passed (HTTP 500, `_recalculate_dagrun_queued_at_deadlines`).
    """
    first_day = rules.campaign.first_day
    report_by = datetime.combine(first_day, rules.deadlines.report_by)
    return DeadlineAlert(
        name="report_by",
        reference=DeadlineReference.DAGRUN_LOGICAL_DATE,
        interval=report_by - datetime.combine(first_day, rules.campaign.cut_off),
        callback=AsyncCallback(tell_late),
    )


async def tell_late(context: dict[str, Any]) -> str:
    """Mail the data team, and the Department where it has no message yet; called in the triggerer at the deadline.

    Args:
        context: `dag_run`, the run as the REST API shows it.

    Returns:
        what was done, for the callback's record.
    """
    from include.campaign.alarm import raise_alarm
    from include.campaign.editions.late import tell_department
    from include.campaign.warehouse import engine

    run = context["dag_run"]
    if run["state"] == "success":
        return "the run has ended well since"
    plan = settings.plan()
    now, _ = opening.present(run.get("conf") or {})
    alarm = late_alarm(plan, run)
    due = Calendar(plan.rules).due(now)
    if due is not None and alarm.close.key < due.key:
        return f"{alarm.close.key} is made up for: {due.key} is what people wait for"
    warehouse, smtp = await connections.awarehouse(), await connections.asmtp()
    new = await asyncio.to_thread(raise_alarm, engine(warehouse), smtp, plan, alarm, now)
    running = run["state"] != "failed"
    page = await asyncio.to_thread(tell_department, engine(warehouse), smtp, plan, alarm.close, now, running=running)
    told = "told" if new else "told before"
    return f"{alarm.key}: {told}; the Department {'has a page about it' if page else 'has its message'}"


def late_alarm(plan: Plan, run: dict[str, Any]) -> Alarm:
    """What the data team is told of a run that is late or red."""
    from include.campaign.alarm import Alarm

    run_after = datetime.fromisoformat(str(run["run_after"]))
    close = opening.close_of(Calendar(plan.rules), (run.get("conf") or {}).get("day"), run_after)
    state = "đã kết thúc màu đỏ" if run["state"] == "failed" else "vẫn chưa xong"
    report_by = plan.rules.deadlines.report_by
    return Alarm(
        kind="deadline",
        close=close,
        subject=f"Cảnh báo: lần chạy {run['dag_run_id']} {state} lúc {report_by:%H:%M}",
        lines=(
            f"Lần chạy {run['dag_run_id']} của campaign_day {state}; báo cáo phải có trước {report_by:%H:%M}.",
            *([f"Kết luận của lần chạy: {run['note']}"] if run.get("note") else []),
            "Mở lần chạy này trong Airflow, xem task màu đỏ hoặc đang chạy. Thư đã gửi không bị gửi lại khi chạy lại.",
        ),
    )
