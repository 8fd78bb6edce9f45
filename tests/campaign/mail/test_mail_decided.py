"""What people decide about messages: held, released, dropped, acknowledged; every change has an event and a reason."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from include.campaign.mail import DeliveryResult, Refusal, acknowledge, drop, enqueue, hold, release
from include.campaign.mail.client import CampaignClient
from tests.campaign.mail.letters import NOW, address, events, key, message, put, send, states

BY = "Tổ dữ liệu"
HEAD = "chutich@thidiem.example"


def told(engine: Engine, number: int) -> list[tuple[str, str | None, str | None]]:
    """State, reason and name of every event."""
    with engine.connect() as conn:
        found = conn.execute(
            text("select state, detail, by_whom from mail.event where message_key = :key order by event_id"),
            {"key": key(number)},
        )
        return [tuple(row) for row in found]


def test_what_is_held_goes_when_it_is_released(engine, smtp, behaviour):
    put(engine, 1, 2)
    with engine.begin() as conn:
        assert hold(conn, key(1), "biểu đồ trống", NOW) == 1
    assert send(engine, smtp) == DeliveryResult(accepted=1, held=1)
    with engine.begin() as conn:
        assert release(conn, key(1), "đã xem, gửi được", NOW, BY) == 1
    assert send(engine, smtp) == DeliveryResult(accepted=2)
    assert told(engine, 1)[:3] == [
        ("queued", "test", None),
        ("held", "biểu đồ trống", None),
        ("queued", "đã xem, gửi được", BY),
    ]
    assert behaviour.addresses() == [address(1), address(2)]


def test_what_is_dropped_never_goes(engine, smtp, behaviour):
    with engine.begin() as conn:
        enqueue(conn, [replace(message(1), held="lỗi mẫu")], NOW, "test")
        drop(conn, key(1), "đã có bản khác", NOW, BY)
    assert send(engine, smtp) == DeliveryResult(dropped=1)
    assert send(engine, smtp).complete
    assert told(engine, 1) == [("held", "lỗi mẫu", None), ("dropped", "đã có bản khác", BY)]
    assert behaviour.taken == []


def test_what_is_made_and_not_let_go_waits_for_its_release(engine, smtp):
    with engine.begin() as conn:
        enqueue(conn, [message(1), message(2)], NOW, "chờ Sở cho phát hành", let_go=False)
    assert send(engine, smtp) == DeliveryResult(rendered=2)
    with engine.begin() as conn:
        release(conn, key(1), "Sở cho phát hành", NOW, "Sở Tư pháp")
        hold(conn, key(2), "chờ xem lại", NOW, BY)
    assert send(engine, smtp) == DeliveryResult(accepted=1, held=1)


def test_a_decision_about_a_message_is_one_about_its_copies(engine, smtp, behaviour):
    copied = replace(message(1), copies=(HEAD, address(2)))
    with engine.begin() as conn:
        enqueue(conn, [copied], NOW, "test")
        assert hold(conn, key(1), "chờ", NOW) == 3
        assert drop(conn, f"{key(1)}/cc/{HEAD}", "đã nghỉ", NOW, BY) == 1
        assert release(conn, key(1), "gửi", NOW, BY) == 2
    assert send(engine, smtp) == DeliveryResult(accepted=2, dropped=1)
    assert behaviour.addresses() == [address(1), address(2)]


@pytest.mark.parametrize(
    ("act", "state", "why"),
    [
        (hold, "accepted", "is accepted: only what is rendered or queued or deferred can be held"),
        (hold, "uncertain", "is uncertain"),
        (release, "queued", "is queued: only what is rendered or held can be queued"),
        (release, "dropped", "is dropped"),
        (drop, "accepted", "is accepted"),
        (drop, "queued", "is queued"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_its_reason(engine, act, state, why):
    put(engine, 1)
    with engine.begin() as conn:
        conn.execute(text("update mail.message set state = :state"), {"state": state})
        with pytest.raises(Refusal, match=why):
            act(conn, key(1), "lý do", NOW, BY)
    assert events(engine, 1) == ["queued"]
    with engine.begin() as conn, pytest.raises(Refusal, match="no message has the key"):
        act(conn, key(9), "lý do", NOW, BY)


def test_held_while_the_server_is_told_of_it_it_does_not_go(engine, smtp, behaviour, monkeypatch):
    """The last moment: the server waits for the body."""
    put(engine, 1, 2)
    announce = CampaignClient._announce

    def announce_and_hold(client: CampaignClient, recipient: str) -> None:
        announce(client, recipient)
        if recipient == address(1):
            other = threading.Thread(target=hold_it)
            other.start()
            other.join()

    def hold_it() -> None:
        with engine.begin() as conn:
            hold(conn, key(1), "dừng lại", NOW, BY)

    monkeypatch.setattr(CampaignClient, "_announce", announce_and_hold)
    assert send(engine, smtp) == DeliveryResult(accepted=1, held=1)
    assert behaviour.addresses() == [address(2)]


def test_whoever_has_read_it_is_named_once(engine, smtp):
    put(engine, 1)
    with engine.begin() as conn, pytest.raises(Refusal, match="is queued: only what has gone out can have been read"):
        acknowledge(conn, key(1), NOW, "Chủ tịch xã 1")
    send(engine, smtp)
    with engine.begin() as conn:
        acknowledge(conn, key(1), NOW + timedelta(hours=1), "Chủ tịch xã 1")
        with pytest.raises(Refusal, match="acknowledged by Chủ tịch xã 1 already"):
            acknowledge(conn, key(1), NOW, "Người khác")
    assert told(engine, 1)[-1] == ("accepted", "acknowledged", "Chủ tịch xã 1")
    with engine.connect() as conn:
        row = conn.execute(text("select acknowledged_at, acknowledged_by from mail.message")).one()
    assert row == (NOW + timedelta(hours=1), "Chủ tịch xã 1")


def test_an_uncertain_one_that_was_read_has_arrived(engine, smtp, behaviour):
    behaviour.to = {address(1): "drop_after_data"}
    put(engine, 1)
    assert send(engine, smtp) == DeliveryResult(uncertain=1)
    with engine.begin() as conn:
        acknowledge(conn, key(1), NOW, "Chủ tịch xã 1")
    assert send(engine, smtp) == DeliveryResult(accepted=1)
    assert states(engine) == {address(1): "accepted"}
    assert len(behaviour.taken) == 1
