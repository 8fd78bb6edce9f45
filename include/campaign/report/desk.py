"""A letter to the Department's desk alone, beside its daily one: a milestone's, the campaign's end."""

from __future__ import annotations

from dataclasses import dataclass

from include.campaign.days import Close
from include.campaign.plan import Plan
from include.campaign.report.models import ReportHead


@dataclass(frozen=True)
class DeskLetter:
    """Where it goes and what it is of; `note` is of daily letters alone."""

    head: ReportHead
    address: str
    office: str
    language: str
    reply_to: str
    note: None = None


def desk_letter(plan: Plan, close: Close, head: ReportHead) -> DeskLetter:
    """To whoever holds the Department's desk on a close's day.

    Raises:
        LookupError: the Department's desk has no contact.
    """
    desk = plan.contact(plan.province.code, "desk", close.day)
    return DeskLetter(head, desk.email, desk.office, desk.language, plan.rules.mail.reply_to or desk.email)
