"""From a frozen day to the reader's mailbox: report, render, post, drain."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import text

from include.campaign.days import Close
from include.campaign.endpoint import Endpoint
from include.campaign.mail import DeliveryResult, drain, post
from include.campaign.plan.mail_rules import Mail
from include.campaign.render import Paper, render
from include.campaign.report import write_letters
from include.campaign.warehouse import engine
from tests.campaign.conftest import FrozenTables
from tests.campaign.mail_server import Behaviour, mail_server

RUN = "2025-03-05-1"


def papers(frozen: FrozenTables, close: Close) -> list[Paper]:
    return [render(letter) for letter in write_letters(frozen.conn, frozen.plan, frozen.calendar, close)]


def test_a_day_is_posted_once(frozen: FrozenTables, golden_day: Close) -> None:
    now = golden_day.as_of + timedelta(minutes=6)
    written = papers(frozen, golden_day)
    assert post(frozen.conn, golden_day, written, now, RUN) == len(written) > 1
    again = [replace(paper, subject="khác", address=paper.address.upper()) for paper in written]
    assert post(frozen.conn, golden_day, again, now, "2025-03-05-2") == 0
    rows = frozen.conn.execute(text("select message_key, subject, reply_to from mail.message")).all()
    assert {row.message_key for row in rows} == {f"2025-03-05/{paper.address}" for paper in written}
    assert "khác" not in {row.subject for row in rows}
    assert {row.reply_to for row in rows} == {"todulieu.sotuphap@thidiem.example"}
    told = frozen.conn.execute(text("select distinct detail from mail.event")).scalars().all()
    assert told == ["posted by 2025-03-05-1"]


def test_a_page_about_a_held_day_leaves_room_for_the_report(frozen: FrozenTables, golden_day: Close) -> None:
    set_state = text("update closing.close set state = :state where close_key = '2025-03-05'")
    frozen.conn.execute(set_state, {"state": "held"})
    pages = papers(frozen, golden_day)
    assert post(frozen.conn, golden_day, pages, golden_day.as_of, RUN) == len(pages) > 0
    assert post(frozen.conn, golden_day, papers(frozen, golden_day), golden_day.as_of, RUN) == 0
    frozen.conn.execute(set_state, {"state": "closed"})
    reports = papers(frozen, golden_day)
    # What is of another kind than the page and the reports is the same for both.
    news = [paper for paper in reports if paper.kind == "daily"]
    assert post(frozen.conn, golden_day, reports, golden_day.as_of, RUN) == len(news) > 1


def test_the_mail_holds_what_was_rendered(
    frozen: FrozenTables, golden_day: Close, campaign_db: Endpoint, tmp_path: Path
) -> None:
    written = {paper.address: paper for paper in papers(frozen, golden_day)}
    post(frozen.conn, golden_day, written.values(), golden_day.as_of, RUN)
    frozen.conn.commit()
    behaviour = Behaviour()
    with mail_server(behaviour, tmp_path) as smtp:
        result = drain(engine(campaign_db), smtp, Mail(sender_name="Sở Tư pháp"), golden_day.as_of, golden_day.key)
    assert result == DeliveryResult(accepted=len(written))
    for envelope in behaviour.taken:
        received = message_from_bytes(envelope.content, policy=default)
        paper = written[envelope.rcpt_tos[0]]
        assert received["Subject"] == paper.subject
        plain, html = received.get_body(("plain",)), received.get_body(("html",))
        assert plain.get_content() == paper.plain
        shown = re.sub(r"(cid:[\w-]+)\.[0-9a-f]{16}@thidiem\.example", r"\1", html.get_content())
        assert shown.rstrip("\n") == paper.html.rstrip("\n")
