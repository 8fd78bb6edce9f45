"""The two people of the duplicate desk, and the data team, as they act between the closes of a played campaign."""

from __future__ import annotations

import psycopg

from include.campaign.days import Close
from include.campaign.duplicates.acts import Act, record_acts
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.redrive import Choice, ask_redrive
from include.campaign.warehouse import engine
from tests.sources import superuser

A_DAY = 4
"""Cases that the desk decides on a day."""
MISTAKES = ("2025-03-09", "2025-03-12")
"""Days on which it takes a double for none."""
REDRIVEN = "2025-03-16"
"""After this close what is held under an unknown code is asked back, a few a wave."""

_OPEN = """
select registry_code, entry_id from transfers.duplicate
where gone_key is null and state = 'open' and kind = 'person' and not refused_again
order by registry_code, entry_id
"""


def people_act(campaign: Endpoint, plan: Plan, close: Close, truth: psycopg.Connection) -> None:
    """What people decide after a close. They look into the books, which are the world's truth."""
    with superuser(campaign) as conn:
        suspected = conn.execute(_OPEN).fetchall()
    single = set(truth.execute("select registry_code, entry_id from truth.fate where fate = 'single'").fetchall())
    none = [place for place in suspected if place in single][:A_DAY]
    if close.key in MISTAKES:
        none += [place for place in suspected if place not in single][:1]
    with engine(campaign).begin() as conn:
        if none:
            for act, by in (("propose", "cán bộ Mẫu"), ("confirm", "cán bộ Thử")):
                acts = [Act(code, entry, act, "not_duplicate", "sổ gốc có hai người") for code, entry in none]
                assert record_acts(conn, acts, by, close.as_of) == len(acts)
        if close.key == REDRIVEN:
            ask_redrive(conn, plan, Choice(outcome="unknown"), 3, "Bộ đã cho biết ý nghĩa của mã", "tổ dữ liệu")
