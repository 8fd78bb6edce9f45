"""Checking every source before the campaign: a mapped task per shard, the ledger, and one mail about what to mend."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from include.campaign.days import Calendar, Close
from include.tasks import connections, opening, settings
from include.tasks.opening import CannotOpen, Moment
from include.tasks.papers import MAIL_POOL, NotSentYet
from include.tasks.reading import REGISTRIES_POOL, last_try

if TYPE_CHECKING:
    from include.campaign.plan import Plan
    from include.campaign.preflight import PreflightContext

log = logging.getLogger(__name__)

SUMMARY = "summary"
"""Key of the XCom that the run's note is made from."""


@task(task_display_name="Xác định các nguồn cần kiểm tra")
def open_preflight() -> list[dict[str, Any]]:
    """Load the plan and choose what to look at; unlike a day, a preflight can be made at any time.

    Returns:
        the shards to look at. The `Moment` is pushed as the XCom `moment`.
    """
    from include.campaign.plan import PlanError
    from include.campaign.warehouse import engine
    from include.campaign.warehouse.plan_sync import sync_plan

    context = get_current_context()
    params = context["params"]
    try:
        plan = settings.plan()
        now, fixed_clock = opening.present(params)
        shards = opening.chosen_shards(plan.shards(), params.get("registries") or [], plan.registry_codes)
    except (CannotOpen, PlanError) as error:
        raise AirflowFailException(str(error)) from None
    with engine(connections.warehouse()).begin() as conn:
        sync_plan(conn, plan)
    close = _close_of(plan, now)
    moment = Moment(close.key, close.as_of, now, fixed_clock, context["dag_run"].run_id)
    context["ti"].xcom_push(key="moment", value=moment.to_xcom())
    return shards


def _close_of(plan: Plan, now: datetime) -> Close:
    """The close that the present belongs to: before the campaign its first, after it its last."""
    calendar = Calendar(plan.rules)
    return calendar.open(now) or calendar.with_tail()[-1]


def _context(plan: Plan, at: Moment) -> PreflightContext:
    from include.campaign.preflight import PreflightContext

    day = Calendar(plan.rules).close(at.close_key).day
    return PreflightContext(at.run_id, at.present(), plan.baseline_in_force(day).counts)


@task(
    task_display_name="Kiểm tra các cơ sở dữ liệu hộ tịch",
    map_index_template="{{ task.op_kwargs['shard']['name'] }}",
    pool=REGISTRIES_POOL,
)
async def preflight_registries(shard: dict[str, Any], moment: dict[str, Any]) -> dict[str, Any]:
    """Look at the registries of one shard, as each role.

    Returns:
        shard code, and per registry how many checks came to which verdict.
    """
    from include.campaign.preflight import Target
    from include.campaign.preflight import preflight_registries as look

    at = Moment.from_xcom(moment)
    plan = settings.plan()
    codes = shard["registry_codes"]
    readers = await connections.registries(codes)
    requeuers = {code: await connections.requeuer(code) or readers[code] for code in codes}
    baseline = plan.baseline_in_force(Calendar(plan.rules).close(at.close_key).day)
    quotas = {code: plan.quota(baseline.id, code, "registry") for code in codes}
    targets = {
        code: Target(readers[code], requeuers[code], quota.cases if quota else None) for code, quota in quotas.items()
    }
    found = await look(await connections.awarehouse(), targets, plan.rules, _context(plan, at))
    verdicts = {code: [str(check.verdict) for _, check in checks] for code, checks in found.items()}
    counts = {code: {verdict: said.count(verdict) for verdict in sorted(set(said))} for code, said in verdicts.items()}
    log.info("%s: %s", shard["name"], counts)
    return {"shard": shard["code"], "verdicts": counts}


@task(task_display_name="Kiểm tra sổ tiếp nhận của Bộ Tư pháp")
async def preflight_ledger(moment: dict[str, Any]) -> list[str]:
    """Look at the Ministry's ledger; returns the names of the checks that failed."""
    from include.campaign.preflight import Verdict
    from include.campaign.preflight import preflight_ledger as look

    at = Moment.from_xcom(moment)
    plan = settings.plan()
    source = await connections.source(connections.LEDGER)
    checks = await look(await connections.awarehouse(), source, plan.rules, _context(plan, at))
    return [check.name for _, check in checks if check.verdict is Verdict.FAIL]


# What was looked at is told even if a shard's task failed: that is red by itself.
@task(task_display_name="Gửi bảng việc cần sửa", trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, pool=MAIL_POOL)
def report_preflight(moment: dict[str, Any]) -> None:
    """Mail the data team what to mend, once a run, and say it in the log and the run's note.

    Raises:
        AirflowFailException: something has to be mended; no retry would change it.
        NotSentYet: the mail waits for another try.
    """
    from include.campaign.alarm import outbox_key, post_alarm
    from include.campaign.mail import drain
    from include.campaign.preflight import report
    from include.campaign.warehouse import engine

    at = Moment.from_xcom(moment)
    plan = settings.plan()
    close = Calendar(plan.rules).close(at.close_key)
    campaign = engine(connections.warehouse())
    with campaign.begin() as conn:
        found = report(conn, plan, close, at.run_id)
        post_alarm(conn, plan, found.alarm, at.present())
    log.info("%s", found.line)
    log.info("first: %s", found.first_thing)
    for row in found.alarm.table:
        log.info("%s", " | ".join(row))
    context = get_current_context()
    context["ti"].xcom_push(key=SUMMARY, value={"line": found.line, "first_thing": found.first_thing})
    result = drain(campaign, connections.smtp(), plan.rules.mail, at.present(), outbox_key(close, found.alarm.kind))
    if (result.queued or result.deferred) and not last_try(context):
        raise NotSentYet(result.trouble or "the server put the mail off")
    if found.to_mend:
        raise AirflowFailException(f"{found.to_mend} things to mend; {found.first_thing}")
