"""Telling contacts how the campaign works, and the data team the next morning who was not reached."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from include.campaign.days import Calendar
from include.tasks import connections, opening, settings
from include.tasks.opening import CannotOpen, Moment
from include.tasks.papers import MAIL_POOL, NotSentYet
from include.tasks.preflighting import SUMMARY
from include.tasks.reading import last_try

log = logging.getLogger(__name__)


@task(task_display_name="Xác định ngày gửi thư khởi động")
def open_kickoff() -> dict[str, Any]:
    """Decide the present, and whether contacts are told on its day: on any other day the run has no effects.

    Returns:
        the `Moment` that later tasks are given.
    """
    from include.campaign.plan import PlanError

    context = get_current_context()
    try:
        rules = settings.rules()
        now, fixed_clock = opening.present(context["params"])
    except (CannotOpen, PlanError) as error:
        raise AirflowFailException(str(error)) from None
    campaign = rules.campaign
    day = now.astimezone(campaign.timezone).date()
    told = rules.kickoff.on(day, campaign.first_day, campaign.last_day)
    why_not = None if told else f"{day} is no day of the campaign, nor one of kickoff.days_before"
    # The letters belong to no close; a moment has one, and this is the next.
    close = Calendar(rules).open(now) or Calendar(rules).with_tail()[-1]
    return Moment(close.key, close.as_of, now, fixed_clock, context["dag_run"].run_id, told, why_not).to_xcom()


@task(task_display_name="Lập thư khởi động")
def write_kickoff(moment: dict[str, Any]) -> int:
    """Tell the data team of earlier letters, then write to each contact that has none; returns how many are new."""
    from include.campaign.kickoff import morning_of, post_morning, tell_contacts
    from include.campaign.warehouse import engine

    at = Moment.from_xcom(moment)
    if not at.effects:
        log.info("nothing is written: %s", at.why_no_effects)
        return 0
    plan = settings.plan()
    now = at.present()
    day = now.astimezone(plan.rules.campaign.timezone).date()
    with engine(connections.warehouse()).begin() as conn:
        morning = morning_of(conn, plan, day)
        if morning is not None:
            post_morning(conn, plan, morning, now, at.run_id)
        written = tell_contacts(conn, plan, day, now, at.run_id)
    log.info("%d new letters, %s", written, "no letter to the data team" if morning is None else "data team told")
    return written


@task(task_display_name="Gửi thư khởi động", pool=MAIL_POOL)
def report_kickoff(moment: dict[str, Any]) -> None:
    """Send the letters, and say in the log and the run's note how contacts stand.

    Raises:
        AirflowFailException: an address is refused: the plan is to be mended, and no retry would change it.
        NotSentYet: letters wait for another try.
    """
    from include.campaign.kickoff import KICKOFF, reached
    from include.campaign.mail import drain
    from include.campaign.warehouse import engine

    at = Moment.from_xcom(moment)
    context = get_current_context()
    if not at.effects:
        _say(context, f"kickoff: nothing to do: {at.why_no_effects}", "nothing")
        return
    plan = settings.plan()
    now = at.present()
    campaign = engine(connections.warehouse())
    sent = drain(campaign, connections.smtp(), plan.rules.mail, now, KICKOFF)
    with campaign.connect() as conn:
        told = reached(conn, plan, now.astimezone(plan.rules.campaign.timezone).date())
    _say(context, told.line, told.first_thing)
    if (sent.queued or sent.deferred) and not last_try(context):
        raise NotSentYet(sent.trouble or "the server put letters off")
    if told.refused or sent.queued:
        raise AirflowFailException(f"{told.line}; {told.first_thing}")


def _say(context: Any, line: str, first_thing: str) -> None:
    log.info("%s", line)
    log.info("first: %s", first_thing)
    context["ti"].xcom_push(key=SUMMARY, value={"line": line, "first_thing": first_thing})
