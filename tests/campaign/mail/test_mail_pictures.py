"""Pictures in mails and readers in copy: what arrives, at whom, and what a refusal of one does to the others."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from sqlalchemy import Engine, text

from include.campaign.days import Calendar
from include.campaign.mail import DeliveryResult, Message, SmtpSettings, drain, enqueue, post
from include.campaign.plan import Plan
from include.campaign.plan.mail_rules import Mail
from include.campaign.render import Attachment, Paper, Picture
from tests.campaign.mail_server import Behaviour

NOW = datetime(2025, 3, 5, 11, 5, tzinfo=UTC)
RULES = Mail(sender_name="Sở Tư pháp tỉnh Thí Điểm", timeout_seconds=1.5)
OFFICER, HEAD, DESK = "hotich@thidiem.example", "chutich@thidiem.example", "huyen@thidiem.example"
BURNUP = Picture("burnup", b"\x89PNG-burnup", "Đã nhập 1.264 trên 3.000", 640)
RANKING = Picture("ranking", b"\x89PNG-ranking", "Xếp hạng các xã", 640)
HTML = '<p><img alt="Đã nhập" src="cid:burnup" width="640"> <img src="cid:ranking"></p>'
MESSAGE = Message(
    key=f"2025-03-05/{OFFICER}",
    close_key="2025-03-05",
    kind="daily",
    address=OFFICER,
    office="Bộ phận Tư pháp – Hộ tịch phường 1",
    reply_to="sotuphap@thidiem.example",
    subject="Tiến độ",
    html=HTML,
    plain="Tiến độ\n",
    files=(Attachment("danh-sach.csv", "text/csv", b"so\r\n", "worklist/09101"),),
    pictures=(BURNUP, RANKING),
)


def put(engine: Engine, message: Message) -> int:
    with engine.begin() as conn:
        return enqueue(conn, [message], NOW, "test")


def send(engine: Engine, smtp: SmtpSettings) -> DeliveryResult:
    return drain(engine, smtp, RULES, NOW, pause=lambda seconds: None)


def taken(behaviour: Behaviour) -> dict[str, EmailMessage]:
    received = {}
    for envelope in behaviour.taken:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        assert len(envelope.rcpt_tos) == 1 and envelope.rcpt_tos[0] not in received
        received[envelope.rcpt_tos[0]] = message
    return received


def leaves(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in message.walk() if isinstance(part, EmailMessage) and not part.is_multipart()]


def kinds(message: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in message.walk()]


def test_pictures_arrive_beside_the_html_that_shows_them(
    engine: Engine, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    put(engine, MESSAGE)
    assert send(engine, smtp) == DeliveryResult(accepted=1)
    message = taken(behaviour)[OFFICER]
    assert kinds(message) == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html"),
        *("image/png", "image/png", "text/csv"),
    ]
    html = message.get_body(("html",))
    assert html is not None
    shown = html.get_content()
    for picture in (BURNUP, RANKING):
        [part] = [part for part in message.walk() if part.get_filename() == f"{picture.cid}.png"]
        cid = part["Content-ID"].strip("<>")
        assert f'src="cid:{cid}"' in shown
        assert part.get_payload(decode=True) == picture.content
        assert part.get_content_disposition() == "inline"
        assert re.fullmatch(rf"{picture.cid}\.[0-9a-f]{{16}}@thidiem\.example", cid)
    plain = message.get_body(("plain",))
    assert plain is not None and plain.get_content() == MESSAGE.plain
    assert [part.get_filename() for part in message.iter_attachments()] == ["danh-sach.csv"]


def test_a_copy_is_the_same_mail_to_somebody_else(engine: Engine, smtp: SmtpSettings, behaviour: Behaviour) -> None:
    copied = replace(MESSAGE, copies=(HEAD, DESK, HEAD.upper(), OFFICER))
    assert put(engine, copied) == 3, "each once, and not to whom it is addressed anyway"
    assert put(engine, copied) == 0
    assert send(engine, smtp) == DeliveryResult(accepted=3)
    received = taken(behaviour)
    assert set(received) == {OFFICER, HEAD.upper(), DESK}
    assert len({message["Message-ID"] for message in received.values()}) == 1
    assert len({tuple(part.get_payload() for part in leaves(message)) for message in received.values()}) == 1
    message = received[DESK]
    assert message["To"] == OFFICER
    assert message["Cc"] == f"{HEAD.upper()}, {DESK}"
    with engine.connect() as conn:
        keys = conn.execute(text("select message_key from mail.message order by message_key")).scalars().all()
    assert keys == [MESSAGE.key, f"{MESSAGE.key}/cc/{HEAD}", f"{MESSAGE.key}/cc/{DESK}"]


def test_whoever_is_refused_stops_nobody_who_has_the_same_mail(
    engine: Engine, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    for refused, close in ((OFFICER, "2025-03-05"), (HEAD, "2025-03-06")):
        behaviour.to = {refused: "refuse"}
        put(engine, replace(MESSAGE, key=f"{close}/{OFFICER}", close_key=close, copies=(HEAD, DESK)))
        send(engine, smtp)
        with engine.connect() as conn:
            states = conn.execute(text("select address, state from mail.message where close_key = :c"), {"c": close})
            assert {row.address for row in states if row.state != "accepted"} == {refused}
    assert behaviour.addresses() == sorted([HEAD, DESK, OFFICER, DESK])


def paper(html: str, *pictures: Picture) -> Paper:
    return Paper(
        kind="daily",
        address=OFFICER,
        office="UBND",
        reply_to="sotuphap@thidiem.example",
        subject="Tiến độ",
        html=html,
        plain="Tiến độ\n",
        pictures=pictures,
    )


def test_a_paper_whose_picture_is_missing_or_empty_is_held_and_the_others_go(
    engine: Engine, smtp: SmtpSettings, behaviour: Behaviour, small_plan: Plan
) -> None:
    close = Calendar(small_plan.rules).close("2025-03-05")
    papers = [
        paper(HTML, BURNUP, RANKING),
        replace(paper(HTML, BURNUP), address=HEAD, copies=("sao@thidiem.example",)),
        replace(paper(HTML, BURNUP, replace(RANKING, content=b"")), address=DESK),
    ]
    with engine.begin() as conn:
        assert post(conn, close, papers, NOW, "run") == 4
    assert send(engine, smtp) == DeliveryResult(accepted=1, held=3)
    assert list(taken(behaviour)) == [OFFICER]
    with engine.connect() as conn:
        why = conn.execute(text("select distinct detail from mail.event where state = 'held'")).scalars().all()
    assert why == ["pictures are missing: ranking"]
