"""In quiet hours mails wait in the outbox, but for the daily report."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Engine

from include.campaign.alarm import Alarm, raise_alarm
from include.campaign.days import Calendar
from include.campaign.mail import DeliveryResult, SmtpSettings, drain, post
from include.campaign.plan import Plan
from include.campaign.plan.ladder_rules import Quiet
from include.campaign.plan.mail_rules import Mail
from include.campaign.render import Paper
from tests.campaign.mail_server import Behaviour
from tests.campaign.scene import at

RULES = Mail(timeout_seconds=5)


@pytest.mark.parametrize(
    ("instant", "over"),
    [
        (at("05 21:59"), at("05 21:59")),
        (at("05 22:00"), at("06 06:00")),
        (at("06 00:30"), at("06 06:00")),
        (at("06 06:00"), at("06 06:00")),
    ],
)
def test_quiet_hours_last_over_midnight(instant: datetime, over: datetime) -> None:
    assert Quiet().over_at(instant) == over


def test_quiet_hours_of_one_day_and_none() -> None:
    noon = Quiet.model_validate({"from": "12:00", "until": "13:30"})
    assert [noon.over_at(at(hour)) for hour in ("05 11:59", "05 12:00", "05 13:30")] == [
        at("05 11:59"),
        at("05 13:30"),
        at("05 13:30"),
    ]
    assert Quiet.model_validate({"from": "06:00", "until": "06:00"}).over_at(at("05 06:00")) == at("05 06:00")


def test_an_alarm_of_the_night_goes_out_in_the_morning_and_the_report_at_once(
    engine: Engine, smtp: SmtpSettings, behaviour: Behaviour, small_plan: Plan
) -> None:
    close = Calendar(small_plan.rules).close("2025-03-05")
    night, morning = at("05 23:10"), at("06 06:00")
    assert raise_alarm(engine, smtp, small_plan, Alarm("silence", close, "Mất liên lạc", ("Xem trang.",)), night)
    paper = Paper("daily", "so@thidiem.example", "Sở", "to@thidiem.example", "Báo cáo", "<p>báo cáo</p>", "báo cáo")
    with engine.begin() as conn:
        post(conn, close, [paper], night, "r1")
    assert drain(engine, smtp, RULES, night) == DeliveryResult(accepted=1, waiting=1)
    assert len(behaviour.taken) == 1
    assert drain(engine, smtp, RULES, morning) == DeliveryResult(accepted=2)
    assert len(behaviour.taken) == 2
