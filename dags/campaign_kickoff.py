"""Tells everyone who answers for a unit how the campaign works, once, and the data team who was not reached.

### Purpose
Write to each head of a unit (to who stands in where the post is vacant), each civil-status officer and the
Department's desk: quota and where it comes from, roadmap, commitment, which mails come when, how it is measured, whom
to ask. The next morning the data team reads whose letter did not arrive and which posts are vacant.

### Schedule
At `kickoff.hour` on the days of `kickoff.days_before` (`rules.yaml`): 27 and 28 February; then on every day of the
campaign, for contacts that are new. `CAMPAIGN_SCHEDULE=off`: by hand only.

### Inputs and outputs
In: the plan's files, and what lies in the outbox: who has been written to. Out: letters in `mail.message` (close
`kickoff`) through `campaign_smtp`; XCom `summary` of `report_kickoff`.

### Re-run safety
Safe at any time: one letter for each address and unit, one a day to the data team, however many runs there are.
Outside of its days a run writes nothing. In quiet hours the letters wait in the outbox.

### Triage
Red at `report_kickoff`: an address is refused (mend `contacts.csv`, trigger again), or the mail server cannot be used;
its log and the note say which. Red elsewhere: the campaign database or the plan's files; the log says which.

### Contact
The data team of the Department of Justice (tổ dữ liệu, Sở Tư pháp): post `data_team` in `contacts.csv`.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, chain

from include.tasks import settings
from include.tasks.kickoff import open_kickoff, report_kickoff, write_kickoff
from include.tasks.params import MOMENT_PARAMS

RULES = settings.rules()

with DAG(
    "campaign_kickoff",
    dag_display_name="Thư khởi động chiến dịch",
    description="Chỉ tiêu, lộ trình, cách đo cho từng người phụ trách; ai chưa nhận được",
    doc_md=__doc__,
    schedule=settings.cron_timetable(RULES, f"{RULES.kickoff.hour.minute} {RULES.kickoff.hour.hour} * * *"),
    start_date=settings.campaign_start(RULES) - timedelta(days=max(RULES.kickoff.days_before)),
    end_date=settings.campaign_start(RULES) + (RULES.campaign.last_day - RULES.campaign.first_day) + timedelta(days=1),
    catchup=False,
    max_active_runs=1,
    params=MOMENT_PARAMS,
    default_args=settings.task_defaults(RULES),
    tags=["campaign", "mail"],
):
    moment: Any = open_kickoff()
    chain(write_kickoff(moment), report_kickoff(moment))
