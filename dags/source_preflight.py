"""Checks every source before the campaign, and on demand.

### Purpose
Look at every registry as each role that we log in as (reading, re-queueing) and at the Ministry's ledger: connection,
version, encoding, clock, size, tables and columns of the contract, grants (that personal columns are refused), that
re-queueing nothing works, and the totals on closing pages against the baseline in force. Mail the data team one table
of what to mend, per registry.

### Schedule
Every morning of the plan's last days before the first day (`preflight` in `rules.yaml`), and by hand at any time.
`CAMPAIGN_SCHEDULE=off`: by hand only.

### Inputs and outputs
In: `registry_<code>`, `registry_<code>_requeue`, `ministry_ledger`, the plan's files; of the sources only their
catalogue and counts. Out: `sources.preflight` of `campaign_db`; one mail a run through `campaign_smtp`; XCom `summary`
of `report_preflight`.

### Re-run safety
Safe at any time: nothing is changed at a source (re-queueing is tried with no entries, and rolled back). A cleared run
looks again and mails nothing new; a new run mails again.

### Triage
Red at `report_preflight`: something must be mended; its log, the mail and `sources.preflight` say what and where. Red
elsewhere: the campaign database or the plan's files; the log says which. After mending: trigger again, with the codes
in `registries` to look at those alone.

### Contact
The data team of the Department of Justice (tổ dữ liệu, Sở Tư pháp): post `data_team` in `contacts.csv`.
"""

from datetime import timedelta

from airflow.sdk import DAG, chain

from include.tasks import settings
from include.tasks.days import moment_of
from include.tasks.params import DAY_PARAMS, MOMENT_PARAMS
from include.tasks.preflighting import open_preflight, preflight_ledger, preflight_registries, report_preflight

RULES = settings.rules()

with DAG(
    "source_preflight",
    dag_display_name="Kiểm tra nguồn trước chiến dịch",
    description="Kiểm tra kết nối, quy ước dữ liệu, quyền và đồng hồ của mọi nguồn",
    doc_md=__doc__,
    schedule=settings.cron_timetable(RULES, f"{RULES.preflight.hour.minute} {RULES.preflight.hour.hour} * * *"),
    start_date=settings.campaign_start(RULES) - timedelta(days=RULES.preflight.days_before),
    end_date=settings.campaign_start(RULES),
    catchup=False,
    max_active_runs=1,
    params={"registries": DAY_PARAMS["registries"], **MOMENT_PARAMS},
    default_args=settings.task_defaults(RULES),
    tags=["campaign", "sources"],
):
    opened = open_preflight()
    moment = moment_of(opened)
    registries = preflight_registries.partial(moment=moment).expand(shard=opened)
    chain([registries, preflight_ledger(moment)], report_preflight(moment))
