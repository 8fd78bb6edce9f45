"""The data team's view of the outbox, and a letter sent once more to one reader."""

from __future__ import annotations

import argparse
import csv
import io
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from include.campaign.desk.__main__ import SUBCOMMANDS
from include.campaign.desk.command import Desk, DeskError
from include.campaign.editions.posting import HELD_REPORT
from include.campaign.mail import DeliveryResult, Message, SmtpSettings, enqueue, hold
from include.campaign.plan import Plan
from include.campaign.render import Attachment, Picture
from tests.campaign.mail.letters import DAY, NOW, address, message, put, send
from tests.campaign.mail_server import Behaviour

HEAD, OLD = "ubnd.phuong1.songmo@thidiem.example", "ubnd.phuong1.cu@thidiem.example"
OFFICE = "Ủy ban nhân dân phường 1, thành phố Sông Mơ"
WHO = ("--why", "địa chỉ đã sửa", "--by", "Tổ dữ liệu")
LETTER = Message(
    key=f"{DAY}/{OLD}",
    close_key=DAY,
    kind="daily",
    address=OLD,
    office=OFFICE,
    reply_to="sotuphap@thidiem.example",
    subject="Tiến độ phường 1",
    html='<html lang="vi"><body class="a"><p>Đã nhập</p><img src="cid:burnup"></body></html>',
    plain="Đã nhập\n",
    files=(Attachment("so.csv", "text/csv", b"so\r\n", "worklist/09101"),),
    pictures=(Picture("burnup", b"\x89PNG", "Đã nhập", 640),),
    copies=("sao@thidiem.example",),
)


@pytest.fixture
def desk(engine: Engine, small_plan: Plan) -> Desk:
    return Desk(engine, small_plan, io.StringIO())


def say(desk: Desk, *words: str) -> str:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for add in SUBCOMMANDS:
        add(subparsers)
    given = parser.parse_args(words)
    out = io.StringIO()
    given.run(Desk(desk.engine, desk.plan, out), given)
    return out.getvalue()


def post(engine: Engine, letter: Message = LETTER) -> None:
    with engine.begin() as conn:
        enqueue(conn, [letter], NOW, "posted by run")


