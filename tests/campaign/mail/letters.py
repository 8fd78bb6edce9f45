"""Messages to made-up addresses, put in and sent, and what the ledger then says of them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, text

from include.campaign.mail import DeliveryResult, Message, SmtpSettings, drain, enqueue
from include.campaign.plan.mail_rules import Mail

NOW = datetime(2025, 3, 5, 11, 5, tzinfo=UTC)
RULES = Mail(sender_name="Sở Tư pháp tỉnh Thí Điểm", timeout_seconds=1.5)
DAY = "2025-03-05"


def address(number: int) -> str:
    return f"ubnd.{number:03}@thidiem.example"


def key(number: int) -> str:
    return f"{DAY}/{address(number)}"


def message(number: int, close_key: str = DAY) -> Message:
    return Message(
        key=f"{close_key}/{address(number)}",
        close_key=close_key,
        kind="daily",
        address=address(number),
        office=f"UBND xã {number}",
        reply_to="sotuphap@thidiem.example",
        subject=f"Tiến độ số hóa hộ tịch: xã {number}",
        html=f"<p>Đã nhập: <b>{number}</b></p>\n<p>.một dòng bắt đầu bằng dấu chấm</p>",
        plain=f"Đã nhập: {number}\n.một dòng bắt đầu bằng dấu chấm\n",
    )


def put(engine: Engine, *numbers: int, close_key: str = DAY) -> None:
    """Messages to addresses of these numbers in the outbox."""
    with engine.begin() as conn:
        enqueue(conn, [message(number, close_key) for number in numbers], NOW, "test")


def send(engine: Engine, smtp: SmtpSettings, rules: Mail = RULES, now: datetime = NOW) -> DeliveryResult:
    return drain(engine, smtp, rules, now, pause=lambda seconds: None)


def states(engine: Engine) -> dict[str, str]:
    with engine.connect() as conn:
        return dict(conn.execute(text("select address, state from mail.message")).tuples().all())


def events(engine: Engine, number: int) -> list[str]:
    with engine.connect() as conn:
        found = conn.execute(
            text("select state from mail.event where message_key = :key order by event_id"), {"key": key(number)}
        )
        return list(found.scalars())
