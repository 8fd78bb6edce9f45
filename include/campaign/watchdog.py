"""The watch over the evening from outside Airflow: no close by the plan's hour, and the data team is told.

Airflow's own deadline alert is silent when no run was made at all, and when Airflow is down. This process needs only
the plan, the campaign database and the mail server:

    python -m include.campaign.watchdog --every 60     (the default)
    python -m include.campaign.watchdog --once [--now 2025-03-05T18:31:00+07:00]

Environment: CAMPAIGN_PLAN (folder of the plan), CAMPAIGN_CONNECTIONS (the connections file that Airflow reads),
CAMPAIGN_WATCHDOG_STATE (a file that remembers when the database was last reported; else one in the temporary folder).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from include.campaign.alarm import Alarm, raise_alarm, send_directly, send_without_outbox
from include.campaign.connections import SMTP, WAREHOUSE, ConnectionsError, endpoint_of, read_connection, smtp_of
from include.campaign.days import Calendar, Close
from include.campaign.editions.failure import report_by
from include.campaign.editions.late import page_without_database, tell_department
from include.campaign.mail import OutboxBusy, SmtpSettings
from include.campaign.mail.client import LineLost, ServerUnusable, TurnedDown, Unanswered
from include.campaign.plan import Plan, PlanError, load_plan
from include.campaign.tail import done_since
from include.campaign.warehouse import engine, fetch_one

log = logging.getLogger("watchdog")

FRESH = timedelta(hours=24)
"""A close that was due longer ago is no news: somebody has been told, or the campaign is a past one."""

SILENCE = timedelta(hours=3)
"""An unreachable campaign database is reported at most this often."""

DATABASE_REPORTED, PAGE_SENT = "database_reported_at", "page_sent_about"
"""What the state file remembers: when the database was reported, and the close that the Department had a page about."""

TRIES = 3
TRY_PAUSE_SECONDS = 5.0
"""A database that restarts is back within seconds."""


_OPENED = "Lần chạy đã bắt đầu nhưng chưa xong: mở DAG campaign_day trong Airflow, xem task đang chạy hoặc màu đỏ."
_NOT_OPENED = (
    "Chưa có lần chạy nào mở ngày này: kiểm tra Airflow (scheduler, dag-processor) còn chạy không, DAG campaign_day "
    "có bị tạm dừng không."
)


class Finding(StrEnum):
    """What one look came to."""

    QUIET = "nothing is due"
    CLOSED = "the close is recorded"
    NOT_REPORTED = "the close is recorded, and there is no report: the Department is told"
    TOLD = "no close is recorded: the data team is told"
    TOLD_BEFORE = "no close is recorded: the data team was told before"
    DOWN = "the campaign database does not answer: the data team is told"
    DOWN_BEFORE = "the campaign database does not answer: the data team was told before"


@dataclass(frozen=True)
class Watchdog:
    """All that a look needs. `state` is the file that remembers reports which the outbox could not."""

    plan: Plan
    warehouse: Engine
    smtp: SmtpSettings
    state: Path
    pause: Callable[[float], None] = time.sleep

    def look(self, now: datetime) -> Finding:
        """Look once, and tell the data team what it must know.

        Raises:
            ServerUnusable, TurnedDown, LineLost, Unanswered: the database is down and so is the mail server.
        """
        close = self.overdue(now)
        if close is None:
            return Finding.QUIET
        for tries_left in reversed(range(TRIES)):
            try:
                return self._look_at(close, now)
            except SQLAlchemyError as error:
                log.warning("the campaign database cannot be asked (%s)", type(error).__name__)
                if tries_left:
                    self.pause(TRY_PAUSE_SECONDS)
        return self._database_down(close, now)

    def overdue(self, now: datetime) -> Close | None:
        """The close that should be recorded by now: due within the last day, and past the plan's hour for it."""
        close = Calendar(self.plan.rules).due(now)
        if close is None or now - close.as_of > FRESH or now < self.record_by(close):
            return None
        return close

    def record_by(self, close: Close) -> datetime:
        """When a close must be recorded: as long after its cut-off as the plan gives an evening's."""
        return Calendar(self.plan.rules).due_by(close, self.plan.rules.deadlines.close_by)

    def _look_at(self, close: Close, now: datetime) -> Finding:
        with self.warehouse.connect() as conn:
            row = fetch_one(conn, "select_close", close_key=close.key)
            not_needed = done_since(conn, close) is not None
        if not_needed:
            return Finding.QUIET
        late = now >= report_by(self.plan, close) and self._tell_department(close, now)
        if row is not None and row["closed_at"] is not None:
            return Finding.NOT_REPORTED if late else Finding.CLOSED
        alarm = self._not_closed(close, opened=row is not None)
        return Finding.TOLD if raise_alarm(self.warehouse, self.smtp, self.plan, alarm, now) else Finding.TOLD_BEFORE

    def _tell_department(self, close: Close, now: datetime) -> bool:
        """The page in place of the report, once, with or without the outbox."""
        if self._remembered().get(PAGE_SENT) == close.key:
            return False
        return tell_department(self.warehouse, self.smtp, self.plan, close, now, running=False)

    def _not_closed(self, close: Close, *, opened: bool) -> Alarm:
        by = self.record_by(close).astimezone(self.plan.rules.campaign.timezone)
        return Alarm(
            kind="watchdog",
            close=close,
            of_report=True,
            subject=f"Cảnh báo: chưa khóa sổ {_named(close)}, quá {by:%H:%M}",
            lines=(
                f"Đến {by:%H:%M ngày %d/%m/%Y} vẫn chưa có lần khóa sổ nào được ghi nhận cho {_named(close)}.",
                _OPENED if opened else _NOT_OPENED,
                f"Khi đã khắc phục: chạy lại campaign_day với day={close.key}. Thư này chỉ gửi một lần cho mỗi ngày.",
            ),
        )

    def _database_down(self, close: Close, now: datetime) -> Finding:
        if now >= report_by(self.plan, close) and self._remembered().get(PAGE_SENT) != close.key:
            send_directly(self.smtp, self.plan, page_without_database(self.plan, close), now)
            self._remember(PAGE_SENT, close.key)
        last = self._last_report()
        if last is not None and now - last < SILENCE:
            return Finding.DOWN_BEFORE
        alarm = Alarm(
            kind="database",
            close=close,
            of_report=True,
            subject="Cảnh báo: cơ sở dữ liệu của chiến dịch không trả lời",
            lines=(
                f"Cơ sở dữ liệu của chiến dịch (kết nối {WAREHOUSE}) không trả lời, nên không biết {_named(close)} đã "
                "khóa sổ hay chưa. Khi cơ sở dữ liệu chưa hoạt động lại, không báo cáo nào được lập hoặc gửi.",
                "Kiểm tra máy chủ PostgreSQL, dung lượng đĩa và mật khẩu; sau đó chạy lại campaign_day với "
                f"day={close.key}.",
                f"Nếu vẫn chưa khắc phục, thư này được gửi lại sau {SILENCE.seconds // 3600} giờ.",
            ),
        )
        send_without_outbox(self.smtp, self.plan, alarm, now)
        self._remember(DATABASE_REPORTED, now.isoformat())
        return Finding.DOWN

    def _last_report(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self._remembered()[DATABASE_REPORTED])
        except (ValueError, KeyError):
            return None

    def _remembered(self) -> dict[str, str]:
        try:
            found = json.loads(self.state.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _remember(self, what: str, value: str) -> None:
        self.state.write_text(json.dumps({**self._remembered(), what: value}), encoding="utf-8")


def _named(close: Close) -> str:
    return f"{'lần chốt cuối' if close.kind == 'final' else 'ngày'} {close.day:%d/%m/%Y}"


def from_environment() -> Watchdog:
    """A watchdog of what the environment names; read anew for each look, so a corrected file needs no restart.

    Raises:
        PlanError, ConnectionsError, ValueError: the plan or the connections cannot be used.
    """
    connections = os.environ.get("CAMPAIGN_CONNECTIONS")
    if not connections:
        raise ConnectionsError("CAMPAIGN_CONNECTIONS does not name a connections file")
    path = Path(connections)
    folder = os.environ.get("CAMPAIGN_PLAN") or Path(__file__).resolve().parents[1] / "plan"
    state = os.environ.get("CAMPAIGN_WATCHDOG_STATE") or Path(tempfile.gettempdir()) / "campaign-watchdog.json"
    return Watchdog(
        plan=load_plan(folder),
        warehouse=engine(endpoint_of(read_connection(path, WAREHOUSE))),
        smtp=smtp_of(read_connection(path, SMTP)),
        state=Path(state),
    )


def look_once(now: datetime) -> int:
    """Look and log; returns an exit code: 0, or 1 when nobody could be told."""
    try:
        log.info("%s", from_environment().look(now))
    except (PlanError, ConnectionsError, ValueError, SQLAlchemyError) as error:
        log.error("cannot watch: %s", error)
        return 1
    except (ServerUnusable, TurnedDown, LineLost, Unanswered, OutboxBusy) as error:
        log.error("the data team cannot be told: %s", error)
        return 1
    return 0


def main(arguments: list[str] | None = None) -> int:
    """The command line; see the module."""
    parser = argparse.ArgumentParser(prog="python -m include.campaign.watchdog", description=__doc__)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="look once and end")
    how.add_argument("--every", type=float, default=60.0, metavar="SECONDS", help="look for ever, so often")
    parser.add_argument("--now", type=datetime.fromisoformat, help="with --once: an instant in place of the clock")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stdout)
    if given.once:
        return look_once(given.now or datetime.now(UTC))
    while True:
        look_once(datetime.now(UTC))
        time.sleep(given.every)


if __name__ == "__main__":
    sys.exit(main())
