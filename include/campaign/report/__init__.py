"""The day's frozen figures as one plain object per reader. It knows no HTML and no mail.

`write_letters` reads closing.*, ladder.*, transfers.decision and plan.* (and which close was mailed last), nothing
else: the same frozen day gives equal letters whenever it is asked.
"""

from include.campaign.report.commune import CommuneReport
from include.campaign.report.letters import write_letters, write_report
from include.campaign.report.models import (
    AreaDay,
    DistrictReport,
    HeldNotice,
    Letter,
    ProvinceReport,
    RegistryDay,
    ReportHead,
    WithdrawalBlock,
    Withdrawn,
)
from include.campaign.report.total import Total

__all__ = [
    "AreaDay",
    "CommuneReport",
    "DistrictReport",
    "HeldNotice",
    "Letter",
    "ProvinceReport",
    "RegistryDay",
    "ReportHead",
    "Total",
    "WithdrawalBlock",
    "Withdrawn",
    "write_letters",
    "write_report",
]
