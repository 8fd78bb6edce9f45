"""Writing the day's letters into the outbox, and sending what lies there."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from include.campaign.days import Calendar
from include.tasks import connections, settings
from include.tasks.opening import Moment
from include.tasks.reading import last_try

log = logging.getLogger(__name__)

MAIL_POOL = "mail"
"""One slot: two senders at once would only race for the same outbox (`include/tasks/pools.json`)."""


class NotSentYet(Exception):
    """Some mails wait for another try."""


# A failed re-queueing or flagging must not silence the day; a day without figures has no letters.
@task(task_display_name="Lập báo cáo", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def write_reports(moment: dict[str, Any]) -> int:
    """Write one letter per address from the frozen figures; returns how many were new in the outbox.

    Letters of a run without effects are written and rendered, which proves that they can be, and not posted.
    """
    from include.campaign.mail import post
    from include.campaign.render import render
    from include.campaign.report import write_letters
    from include.campaign.warehouse import engine

    ti = get_current_context()["ti"]
    if ti.xcom_pull(task_ids="close_day") is None:
        raise AirflowSkipException("the day was not closed: there is nothing to report from")
    at = Moment.from_xcom(moment)
    plan = settings.plan()
    calendar = Calendar(plan.rules)
    close = calendar.close(at.close_key)
    with engine(connections.warehouse()).begin() as conn:
        letters = write_letters(conn, plan, calendar, close)
        papers = [render(letter) for letter in letters]
        if not at.effects:
            log.info("%d letters written, none posted: %s", len(papers), at.why_no_effects)
            return 0
        posted = post(conn, close, papers, at.present(), at.run_id)
    log.info("%d letters written, %d new in the outbox", len(papers), posted)
    return posted


@task(task_display_name="Gửi thư", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, pool=MAIL_POOL)
def send_mail(moment: dict[str, Any]) -> dict[str, int]:
    """Send what lies in the outbox, leftovers of earlier days included.

    What this day's mails still wait for is tried again by Airflow, and after the last try left to the gate.

    Returns:
        number of this close's messages by state.
    """
    from include.campaign.mail import delivery_of, drain
    from include.campaign.warehouse import engine

    at = Moment.from_xcom(moment)
    if not at.effects:
        log.info("nothing is sent: %s", at.why_no_effects)
        return {}
    campaign = engine(connections.warehouse())
    everything = drain(campaign, connections.smtp(), settings.rules().mail, at.present())
    log.info("all messages: %s", everything)
    with campaign.connect() as conn:
        ours = delivery_of(conn, at.close_key)
    waiting = ours.queued + ours.deferred
    if waiting and not last_try(get_current_context()):
        raise NotSentYet(f"{waiting} mails wait for another try; {everything.trouble or 'the server put them off'}")
    return {state: getattr(ours, state) for state in ("accepted", "queued", "deferred", "refused", "uncertain")}


# What waits was written by earlier runs: it goes whatever this one could read.
@task(task_display_name="Gửi thư đang chờ", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, pool=MAIL_POOL)
def send_waiting(moment: dict[str, Any]) -> None:
    """Send what lies in the outbox and waited for the end of quiet hours, leftovers of earlier days included."""
    from include.campaign.mail import drain
    from include.campaign.warehouse import engine

    at = Moment.from_xcom(moment)
    found = drain(engine(connections.warehouse()), connections.smtp(), settings.rules().mail, at.present())
    log.info("all messages: %s", found)
    if (found.queued or found.deferred) and not last_try(get_current_context()):
        raise NotSentYet(f"{found.queued + found.deferred} mails wait for another try")
