"""Drains an outbox once, in a process of its own, so that a test can kill it: `python drain_once.py SETTINGS.json`."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from include.campaign.endpoint import Endpoint
from include.campaign.mail import SmtpSettings, drain
from include.campaign.plan.mail_rules import Mail
from include.campaign.warehouse import engine

settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
drain(
    engine(Endpoint(**settings["endpoint"])),
    SmtpSettings(**settings["smtp"]),
    Mail(timeout_seconds=20),
    datetime(2025, 3, 5, 11, 5, tzinfo=UTC),
)
