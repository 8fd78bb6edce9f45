"""A sender killed in the middle (SIGKILL): nobody is mailed twice, nobody is forgotten."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from include.campaign.endpoint import Endpoint
from include.campaign.mail import DeliveryResult, Message, drain, enqueue
from include.campaign.plan.mail_rules import Mail
from include.campaign.warehouse import engine
from tests.campaign.mail.drain_once import drain_once
from tests.campaign.mail_server import Behaviour, mail_server
from tests.killable import kill, start

NOW = datetime(2025, 3, 5, 11, 5, tzinfo=UTC)
ADDRESSES = [f"ubnd.{number:02}@thidiem.example" for number in range(20)]


@pytest.mark.parametrize("taken_first", [0, 1, 7])
@pytest.mark.parametrize("caught", ["in the body", "between messages"])
def test_a_killed_drain(campaign_db: Endpoint, tmp_path: Path, taken_first: int, caught: str) -> None:
    behaviour = Behaviour(slow_seconds=0.05)
    if caught == "in the body":
        behaviour.to = {ADDRESSES[taken_first]: "stall_after_data"}
    else:
        behaviour.to = {ADDRESSES[taken_first]: "stall_before_data"}
    _post(campaign_db)
    with mail_server(behaviour, tmp_path) as smtp:
        process = start(drain_once, campaign_db, smtp, NOW)
        try:
            _wait_for(lambda: _reached(campaign_db, behaviour, taken_first, caught))
        finally:
            kill(process)
        behaviour.to = {}
        result = drain(engine(campaign_db), smtp, Mail(timeout_seconds=5), NOW, pause=time.sleep)

    uncertain = 1 if caught == "in the body" else 0
    assert result == DeliveryResult(accepted=len(ADDRESSES) - uncertain, uncertain=uncertain)
    # The one caught in its body did arrive here; it could as well not have: that is what "uncertain" says.
    assert behaviour.addresses() == ADDRESSES


@pytest.mark.parametrize("after_seconds", [0.15, 0.4, 0.75])
def test_a_drain_killed_anywhere(campaign_db: Endpoint, tmp_path: Path, after_seconds: float) -> None:
    behaviour = Behaviour(slow_seconds=0.02)
    _post(campaign_db)
    with mail_server(behaviour, tmp_path) as smtp:
        process = start(drain_once, campaign_db, smtp, NOW)
        try:
            _wait_for(lambda: behaviour.taken)
            time.sleep(after_seconds)
        finally:
            kill(process)
        result = drain(engine(campaign_db), smtp, Mail(timeout_seconds=5), NOW, pause=time.sleep)
    assert len(behaviour.addresses()) == len(set(behaviour.addresses()))
    assert result.accepted + result.uncertain == len(ADDRESSES)
    assert result.uncertain <= 1
    # Whoever got nothing is the one that is called uncertain.
    assert len(ADDRESSES) - len(behaviour.addresses()) <= result.uncertain


def _post(endpoint: Endpoint) -> None:
    with engine(endpoint).begin() as conn:
        messages = [
            Message(
                key=f"2025-03-05/{address}",
                close_key="2025-03-05",
                kind="daily",
                address=address,
                office="UBND",
                reply_to="sotuphap@thidiem.example",
                subject="Tiến độ",
                html="<p>Tiến độ</p>",
                plain="Tiến độ\n",
            )
            for address in ADDRESSES
        ]
        enqueue(conn, messages, NOW, "test")


def _reached(endpoint: Endpoint, behaviour: Behaviour, taken_first: int, caught: str) -> bool:
    """The sender waits for the answer to the body of one message, or to the name of its recipient."""
    if caught == "in the body":
        with engine(endpoint).connect() as conn:
            sending = conn.execute(text("select address from mail.message where state = 'sending'")).scalars().all()
        return sending == [ADDRESSES[taken_first]] and len(behaviour.taken) == taken_first + 1
    return behaviour.stalled


def _wait_for(condition, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the sender never came that far"
        time.sleep(0.02)
