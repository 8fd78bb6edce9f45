"""Reads the sources between two closes.

### Purpose
Read the registries and the Ministry's ledger between two closes, so that the evening's reading is small, and tell the
data team, once each, of sources that have been silent for the plan's hours and of those that are back. Nothing is
closed or re-queued.

### Schedule
Every hour of the plan's `watch.hours`, on the days of the campaign. `CAMPAIGN_SCHEDULE=off`: by hand only.

### Inputs and outputs
In: `registry_<code>`, `ministry_ledger`, the plan's files. Out: the schemas `mirror` and `pull` and the table
`sources.alert` of `campaign_db`; at most one mail a run through `campaign_smtp`.

### Re-run safety
Safe at any time: reading is by digest and changes nothing at the source, and a silence is told once. It steps aside
(outcome `busy`) where a close or a re-queueing is talking to a source.

### Triage
A registry that cannot be read does not turn a task red; see the page *Tình trạng đọc* and `pull.reading`. Red: the
campaign database, the mail server or the plan's files; the log says which. A missed hour needs no repair.

### Contact
The data team of the Department of Justice (tổ dữ liệu, Sở Tư pháp): post `data_team` in `contacts.csv`.
"""

from airflow.sdk import DAG, chain

from include.tasks import settings
from include.tasks.days import moment_of, open_moment
from include.tasks.params import MOMENT_PARAMS
from include.tasks.reading import read_sources
from include.tasks.silences import tell_silences

RULES = settings.rules()

with DAG(
    "progress_watch",
    dag_display_name="Theo dõi tiến độ hằng giờ",
    description="Đọc các cơ sở giữa hai lần khóa sổ",
    doc_md=__doc__,
    schedule=settings.cron_timetable(RULES, f"30 {RULES.watch.hours} * * *"),
    start_date=settings.campaign_start(RULES),
    end_date=settings.campaign_end(RULES),
    catchup=False,
    max_active_runs=1,
    params=MOMENT_PARAMS,
    default_args=settings.task_defaults(RULES),
    tags=["campaign", "hourly"],
):
    opened = open_moment()
    registries, ledger = read_sources(opened, for_close=False)
    chain([registries, ledger], tell_silences(moment_of(opened)))