def received(behaviour: Behaviour, place: int) -> EmailMessage:
    content = behaviour.taken[place].content
    assert isinstance(content, bytes)
    found = message_from_bytes(content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_refused_address_is_mended_in_the_plan_and_the_letter_sent_once_more(
    desk: Desk, engine: Engine, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    behaviour.to = {OLD: "refuse"}
    post(engine)
    assert send(engine, smtp) == DeliveryResult(accepted=1, refused=1)
    said = say(desk, "mail", "resend", LETTER.key, *WHO)
    assert said == f"{LETTER.key}/resend-1 is queued to {HEAD}: the next run that sends mail sends it\n"
    with pytest.raises(DeskError, match="it is on its way"):
        say(desk, "mail", "resend", LETTER.key, *WHO)
    assert send(engine, smtp) == DeliveryResult(accepted=2), "the one sent once more stands for the refused"

    first, again = received(behaviour, 0), received(behaviour, 1)
    assert (behaviour.taken[1].rcpt_tos, again["To"], again["Cc"]) == ([HEAD], HEAD, None)
    assert again["Subject"] == "Gửi lại: Tiến độ phường 1"
    assert again["Message-ID"] != first["Message-ID"]
    plain, html = again.get_body(("plain",)), again.get_body(("html",))
    assert plain is not None and html is not None
    notice = "Thư này được gửi lại, nội dung giữ nguyên như thư lập lúc 18:05 ngày 05/03/2025."
    assert plain.get_content().startswith(notice) and plain.get_content().endswith("\n\nĐã nhập\n")
    assert notice in html.get_content().split("</p>")[0] and '<body class="a"><p style' in html.get_content()
    names = [part.get_filename() for part in again.walk() if part.get_filename()]
    assert names == ["burnup.png", "so.csv"]

    with pytest.raises(DeskError, match="it was accepted: ask again with --again"):
        say(desk, "mail", "resend", f"{LETTER.key}/resend-1", *WHO)
    assert "resend-2 is queued" in say(desk, "mail", "resend", f"{LETTER.key}/resend-1", *WHO, "--again")


def test_an_uncertain_one_goes_once_more_when_a_person_says_so(
    desk: Desk, engine: Engine, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    behaviour.to, behaviour.times = {HEAD: "drop_after_data"}, {HEAD: 1}
    post(engine, replace(LETTER, address=HEAD, key=f"{DAY}/{HEAD}", copies=()))
    assert send(engine, smtp) == DeliveryResult(uncertain=1)
    say(desk, "mail", "resend", f"{DAY}/{HEAD}", *WHO)
    assert send(engine, smtp) == DeliveryResult(accepted=1)
    assert [envelope.rcpt_tos for envelope in behaviour.taken] == [[HEAD], [HEAD]]
    assert say(desk, "mail", "counts").splitlines()[1].split() == [DAY, *"000010000", "0"]


def test_only_the_refused_copy_is_sent_once_more(
    desk: Desk, engine: Engine, smtp: SmtpSettings, behaviour: Behaviour
) -> None:
    copy = "hotich.phuong1.songmo@thidiem.example"
    behaviour.to, behaviour.times = {copy: "refuse"}, {copy: 1}
    post(engine, replace(LETTER, address=HEAD, key=f"{DAY}/{HEAD}", copies=(copy,)))
    assert send(engine, smtp) == DeliveryResult(accepted=1, refused=1)
    assert f"/cc/{copy}/resend-1 is queued to {copy}" in say(desk, "mail", "resend", f"{DAY}/{HEAD}/cc/{copy}", *WHO)
    assert send(engine, smtp) == DeliveryResult(accepted=2)
    again = received(behaviour, 1)
    assert again["To"] == copy and [part.get_filename() for part in again.iter_attachments()] == ["so.csv"]


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("queued", "it is on its way"),
        ("deferred", "it is on its way"),
        ("sending", "it is on its way"),
        ("held", "it is held: release or drop it"),
        ("dropped", "it was dropped and never goes"),
        ("rendered", "it was not let go yet"),
    ],
)
def test_what_is_on_its_way_or_never_went_is_not_sent_once_more(
    desk: Desk, engine: Engine, state: str, why: str
) -> None:
    post(engine)
    with engine.begin() as conn:
        conn.execute(text("update mail.message set state = :state"), {"state": state})
    for again in ((), ("--again",)):
        with pytest.raises(DeskError, match=why):
            say(desk, "mail", "resend", LETTER.key, *WHO, *again)
    with pytest.raises(DeskError, match="no message has the key 'x': `mail list` shows the keys"):
        say(desk, "mail", "resend", "x", *WHO)


def test_a_reader_whom_the_plan_does_not_know_is_to_be_mended_there_first(desk: Desk, engine: Engine) -> None:
    post(engine, replace(LETTER, office="UBND xã không còn"))
    with engine.begin() as conn:
        conn.execute(text("update mail.message set state = 'refused'"))
    with pytest.raises(
        DeskError, match=r"names 0 addresses of 'UBND xã không còn' on .*: mend its row in contacts.csv"
    ):
        say(desk, "mail", "resend", LETTER.key, *WHO)


def test_lists_counts_and_everything_that_happened_to_one(
    desk: Desk, engine: Engine, smtp: SmtpSettings, behaviour: Behaviour, tmp_path: Path
) -> None:
    behaviour.to = {address(2): "refuse"}
    put(engine, 1, 2)
    put(engine, 3, close_key="2025-03-06")
    with engine.begin() as conn:
        alarm = replace(message(4), key=f"{DAY}/watchdog", close_key=f"{DAY}-watchdog", kind="watchdog")
        enqueue(conn, [alarm], NOW, "raised")
        hold(conn, f"2025-03-06/{address(3)}", "biểu đồ trống", NOW)
    send(engine, smtp)
    say(desk, "mail", "acknowledge", f"{DAY}/{address(1)}", "--by", "Chủ tịch xã 1")

    file = tmp_path / "mails.csv"
    assert say(desk, "mail", "list", "--csv", str(file)) == f"4 messages are in {file}\n"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        listed = {row["message_key"]: row for row in csv.DictReader(opened)}
    assert {row["state"] for row in listed.values()} == {"accepted", "refused", "held"}
    assert listed[f"{DAY}/{address(1)}"]["acknowledged_by"] == "Chủ tịch xã 1"
    assert listed[f"{DAY}/{address(2)}"]["smtp_code"] == "550"
    for words, keys in (
        (("--day", DAY), {f"{DAY}/{address(1)}", f"{DAY}/{address(2)}", f"{DAY}/watchdog"}),
        (("--state", "held"), {f"2025-03-06/{address(3)}"}),
        (("--address", address(2).upper()), {f"{DAY}/{address(2)}"}),
    ):
        lines = say(desk, "mail", "list", *words).splitlines()
        assert {line.split()[0] for line in lines[1:]} == keys

    counts = {line.split()[0]: line.split()[1:] for line in say(desk, "mail", "counts").splitlines()}
    head = counts["close"]
    assert dict(zip(head, counts[DAY], strict=True)) == dict.fromkeys(head, "0") | {
        "accepted": "1",
        "refused": "1",
        "acknowledged": "1",
    }
    assert set(counts) == {"close", DAY, f"{DAY}-watchdog", "2025-03-06"}
    assert len(say(desk, "mail", "counts", "--day", DAY).splitlines()) == 3

    shown = say(desk, "mail", "show", f"{DAY}/{address(2)}")
    assert "Tiến độ số hóa hộ tịch: xã 2" in shown and "no such mailbox" in shown
    with pytest.raises(DeskError, match="no message has the key"):
        say(desk, "mail", "show", "2025-03-05/khong@thidiem.example")
    with pytest.raises(DeskError, match="no message of 2025-03-07"):
        say(desk, "mail", "counts", "--day", "2025-03-07")
    with pytest.raises(DeskError, match="2025-04-30"):
        say(desk, "mail", "list", "--day", "2025-04-30")


def test_a_person_releases_or_drops_what_is_held(desk: Desk, engine: Engine, smtp: SmtpSettings) -> None:
    with engine.begin() as conn:
        enqueue(conn, [replace(message(number), held="thiếu biểu đồ") for number in (1, 2)], NOW, "test")
        report = replace(message(3), kind=HELD_REPORT, held="số không khớp")
        enqueue(conn, [report], NOW, "test")
    assert say(desk, "mail", "release", f"{DAY}/{address(1)}", *WHO).endswith("release is recorded, of 1 messages\n")
    say(desk, "mail", "drop", f"{DAY}/{address(2)}", *WHO)
    with pytest.raises(DeskError, match="is queued: only what is rendered or held can be dropped"):
        say(desk, "mail", "drop", f"{DAY}/{address(1)}", *WHO)
    with pytest.raises(DeskError, match="is the Department's report: `papers release` decides on it"):
        say(desk, "mail", "release", report.key, *WHO)
    assert send(engine, smtp) == DeliveryResult(accepted=1, dropped=1, held=1)
