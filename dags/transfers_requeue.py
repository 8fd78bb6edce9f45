"""Puts failed transfers back in the queue between two closes.

### Purpose
Decide about failed transfers between two closes, and put back in their registry's queue what may go: by what the plan
says of the outcome, in waves, with probes alone while the Ministry's software is down. So a night's outage does not
wait for the evening.

### Schedule
Every two hours on the days of the campaign. `CAMPAIGN_SCHEDULE=off`: by hand only.

### Inputs and outputs
In: `registry_<code>` (`registry_<code>_requeue` where another log-in may write), `ministry_ledger`, the plan's files.
Out: `mirror`, `pull` and `transfers` of `campaign_db`; `sohoa.requeue(...)` in the registries.

### Re-run safety
Safe at any time: a decision is written before its effect, with a key of the open day, registry, rule and instant; a
registry answers the same key with what it did before. The same run decides once.

### Triage
Decisions that stay `decided` were not carried out: each run that reads their registry and the ledger looks at them anew
and tries again. `not_permitted`: the log-in may not requeue, ask the registry's administrator. Nothing goes back for
hours: `transfers.wave` says why (breaker, cap, how many are due). Red: the campaign database or the plan's files; the
log says which.

### Contact
The data team of the Department of Justice (tổ dữ liệu, Sở Tư pháp): post `data_team` in `contacts.csv`.
"""

from airflow.sdk import DAG, chain

from include.tasks import settings
from include.tasks.days import moment_of, open_moment
from include.tasks.params import MOMENT_PARAMS
from include.tasks.reading import read_sources
from include.tasks.requeueing import requeue_transfers

RULES = settings.rules()

with DAG(
    "transfers_requeue",
    dag_display_name="Đưa lại hàng đợi chuyển dữ liệu",
    description="Đưa hồ sơ lỗi phía tiếp nhận trở lại hàng đợi",
    doc_md=__doc__,
    schedule=settings.cron_timetable(RULES, "15 */2 * * *"),
    start_date=settings.campaign_start(RULES),
    end_date=settings.campaign_end(RULES),
    catchup=False,
    max_active_runs=1,
    params=MOMENT_PARAMS,
    default_args=settings.task_defaults(RULES),
    tags=["campaign", "transfers"],
):
    opened = open_moment()
    registries, ledger = read_sources(opened, for_close=False)
    chain(registries, requeue_transfers(moment_of(opened), ledger))
