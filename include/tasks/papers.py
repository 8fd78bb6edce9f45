"""Writing the day's letters into the outbox, and sending what lies there."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from include.campaign.days import Calendar
from include.tasks import connections, settings
from include.tasks.opening import Moment
from include.tasks.reading import last_try

if TYPE_CHECKING:
    from include.campaign.editions.rendering import Made

log = logging.getLogger(__name__)

MAIL_POOL = "mail"
"""One slot: two senders at once would only race for the same outbox (`include/tasks/pools.json`)."""


class NotSentYet(Exception):
    """Some mails wait for another try."""


# A failed re-queueing or flagging must not silence the day; a day without figures has no letters.
@task(task_display_name="Lập báo cáo", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def write_reports(moment: dict[str, Any]) -> int:
    """Write one letter per address from the frozen figures; returns how many messages were new in the outbox.

    Final editions that earlier closes are owed, and corrections, go with them. A letter that cannot be made is held,
    and the gate says which; the others go. So it is with the papers that a close is the occasion for: a milestone's
    report, the campaign's, the draft of the public bulletin. Letters of a run without effects are made, which proves
    that they can be, and not posted.
    """
    from include.campaign.editions import publish_close
    from include.campaign.editions.rendering import make
    from include.campaign.occasions import make_occasional
    from include.campaign.report import write_letters
    from include.campaign.warehouse import engine

    ti = get_current_context()["ti"]
    if ti.xcom_pull(task_ids="close_day") is None:
        raise AirflowSkipException("the day was not closed: there is nothing to report from")
    at = Moment.from_xcom(moment)
    plan = settings.plan()
    calendar = Calendar(plan.rules)
    close = calendar.close(at.close_key)
    campaign = engine(connections.warehouse())
    with campaign.begin() as conn:
        if not at.effects:
            made = make(write_letters(conn, plan, calendar, close))
            _warn(one for one in made if one.paper is None)
            log.info("%d letters written, none posted: %s", len(made), at.why_no_effects)
            return 0
        published = publish_close(conn, plan, calendar, close, at.present(), at.run_id)
    for why in make_occasional(campaign, plan, calendar, close, at.present(), at.run_id):
        log.warning("a paper cannot be made: %s", why)
    _warn(published.unwritten)
    log.info("%d letters written, %d new in the outbox", published.letters, published.posted)
    return published.posted


def _warn(failed: Iterable[Made]) -> None:
    for one in failed:
        log.warning("the paper for %s cannot be made: %s", one.letter.unit_code, one.why)


# Nothing was settled where a source could not be read; what was settled before is owed all the same.
@task(task_display_name="Lập bản chính thức", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def write_finals(moment: dict[str, Any]) -> int:
    """Write the final editions of earlier closes whose missing figures have come; returns how many are new."""
    from include.campaign.editions import publish_owed
    from include.campaign.warehouse import engine

    at = Moment.from_xcom(moment)
    plan = settings.plan()
    calendar = Calendar(plan.rules)
    with engine(connections.warehouse()).begin() as conn:
        return publish_owed(conn, plan, calendar, calendar.close(at.close_key), at.present(), at.run_id)


@task(task_display_name="Phát hành bản tạm thời")
def publish_held(moment: dict[str, Any]) -> int:
    """Let reports go out as provisional that are held and that nobody released or dropped; returns how many."""
    from include.campaign.editions import publish_unanswered
    from include.campaign.warehouse import engine

    at = Moment.from_xcom(moment)
    plan = settings.plan()
    with engine(connections.warehouse()).begin() as conn:
        return publish_unanswered(conn, plan, Calendar(plan.rules), at.present())


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
