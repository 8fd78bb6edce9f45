"""What a DAG file may know while it is parsed: the plan's rules, and the environment's few switches.

Environment:
    CAMPAIGN_PLAN: folder of the plan; `include/plan` of the project when unset.
    CAMPAIGN_SCHEDULE: `off` gives every DAG the schedule None (runs are triggered by hand or by a driver).
    CAMPAIGN_CONNECT_SECONDS, CAMPAIGN_RETRY_DELAY_SECONDS: in place of `rules.pull`'s where registries are read.
"""

from __future__ import annotations

import os
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pendulum
from airflow.sdk import CronTriggerTimetable
from airflow.timetables.events import EventsTimetable

from include.campaign.days import Calendar
from include.campaign.plan import Plan, Rules, load_plan, load_rules

ROOT = Path(__file__).resolve().parents[2]

OWNER = "to-du-lieu"
"""Who answers for the DAGs: the data team (tổ dữ liệu) of the Department."""

# A shard of 23 registries, four at a time, each hanging for its full 90 s, takes 9 minutes.
_TASK_MINUTES = 30


def plan_folder() -> Path:
    """Folder of the plan in use."""
    named = os.environ.get("CAMPAIGN_PLAN")
    return Path(named) if named else ROOT / "include" / "plan"


def rules() -> Rules:
    """The plan's rules alone, with the environment's waits; a fraction of the cost of the whole plan, which tasks load.

    Raises:
        PlanError: rules.yaml cannot be used; Airflow shows it as the DAG's import error.
        ValidationError: the environment gives what is no wait.
    """
    planned = load_rules(plan_folder())
    waits = {name: os.environ.get(f"CAMPAIGN_{name.upper()}") for name in ("connect_seconds", "retry_delay_seconds")}
    pull = {**planned.pull.model_dump(), **{name: seconds for name, seconds in waits.items() if seconds}}
    return planned.model_copy(update={"pull": planned.pull.model_validate(pull)})


def plan() -> Plan:
    """The whole plan, checked.

    Raises:
        PlanError: with every fault as file, line and reason.
    """
    return load_plan(plan_folder())


def schedule_on() -> bool:
    """Whether DAGs run by themselves."""
    return os.environ.get("CAMPAIGN_SCHEDULE", "on").strip().lower() != "off"


def task_defaults(rules: Rules) -> dict[str, Any]:
    """`default_args` of every DAG: who owns it, and how often a task is tried again."""
    return {
        "owner": OWNER,
        "retries": rules.pull.retries,
        "retry_delay": timedelta(seconds=rules.pull.retry_delay_seconds),
        "execution_timeout": timedelta(minutes=_TASK_MINUTES),
    }


def campaign_start(rules: Rules) -> datetime:
    """First local midnight of the campaign."""
    campaign = rules.campaign
    return datetime.combine(campaign.first_day, time(0), campaign.timezone)


def campaign_end(rules: Rules) -> datetime:
    """The last close of the tail: the last instant at which anything is scheduled."""
    return Calendar(rules).with_tail()[-1].as_of


def closes_timetable(rules: Rules) -> EventsTimetable | None:
    """Runs at every daily cut-off, at the final close, and daily in the tail; None where DAGs are run by hand only.

    Instants, not a cron line with an end date: a bare end date would lose the last day, and UTC dates a day more.
    Airflow's core class, because the twin in `airflow.sdk` cannot be serialised in 3.3.2 (KeyError `_summary`).
    """
    if not schedule_on():
        return None
    instants = [pendulum.instance(close.as_of) for close in Calendar(rules).with_tail()]
    return EventsTimetable(instants, presorted=True, description="giờ chốt hằng ngày và lần chốt cuối")


def cron_timetable(rules: Rules, cron: str) -> CronTriggerTimetable | None:
    """Runs by a cron line in the campaign's local time; None where DAGs do not run by themselves."""
    return CronTriggerTimetable(cron, timezone=str(rules.campaign.timezone)) if schedule_on() else None
