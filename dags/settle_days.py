"""Fills the gaps of earlier days in the morning.

### Purpose
Read the sources early in the morning and close earlier days with gaps again, the oldest first, where the new reading
fills them: dated figures are filled and recorded as late data; what the state was on the evening itself stays unknown.
The same is done by `campaign_day` before each close. Nothing is re-queued. A close whose report was
provisional and that is complete now gets its final edition, once; other changes stand in the next report. Mails that
waited for the end of quiet hours go out.

### Schedule
06:00 Asia/Ho_Chi_Minh on the days of the campaign and of its tail. `CAMPAIGN_SCHEDULE=off`: by hand only.

### Inputs and outputs
In: `registry_<code>`, `ministry_ledger`, the plan's files. Out: the schemas `mirror`, `pull` and `closing` of
`campaign_db`; mails that wait, through `campaign_smtp`.

### Re-run safety
Safe at any time: a day that nothing new can fill is left alone. It steps aside (outcome `busy`) where a close or a
re-queueing is talking to a source.

### Triage
A registry that is still silent does not turn a task red; see the page *Tình trạng đọc*. Red: the campaign database, the
mail server or the plan's files; the log says which. A missed morning needs no repair: the evening's close settles too,
and sends what waits.

### Contact
The data team of the Department of Justice (tổ dữ liệu, Sở Tư pháp): post `data_team` in `contacts.csv`.
"""

from airflow.sdk import DAG, chain

from include.tasks import settings
from include.tasks.closing import settle_gaps
from include.tasks.days import moment_of, open_moment
from include.tasks.papers import send_waiting, write_finals
from include.tasks.params import MOMENT_PARAMS
from include.tasks.reading import read_sources

RULES = settings.rules()

with DAG(
    "settle_days",
    dag_display_name="Bổ sung số liệu đến muộn",
    description="Đọc buổi sáng và bổ sung số liệu các ngày còn thiếu",
    doc_md=__doc__,
    schedule=settings.cron_timetable(RULES, "0 6 * * *"),
    start_date=settings.campaign_start(RULES),
    end_date=settings.campaign_end(RULES),
    catchup=False,
    max_active_runs=1,
    params=MOMENT_PARAMS,
    default_args=settings.task_defaults(RULES),
    tags=["campaign", "daily"],
):
    opened = open_moment()
    registries, ledger = read_sources(opened, for_close=False)
    moment = moment_of(opened)
    chain([registries, ledger], settle_gaps(moment), write_finals(moment), send_waiting(moment))
