"""A thousand mails through a server with STARTTLS, beside a bare loop that makes the same mails and notes nothing.

The aim is of the whole: under 30 s on two cores. Each mail is a page of 40 KB; one in ten has two pictures of 30 KB.
The server runs in a process of its own, as it would elsewhere.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from sqlalchemy import text

from include.campaign.mail import DeliveryResult, Message, SmtpSettings, drain, enqueue
from include.campaign.mail.envelope import ON_THE_LINE, compose
from include.campaign.plan.mail_rules import Mail
from include.campaign.render import Picture
from include.campaign.warehouse import engine
from include.local.postgres import Server
from tests.bench.conftest import Ratios, campaign_database, timed
from tests.campaign.mail_server import Behaviour, mail_server

MAILS = 1000
NOW = datetime(2025, 3, 5, 11, 5, tzinfo=UTC)
ROW = "<tr><td>Phường {0}, thành phố Đông Hà</td><td>1.264</td><td>{0}</td></tr>\n"


def _serve(folder: Path, told: Pipe, over: Event) -> None:
    behaviour = Behaviour()
    with mail_server(behaviour, folder) as settings:
        told.send(json.dumps(asdict(settings)))
        over.wait()
        told.send(len(behaviour.taken))


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[SmtpSettings, Pipe, Event]]:
    """A mail server in a process of its own; how many mails it took is told when `over` is set."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    over = context.Event()
    process = context.Process(target=_serve, args=(tmp_path, there, over))
    process.start()
    try:
        yield SmtpSettings(**json.loads(here.recv())), here, over
    finally:
        over.set()
        process.join(30)


def letters() -> Iterator[Message]:
    rng = random.Random(5)
    pictures = tuple(Picture(cid, rng.randbytes(30_000), cid, 640) for cid in ("burnup", "ranking"))
    page = "".join(ROW.format(number) for number in range(1000))
    for number in range(MAILS):
        shown = pictures if number % 10 == 0 else ()
        images = "".join(f'<img src="cid:{picture.cid}">' for picture in shown)
        html = f"<html><body><p>{number}</p>{images}<table>{page}"
        yield Message(
            key=f"2025-03-05/{number:04}@thidiem.example",
            close_key="2025-03-05",
            kind="daily",
            address=f"{number:04}@thidiem.example",
            office=f"UBND xã {number}",
            reply_to="sotuphap@thidiem.example",
            subject=f"Tiến độ số hóa hộ tịch ngày 05/03/2025: xã {number}",
            html=html.encode()[:40_000].decode(errors="ignore"),
            plain="Đã nhập 1.264 trên 3.000\n" * 40,
            pictures=shown,
        )


def _bytes(message: Message, sender: str) -> bytes:
    row = {**asdict(message), "message_id": f"<{message.key.partition('/')[2]}>"}
    files = [
        {"name": one.cid, "media_type": "image/png", "content": one.content, "content_id": one.cid}
        for one in message.pictures
    ]
    return compose(row, "Sở Tư pháp", sender, NOW, files).as_bytes(policy=ON_THE_LINE)  # type: ignore[arg-type]


def _bare_loop(smtp: SmtpSettings, messages: list[Message]) -> int:
    """One session, one message after the other; returns how many bytes. Packets that wait cost 40 ms a mail."""
    size = 0
    with smtplib.SMTP(smtp.host, smtp.port, timeout=20) as session:
        session.starttls(context=ssl.create_default_context(cafile=smtp.cafile))
        session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session.login(smtp.login, smtp.password)
        for message in messages:
            content = _bytes(message, smtp.sender)
            session.sendmail(smtp.sender, [message.address], content)
            size += len(content)
    return size


def test_a_thousand_mails(warehouse_server: Server, ratios: Ratios, sink: tuple[SmtpSettings, Pipe, Event]) -> None:
    smtp, server, over = sink
    seconds: dict[str, float] = {}
    messages = list(letters())
    with timed(seconds, "bare"):
        size = _bare_loop(smtp, messages) / MAILS / 1000
    with campaign_database(warehouse_server, "bench_mail") as campaign:
        with timed(seconds, "posted"), engine(campaign).begin() as conn:
            assert enqueue(conn, messages, NOW, "bench") == MAILS
        with timed(seconds, "sent"):
            assert drain(engine(campaign), smtp, Mail(), NOW, pause=time.sleep) == DeliveryResult(accepted=MAILS)
        with engine(campaign).connect() as conn:
            assert conn.execute(text("select count(*) from mail.event")).scalar() == 3 * MAILS
    over.set()
    assert server.recv() == 2 * MAILS
    ours = seconds["posted"] + seconds["sent"]
    ratios.told(
        f"1,000 mails of {size:.0f} KB posted / sent / bare smtplib, on {os.cpu_count()} cores, s",
        " / ".join(f"{seconds[step]:.1f}" for step in ("posted", "sent", "bare")),
    )
    ratios.at_most("1,000 mails posted, sent and written into the ledger, in seconds", ours, 1, 30)
    ratios.at_most("... to a bare loop of smtplib that notes nothing", ours, seconds["bare"], 2)
