"""Closing the day from what was read, and flagging who is behind."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import TriggerRule, task

from include.campaign.days import Calendar
from include.tasks import connections, settings
from include.tasks.opening import Moment

log = logging.getLogger(__name__)


# Unread registries must not keep the day open; but where the opening failed there is nothing to close.
@task(task_display_name="Đối chiếu và khóa sổ ngày", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def close_day(moment: dict[str, Any]) -> str:
    """Settle earlier gaps and freeze the day's figures.

    Returns:
        the close's key, which tells later tasks that there are figures.
    """
    at = Moment.from_xcom(moment)
    _close(at, evening=True)
    return at.close_key


# What was read is there even if some source was not: an unread registry must not keep others' gaps open.
@task(task_display_name="Bổ sung số liệu các ngày còn thiếu", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def settle_gaps(moment: dict[str, Any]) -> list[str]:
    """Close earlier days with gaps again where a later reading fills them; returns their keys."""
    return _close(Moment.from_xcom(moment), evening=False)


def _close(at: Moment, *, evening: bool) -> list[str]:
    """Settle earlier gaps, and on the evening close its day too, on one state of the mirror; returns settled keys."""
    from include.campaign.looking_back import look_back
    from include.campaign.reconcile import close_days, gaps_to_settle
    from include.campaign.warehouse import engine

    plan = settings.plan()
    calendar = Calendar(plan.rules)
    close = calendar.close(at.close_key)
    with engine(connections.warehouse()).begin() as conn:
        gaps = gaps_to_settle(conn, calendar, close)
        closes = [*gaps, close] if evening else gaps
        if closes:
            close_days(conn, calendar, closes, at.run_id, at.present())
        if evening:
            look_back(conn, plan, calendar, close, at.present())
    settled = [gap.key for gap in gaps]
    if settled:
        log.info("settled by late data: %s", ", ".join(settled))
    return settled


@task(task_display_name="Xác định đơn vị chậm")
def flag_laggards(moment: dict[str, Any]) -> None:
    """Judge the close, freeze what was found, who hears of it and what would help; withdraw what was told wrongly."""
    from include.campaign.cure.freezing import freeze_cure
    from include.campaign.ladder import step_ladder
    from include.campaign.pace.freezing import judge_close
    from include.campaign.warehouse import engine
    from include.campaign.withdrawal import withdraw_flags

    at = Moment.from_xcom(moment)
    plan = settings.plan()
    calendar = Calendar(plan.rules)
    close = calendar.close(at.close_key)
    with engine(connections.warehouse()).begin() as conn:
        withdraw_flags(conn, plan, calendar, close)
        judge_close(conn, plan, calendar, close)
        step_ladder(conn, plan, calendar, close)
    # On its own: a fault in what would help must not undo what was found.
    with engine(connections.warehouse()).begin() as conn:
        freeze_cure(conn, plan, calendar, close)
