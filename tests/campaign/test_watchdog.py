"""The watch from outside Airflow: who is told when no close is recorded, how often, and what when nothing answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from include.campaign.connections import SMTP, WAREHOUSE
from include.campaign.endpoint import Endpoint
from include.campaign.mail import SmtpSettings
from include.campaign.mail.client import ServerUnusable
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from include.campaign.watchdog import SILENCE, TRIES, Finding, Watchdog, main
from tests.campaign.conftest import FrozenTables
from tests.campaign.mail_server import Behaviour, free_port, mail_server
from tests.conftest import SMALL_PLAN

TEAM = "todulieu.sotuphap@thidiem.example"
DESK = "sotuphap@thidiem.example"
NOWHERE = Endpoint("127.0.0.1", 1, "campaign", "owner", "geheim")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 3, day, hour, minute, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def inbox() -> Behaviour:
    return Behaviour()


@pytest.fixture
def smtp(inbox: Behaviour, tmp_path: Path) -> Iterator[SmtpSettings]:
    with mail_server(inbox, tmp_path) as settings:
        yield settings


@pytest.fixture
def watchdog(small_plan: Plan, campaign_db: Endpoint, smtp: SmtpSettings, tmp_path: Path) -> Watchdog:
    return Watchdog(small_plan, engine(campaign_db), smtp, tmp_path / "state.json", pause=lambda seconds: None)


def mails(inbox: Behaviour, to: str = TEAM) -> list[tuple[str, str]]:
    """Subject and text of each mail that arrived."""
    arrived = []
    for envelope in inbox.taken:
        if envelope.rcpt_tos != [to]:
            continue
        message = message_from_bytes(envelope.content, policy=default)
        body = message.get_body(("plain",))
        assert body is not None
        arrived.append((message["Subject"], body.get_content()))
    return arrived


@pytest.mark.parametrize(
    "now",
    [
        local(1, 17, 59),  # before the campaign's first close
        local(5, 18, 29),  # the plan gives the evening until 18:30
        local(21, 0, 29),  # and the final close until 00:30
        local(21, 18, 29),  # a day of the tail has until 18:30 too
        local(31, 18) + timedelta(days=1, minutes=1),  # the last of the tail was due more than a day ago
    ],
)
def test_nothing_is_due_so_nobody_is_told(watchdog: Watchdog, inbox: Behaviour, now: datetime) -> None:
    assert watchdog.look(now) is Finding.QUIET
    assert inbox.taken == []


def test_at_the_plans_hour_the_data_team_is_told_once(watchdog: Watchdog, inbox: Behaviour) -> None:
    found = [watchdog.look(local(5, 18, minute)) for minute in (30, 31, 45)]
    assert found == [Finding.TOLD, Finding.TOLD_BEFORE, Finding.TOLD_BEFORE]
    [(subject, text)] = mails(inbox)
    assert subject == "Cảnh báo: chưa khóa sổ ngày 05/03/2025, quá 18:30"
    assert "Chưa có lần chạy nào mở ngày này" in text and "day=2025-03-05" in text


def test_at_the_reports_hour_the_department_has_a_page_once(watchdog: Watchdog, inbox: Behaviour) -> None:
    for minute in (30, 39, 40, 41, 59):
        watchdog.look(local(5, 18, minute))
    [(subject, text)] = mails(inbox, DESK)
    assert subject == "Chưa có báo cáo số hóa hộ tịch ngày 05/03/2025: tỉnh Thí Điểm"
    assert "trước 18:40 ngày 05/03/2025" in text and "Chưa mở được kỳ khóa sổ" in text


def test_a_close_that_is_recorded_and_not_reported_is_told_to_the_department(
    watchdog: Watchdog, inbox: Behaviour, small_plan: Plan
) -> None:
    with watchdog.warehouse.begin() as conn:
        FrozenTables(conn, small_plan).close("2025-03-05")
    assert watchdog.look(local(5, 18, 40)) is Finding.NOT_REPORTED
    assert watchdog.look(local(5, 18, 41)) is Finding.CLOSED
    [(_, text)] = mails(inbox, DESK)
    assert "Đã khóa sổ, số liệu đã lưu" in text


def test_a_database_that_is_down_at_the_reports_hour_is_told_to_the_department_once(
    watchdog: Watchdog, inbox: Behaviour
) -> None:
    down = replace(watchdog, warehouse=engine(NOWHERE))
    for after in (timedelta(0), timedelta(minutes=1), SILENCE):
        down.look(local(5, 18, 40) + after)
    assert watchdog.look(local(5, 22)) is Finding.TOLD
    [(_, text)] = mails(inbox, DESK)
    assert "Cơ sở dữ liệu điều hành không trả lời" in text


def test_each_close_has_its_own_alarm(watchdog: Watchdog, inbox: Behaviour) -> None:
    watchdog.look(local(20, 18, 30))
    watchdog.look(local(21, 0, 30))
    assert [subject for subject, _ in mails(inbox)] == [
        "Cảnh báo: chưa khóa sổ ngày 20/03/2025, quá 18:30",
        "Cảnh báo: chưa khóa sổ lần chốt cuối 20/03/2025, quá 00:30",
    ]


def test_a_day_that_was_opened_and_not_closed_is_told_as_such(
    watchdog: Watchdog, inbox: Behaviour, small_plan: Plan
) -> None:
    with watchdog.warehouse.begin() as conn:
        FrozenTables(conn, small_plan).close("2025-03-05", state="open", closed_at=None)
    assert watchdog.look(local(5, 18, 30)) is Finding.TOLD
    assert "đã bắt đầu nhưng chưa xong" in mails(inbox)[0][1]


@pytest.mark.parametrize("state", ["closed", "gaps", "held"])
def test_a_recorded_close_is_enough(watchdog: Watchdog, inbox: Behaviour, small_plan: Plan, state: str) -> None:
    with watchdog.warehouse.begin() as conn:
        FrozenTables(conn, small_plan).close("2025-03-05", state=state)
    assert watchdog.look(local(5, 18, 30)) is Finding.CLOSED
    assert inbox.taken == []


def test_an_alarm_that_the_mail_server_put_off_goes_out_with_a_later_look(
    watchdog: Watchdog, inbox: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.campaign.mail.delivery.ROUND_SECONDS", (0.0, 0.0))
    inbox.to[TEAM] = "defer"
    assert watchdog.look(local(5, 18, 30)) is Finding.TOLD
    assert inbox.taken == []
    inbox.to.clear()
    assert watchdog.look(local(5, 18, 35)) is Finding.TOLD_BEFORE
    assert len(mails(inbox)) == 1


def test_a_database_that_is_down_is_told_at_most_every_few_hours(watchdog: Watchdog, inbox: Behaviour) -> None:
    waits: list[float] = []
    down = replace(watchdog, warehouse=engine(NOWHERE), pause=waits.append)
    start = local(5, 18, 30)
    found = [down.look(start + after) for after in (timedelta(0), timedelta(minutes=1), SILENCE)]
    assert found == [Finding.DOWN, Finding.DOWN_BEFORE, Finding.DOWN]
    assert len(waits) == 3 * (TRIES - 1)
    told = mails(inbox)
    assert len(told) == 2
    assert "không trả lời" in told[0][0] and "05/03/2025" in told[0][1]
    assert "geheim" not in str(told)
    ids = {
        message_from_bytes(envelope.content)["Message-ID"] for envelope in inbox.taken if envelope.rcpt_tos == [TEAM]
    }
    assert len(ids) == 2


def test_a_database_that_comes_back_within_the_tries_is_no_news(watchdog: Watchdog, inbox: Behaviour) -> None:
    """The pause is where the server restarts: here, where the watchdog is handed the one that runs."""
    limping = replace(watchdog, warehouse=engine(NOWHERE))
    object.__setattr__(limping, "pause", lambda seconds: object.__setattr__(limping, "warehouse", watchdog.warehouse))
    assert limping.look(local(5, 18, 30)) is Finding.TOLD


def test_when_nothing_answers_it_says_so_and_tries_again_at_the_next_look(
    watchdog: Watchdog, inbox: Behaviour, smtp: SmtpSettings
) -> None:
    deaf = replace(watchdog, warehouse=engine(NOWHERE), smtp=replace(smtp, port=free_port()))
    with pytest.raises(ServerUnusable):
        deaf.look(local(5, 18, 30))
    assert replace(deaf, smtp=smtp).look(local(5, 18, 31)) is Finding.DOWN


def test_a_broken_state_file_is_no_reason_to_be_silent(watchdog: Watchdog, inbox: Behaviour) -> None:
    watchdog.state.write_text("{", encoding="utf-8")
    assert replace(watchdog, warehouse=engine(NOWHERE)).look(local(5, 18, 30)) is Finding.DOWN


@pytest.fixture
def in_environment(campaign_db: Endpoint, smtp: SmtpSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment that the stack gives it; returns the connections file."""
    written = {
        WAREHOUSE: {
            "conn_type": "postgres",
            "host": campaign_db.host,
            "schema": campaign_db.database,
            "login": "postgres",
        },
        SMTP: {
            "conn_type": "smtp",
            "host": smtp.host,
            "port": smtp.port,
            "login": smtp.login,
            "password": smtp.password,
            "extra": json.dumps({"security": smtp.security, "sender": smtp.sender, "cafile": smtp.cafile}),
        },
    }
    path = tmp_path / "connections.json"
    path.write_text(json.dumps(written), encoding="utf-8")
    monkeypatch.setenv("CAMPAIGN_CONNECTIONS", str(path))
    monkeypatch.setenv("CAMPAIGN_PLAN", str(SMALL_PLAN))
    monkeypatch.setenv("CAMPAIGN_WATCHDOG_STATE", str(tmp_path / "state.json"))
    return path


def test_the_command_looks_once_at_a_given_instant(in_environment: Path, inbox: Behaviour) -> None:
    assert main(["--once", "--now", "2025-03-05T18:30:00+07:00"]) == 0
    assert [subject for subject, _ in mails(inbox)] == ["Cảnh báo: chưa khóa sổ ngày 05/03/2025, quá 18:30"]


def test_the_command_fails_when_it_cannot_watch(in_environment: Path, inbox: Behaviour) -> None:
    in_environment.write_text("{}", encoding="utf-8")
    assert main(["--once", "--now", "2025-03-05T18:30:00+07:00"]) == 1
    assert inbox.taken == []
