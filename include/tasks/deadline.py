"""The deadline of a day: when its run has not ended well by the report's hour, the data team is told, once."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import AsyncCallback, DeadlineAlert, DeadlineReference  # type: ignore[attr-defined]  # not in its stub

from include.campaign.plan import Rules

log = logging.getLogger(__name__)


def report_deadline(rules: Rules) -> DeadlineAlert:
    """The alert of `campaign_day`: a run may take as long as lies between the cut-off and the report's hour."""
    deadlines, cut_off = rules.deadlines, rules.campaign.cut_off
    some_day = rules.campaign.first_day
    interval: timedelta = datetime.combine(some_day, deadlines.report_by) - datetime.combine(some_day, cut_off)
    return DeadlineAlert(
        name="report_by",
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=interval,
        callback=AsyncCallback(tell_late),
    )


async def tell_late(context: dict[str, Any]) -> None:
    """Called in the triggerer when the deadline passed."""
