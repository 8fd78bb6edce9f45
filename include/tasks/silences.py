"""Telling the data team between two closes which sources fell silent and which are back."""

from __future__ import annotations

import logging
from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task

from include.campaign.days import Calendar
from include.tasks import connections, settings
from include.tasks.opening import Moment
from include.tasks.papers import MAIL_POOL, NotSentYet
from include.tasks.reading import last_try

log = logging.getLogger(__name__)


# One shard that could not be read must not keep the silence of another from being told.
@task(task_display_name="Báo nguồn mất liên lạc", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, pool=MAIL_POOL)
def tell_silences(moment: dict[str, Any]) -> dict[str, list[str]]:
    """Mail what has changed, once; a mail that the server put off goes out with a later try or run.

    What waited for the end of quiet hours goes out, too.

    Returns:
        codes of the sources that are newly silent, and of those that are back.
    """
    from include.campaign.alarm import outbox_key
    from include.campaign.mail import drain
    from include.campaign.sources import tell_news
    from include.campaign.sources.alerts import KIND
    from include.campaign.warehouse import engine

    at = Moment.from_xcom(moment)
    plan = settings.plan()
    close = Calendar(plan.rules).close(at.close_key)
    campaign = engine(connections.warehouse())
    with campaign.begin() as conn:
        news = tell_news(conn, plan, close, at.present())
    for one in news:
        log.info("%s: %s since %s (%s)", one.code, one.kind, one.since, one.outcome)
    result = drain(campaign, connections.smtp(), plan.rules.mail, at.present(), outbox_key(close, KIND))
    if result.queued or result.deferred:
        waiting = f"{result.queued + result.deferred} mails wait: {result.trouble or 'the server put them off'}"
        if not last_try(get_current_context()):
            raise NotSentYet(waiting)
        log.warning("%s; the next run or the evening sends them", waiting)
    drain(campaign, connections.smtp(), plan.rules.mail, at.present())
    return {kind: [one.code for one in news if one.kind == kind] for kind in ("silent", "back")}
