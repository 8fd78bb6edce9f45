"""Files that go with a mail: they arrive as they were made, with their message, as often as it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import Engine, text

from include.campaign.mail import DeliveryResult, Message, SmtpSettings, drain, enqueue
from include.campaign.plan.mail_rules import Mail
from include.campaign.render import Attachment
from tests.campaign.mail_server import Behaviour

NOW = datetime(2025, 3, 5, 11, 5, tzinfo=UTC)
RULES = Mail(sender_name="Sở Tư pháp tỉnh Thí Điểm", timeout_seconds=1.5)
ADDRESS = "hotich.phuong1@thidiem.example"
CONTENT = "\ufeffĐơn vị,Số\r\nPhường 1,số 12/2004\r\n.một dòng bắt đầu bằng dấu chấm\r\n".encode()
FILE = Attachment("can-sua-09101-2025-03-05.csv", "text/csv", CONTENT, "worklist/09101")
MESSAGE = Message(
    key=f"2025-03-05/{ADDRESS}",
    close_key="2025-03-05",
    kind="daily",
    address=ADDRESS,
    office="Bộ phận Tư pháp – Hộ tịch phường 1",
    reply_to="sotuphap@thidiem.example",
    subject="3 trường hợp hộ tịch cần sửa",
    html="<p>Đề nghị sửa.</p>",
    plain="Đề nghị sửa.\n",
    files=(FILE,),
)


def put(engine: Engine, *messages: Message) -> int:
    with engine.begin() as conn:
        return enqueue(conn, messages, NOW, "test")


def send(engine: Engine, smtp: SmtpSettings) -> DeliveryResult:
    return drain(engine, smtp, RULES, NOW, pause=lambda seconds: None)


def taken(behaviour: Behaviour) -> list[EmailMessage]:
    parsed = [message_from_bytes(envelope.content, policy=default) for envelope in behaviour.taken]
    assert all(isinstance(message, EmailMessage) for message in parsed)
    return parsed  # type: ignore[return-value]


def files(message: EmailMessage) -> list[tuple[str | None, str, str | None, bytes]]:
    return [
        (part.get_filename(), part.get_content_type(), part.get_content_charset(), part.get_payload(decode=True))
        for part in message.iter_attachments()
    ]


def test_a_file_arrives_byte_for_byte_beside_both_bodies(
    engine: Engine, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    put(engine, MESSAGE)
    assert send(engine, smtp) == DeliveryResult(accepted=1)
    [message] = taken(behaviour)
    assert files(message) == [(FILE.name, "text/csv", "utf-8", CONTENT)]
    html, plain = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None and html.get_content().strip() == MESSAGE.html
    assert plain is not None and plain.get_content() == MESSAGE.plain
    assert message["To"] == ADDRESS


def test_several_files_keep_their_order_and_a_message_without_has_none(
    engine: Engine, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    second = replace(FILE, name="can-sua-09102-2025-03-05.csv", content=b"2", about="worklist/09102")
    bare = replace(MESSAGE, key="2025-03-05/khac@thidiem.example", address="khac@thidiem.example", files=())
    put(engine, replace(MESSAGE, files=(second, FILE)), bare)
    assert send(engine, smtp) == DeliveryResult(accepted=2)
    by_address = {message["To"]: files(message) for message in taken(behaviour)}
    assert [name for name, *_ in by_address[ADDRESS]] == [second.name, FILE.name]
    assert by_address["khac@thidiem.example"] == []


def test_posting_again_keeps_the_first_message_and_its_file(
    engine: Engine, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    assert put(engine, MESSAGE) == 1
    assert put(engine, replace(MESSAGE, files=(replace(FILE, content=b"khac"), FILE))) == 0
    send(engine, smtp)
    send(engine, smtp)
    [message] = taken(behaviour)
    assert [content for *_, content in files(message)] == [CONTENT]


def test_a_mail_put_off_goes_with_its_file_later(engine: Engine, smtp: SmtpSettings, behaviour: Behaviour) -> None:
    behaviour.to, behaviour.times = {ADDRESS: "defer_data"}, {ADDRESS: 1}
    put(engine, MESSAGE)
    assert send(engine, smtp) == DeliveryResult(accepted=1)
    assert [files(message)[0][3] for message in taken(behaviour)] == [CONTENT, CONTENT], "put off, then taken"


def test_a_line_lost_after_the_body_is_uncertain_with_a_file_too(
    engine: Engine, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    behaviour.to = {ADDRESS: "drop_after_data"}
    put(engine, MESSAGE)
    assert send(engine, smtp) == DeliveryResult(uncertain=1)
    behaviour.to = {}
    assert send(engine, smtp) == DeliveryResult(uncertain=1)
    assert len(behaviour.taken) == 1


def test_a_large_list_arrives_whole(engine: Engine, smtp: SmtpSettings, behaviour: Behaviour) -> None:
    large = "\ufeff" + "".join(f"{number},số {number}/2004,thiếu bản quét\r\n" for number in range(40_000))
    put(engine, replace(MESSAGE, files=(replace(FILE, content=large.encode()),)))
    assert send(engine, smtp) == DeliveryResult(accepted=1)
    assert files(taken(behaviour)[0])[0][3] == large.encode()


def test_a_message_and_its_files_are_there_together_or_not_at_all(engine: Engine) -> None:
    broken = replace(FILE, media_type=None)  # type: ignore[arg-type]
    with pytest.raises(Exception, match="media_type"), engine.begin() as conn:
        enqueue(conn, [replace(MESSAGE, files=(FILE, broken))], NOW, "test")
    with engine.connect() as conn:
        counts = conn.execute(
            text("select (select count(*) from mail.message), (select count(*) from mail.attachment)")
        )
        assert counts.one() == (0, 0)
