"""Closes one day of the campaign.

### Purpose
Close one day of the campaign: read every registry and the Ministry's ledger, reconcile, freeze the figures, flag who is
behind, put failed transfers back in the queue, write the reports, mail them, and say at `gate` how it went.

### Schedule
Every day of the campaign at the plan's cut-off (18:00 Asia/Ho_Chi_Minh), the final close at midnight after the last
day, then daily until the plan's `tail_until`, without flags; a day is skipped when nothing is left to be done. Missed
days are closed in order; only the newest has effects. `CAMPAIGN_SCHEDULE=off`: by hand only.

### Inputs and outputs
In: `registry_<code>`, `ministry_ledger`, the plan's files. Out: the schemas `closing`, `ladder`, `transfers` and `mail`
of `campaign_db`; mails through `campaign_smtp`; re-queued transfers in the registries; XCom `summary` of `gate`.

### Re-run safety
Safe at any time, for any day. Figures are recomputed and changes kept as restatements; a mail and a re-queue have a key
per day and are not done twice. An older day is recomputed without effects unless `effects` is `always`. To read some
registries again, trigger with the same `day` and their codes in `registries`.

### Triage
Green: closed, gaps within tolerance. Red at `gate`: its log opens with the day's line and the first thing to do. Red
at `pull_registries` or `pull_ledger`: the campaign database, not a registry (one that cannot be read is a mark on the
page *Tình trạng đọc*). Red elsewhere: a fault of ours; read that log, mend, clear the task. More: docs/dags.md.

### Contact
The data team of the Department of Justice (tổ dữ liệu, Sở Tư pháp): post `data_team` in `contacts.csv`.
"""

from airflow.sdk import DAG, chain

from include.tasks import settings
from include.tasks.closing import close_day, flag_laggards
from include.tasks.days import moment_of, open_day
from include.tasks.deadline import report_deadline
from include.tasks.gate import gate
from include.tasks.papers import send_mail, write_reports
from include.tasks.params import DAY_PARAMS
from include.tasks.reading import read_sources
from include.tasks.requeueing import requeue_transfers

RULES = settings.rules()

with DAG(
    "campaign_day",
    dag_display_name="Khóa sổ hằng ngày",
    description="Đọc, đối chiếu, khóa sổ, báo cáo một ngày của chiến dịch",
    doc_md=__doc__,
    schedule=settings.closes_timetable(RULES),
    start_date=settings.campaign_start(RULES),
    end_date=settings.campaign_end(RULES),
    catchup=True,
    max_active_runs=1,
    params=DAY_PARAMS,
    default_args=settings.task_defaults(RULES),
    deadline=report_deadline(RULES),
    tags=["campaign", "daily"],
):
    opened = open_day()
    moment = moment_of(opened)
    registries, ledger = read_sources(opened, for_close=True)
    effects = [flag_laggards(moment), requeue_transfers(moment, ledger)]

    chain([registries, ledger], close_day(moment), effects, write_reports(moment), send_mail(moment), gate())
