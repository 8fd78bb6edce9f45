"""Lets held reports go out as provisional in the morning.

### Purpose
A report of the Department whose sums do not close is held, and the Department has one page that says so. A named person
releases or drops it (`python -m include.campaign.desk papers`); what nobody decided about goes out as provisional.

### Schedule
At the plan's `papers.release_held_at` (07:00 Asia/Ho_Chi_Minh) on the days of the campaign and of its tail.
`CAMPAIGN_SCHEDULE=off`: by hand only.

### Inputs and outputs
In: what is frozen and what is held in `campaign_db`, the plan's files. Out: the schema `mail` of `campaign_db`; mails
through `campaign_smtp`.

### Re-run safety
Safe at any time: before the hour it does nothing, and each held report is replaced once.

### Triage
Red at `publish_held`: the campaign database or the plan's files. Red at `send_waiting`: the mail server; the next run
that sends mail sends what waits.

### Contact
The data team of the Department of Justice (tổ dữ liệu, Sở Tư pháp): post `data_team` in `contacts.csv`.
"""

from airflow.sdk import DAG, chain

from include.tasks import settings
from include.tasks.days import moment_of, open_moment
from include.tasks.papers import publish_held, send_waiting
from include.tasks.params import MOMENT_PARAMS

RULES = settings.rules()
HOUR = RULES.papers.release_held_at

with DAG(
    "held_papers",
    dag_display_name="Phát hành bản tạm thời",
    description="Báo cáo bị giữ mà không ai quyết định được gửi dưới dạng tạm thời",
    doc_md=__doc__,
    schedule=settings.cron_timetable(RULES, f"{HOUR.minute} {HOUR.hour} * * *"),
    start_date=settings.campaign_start(RULES),
    end_date=settings.campaign_end(RULES),
    catchup=False,
    max_active_runs=1,
    params=MOMENT_PARAMS,
    default_args=settings.task_defaults(RULES),
    tags=["campaign", "daily"],
):
    moment = moment_of(open_moment())
    chain(publish_held(moment), send_waiting(moment))
