"""Drains an outbox once, as a process of its own that a test can kill."""

from datetime import datetime

from include.campaign.endpoint import Endpoint
from include.campaign.mail import SmtpSettings, drain
from include.campaign.plan.mail_rules import Mail
from include.campaign.warehouse import engine


def drain_once(campaign: Endpoint, smtp: SmtpSettings, now: datetime) -> None:
    """Send what lies in the outbox."""
    drain(engine(campaign), smtp, Mail(timeout_seconds=20), now)
