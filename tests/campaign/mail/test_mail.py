"""The outbox against a mail server that refuses, defers, drops lines and stalls: who is mailed, and who knows it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from include.campaign.mail import DeliveryResult, delivery_of, drain, enqueue
from tests.campaign.mail.letters import DAY, NOW, RULES, address, events, message, put, send, states
from tests.campaign.mail_server import LOGIN, PASSWORD, SENDER, Behaviour, free_port, mail_server, make_certificate


def parsed(behaviour: Behaviour, place: int = 0) -> EmailMessage:
    received = message_from_bytes(behaviour.taken[place].content, policy=default)
    assert isinstance(received, EmailMessage)
    return received


def test_accepted_over_starttls_with_a_log_in_that_is_not_the_sender(engine, smtp, behaviour):
    put(engine, 1, 2, 3)
    assert send(engine, smtp) == DeliveryResult(accepted=3)
    assert behaviour.addresses() == [address(1), address(2), address(3)]
    assert behaviour.sessions == 1
    assert {envelope.mail_from for envelope in behaviour.taken} == {SENDER}
    assert events(engine, 1) == ["queued", "sending", "accepted"]


@pytest.mark.parametrize("security", ["ssl", "none"])
def test_accepted_with_other_kinds_of_security(engine, behaviour, tmp_path, security):
    put(engine, 1)
    with mail_server(behaviour, tmp_path, security) as settings:
        assert send(engine, settings) == DeliveryResult(accepted=1)


def test_the_message_that_arrives(engine, smtp, behaviour):
    put(engine, 1)
    send(engine, smtp)
    received = parsed(behaviour)
    assert received["From"].addresses[0].display_name == "Sở Tư pháp tỉnh Thí Điểm"
    assert received["From"].addresses[0].addr_spec == SENDER
    assert received["To"] == address(1)
    assert received["Subject"] == "Tiến độ số hóa hộ tịch: xã 1"
    assert received["Reply-To"] == "sotuphap@thidiem.example"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["X-Auto-Response-Suppress"] == "All"
    assert received["Message-ID"].startswith(f"<{DAY}.")
    assert received["Message-ID"].endswith("@thidiem.example>")
    assert received["Date"].datetime == NOW
    plain, html = received.get_body(("plain",)), received.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content() == message(1).plain
    assert html.get_content().strip() == message(1).html


def test_message_ids_differ_between_messages_and_stay_for_one(engine, smtp, behaviour):
    put(engine, 1, 2)
    behaviour.to = {address(1): "drop_before_data"}
    behaviour.times = {address(1): 1}
    send(engine, smtp)
    ids = {envelope.rcpt_tos[0]: message_from_bytes(envelope.content)["Message-ID"] for envelope in behaviour.taken}
    assert len(set(ids.values())) == 2
    with engine.connect() as conn:
        kept = conn.execute(text("select address, message_id from mail.message")).tuples().all()
    assert dict(kept) == ids


def test_posting_twice_makes_one_message(engine):
    with engine.begin() as conn:
        assert enqueue(conn, [message(1)], NOW, "first") == 1
        assert enqueue(conn, [replace(message(1), subject="other")], NOW, "again") == 0
    assert events(engine, 1) == ["queued"]


def test_draining_again_sends_nothing(engine, smtp, behaviour):
    put(engine, 1, 2)
    send(engine, smtp)
    assert send(engine, smtp) == DeliveryResult(accepted=2)
    assert len(behaviour.taken) == 2


@pytest.mark.parametrize(("how", "code"), [("refuse", 550), ("refuse_data", 554)])
def test_one_refused_of_many(engine, smtp, behaviour, how, code):
    behaviour.to = {address(2): how}
    put(engine, 1, 2, 3)
    assert send(engine, smtp) == DeliveryResult(accepted=2, refused=1)
    assert states(engine)[address(2)] == "refused"
    with engine.connect() as conn:
        assert conn.execute(text("select smtp_code from mail.message where state = 'refused'")).scalar() == code
    # Nobody asks again for what was refused for good.
    send(engine, smtp)
    assert states(engine)[address(2)] == "refused"


@pytest.mark.parametrize("how", ["defer", "defer_data"])
def test_deferred_is_tried_again_by_the_same_drain(engine, smtp, behaviour, how):
    behaviour.to = {address(2): how}
    behaviour.times = {address(2): 1}
    put(engine, 1, 2)
    paused: list[float] = []
    assert drain(engine, smtp, RULES, NOW, pause=paused.append) == DeliveryResult(accepted=2)
    assert paused == [2.0]
    assert [state for state in events(engine, 2) if state != "sending"] == ["queued", "deferred", "accepted"]


def test_deferred_for_long_waits_for_the_next_drain(engine, smtp, behaviour):
    behaviour.to = {address(2): "defer"}
    put(engine, 1, 2)
    assert send(engine, smtp) == DeliveryResult(accepted=1, deferred=1)
    behaviour.to = {}
    assert send(engine, smtp, now=NOW + timedelta(minutes=1)) == DeliveryResult(accepted=1, deferred=1)
    assert send(engine, smtp, now=NOW + timedelta(minutes=2)) == DeliveryResult(accepted=2)
    assert behaviour.addresses() == [address(1), address(2)]


@pytest.mark.parametrize("how", ["drop_before_data", "stall_before_data"])
def test_a_line_lost_before_the_body_loses_nothing(engine, smtp, behaviour, how):
    behaviour.to = {address(2): how}
    behaviour.times = {address(2): 1}
    put(engine, 1, 2, 3)
    assert send(engine, smtp) == DeliveryResult(accepted=3)
    assert behaviour.addresses() == [address(1), address(2), address(3)]


@pytest.mark.parametrize("how", ["drop_after_data", "stall_after_data"])
def test_a_line_lost_after_the_body_is_uncertain_and_not_sent_again(engine, smtp, behaviour, how):
    behaviour.to = {address(2): how}
    put(engine, 1, 2, 3)
    assert send(engine, smtp) == DeliveryResult(accepted=2, uncertain=1)
    assert states(engine)[address(2)] == "uncertain"
    assert send(engine, smtp) == DeliveryResult(accepted=2, uncertain=1)
    assert behaviour.addresses() == [address(1), address(2), address(3)]


def test_a_server_that_drops_every_line_is_left_alone(engine, smtp, behaviour):
    behaviour.to = {address(number): "drop_after_data" for number in range(1, 9)}
    put(engine, *range(1, 9))
    result = send(engine, smtp)
    assert (result.uncertain, result.queued) == (3, 5)
    assert result.trouble is not None
    assert "3 lines lost in a row" in result.trouble


def test_a_dead_server_leaves_all_queued(engine, smtp):
    put(engine, 1, 2)
    dead = replace(smtp, port=free_port())
    result = send(engine, dead)
    assert (result.queued, result.accepted) == (2, 0)
    assert result.trouble is not None
    assert str(dead.port) in result.trouble
    assert send(engine, smtp) == DeliveryResult(accepted=2)


def test_a_wrong_password_leaves_all_queued_and_is_not_told(engine, smtp):
    put(engine, 1)
    result = send(engine, replace(smtp, password="sai-mat-khau"))
    assert result.queued == 1
    assert "535" in str(result.trouble)
    assert "sai-mat-khau" not in str(result.trouble)


def test_a_refused_sender_leaves_all_queued(engine, smtp, behaviour):
    behaviour.refuse_sender = True
    put(engine, 1, 2)
    result = send(engine, smtp)
    assert (result.queued, result.refused) == (2, 0)
    assert SENDER in str(result.trouble)


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_certificate_that_is_not_trusted_stops_everything(engine, behaviour, tmp_path, security):
    (tmp_path / "other").mkdir()
    other, _ = make_certificate(tmp_path / "other")
    put(engine, 1)
    with mail_server(behaviour, tmp_path, security) as settings:
        for cafile in (None, str(other)):
            result = send(engine, replace(settings, cafile=cafile))
            assert result.queued == 1
            assert "CERTIFICATE_VERIFY_FAILED" in str(result.trouble)
    assert behaviour.taken == []


def test_no_starttls_no_mail(engine, behaviour, tmp_path):
    """A server that stops offering TLS does not get the password in clear."""
    put(engine, 1)
    with mail_server(behaviour, tmp_path, "none") as plain:
        result = send(engine, replace(plain, security="starttls", login=LOGIN, password=PASSWORD))
    assert result.queued == 1
    assert "STARTTLS" in str(result.trouble)


def test_one_session_per_batch(engine, smtp, behaviour):
    put(engine, *range(1, 8))
    assert send(engine, smtp, RULES.model_copy(update={"batch": 3})) == DeliveryResult(accepted=7)
    assert behaviour.sessions == 3


def test_only_the_messages_of_a_close(engine, smtp, behaviour):
    put(engine, 1, close_key="2025-03-04")
    put(engine, 2)
    assert drain(engine, smtp, RULES, NOW, close_key=DAY) == DeliveryResult(accepted=1)
    assert behaviour.addresses() == [address(2)]
    with engine.connect() as conn:
        assert delivery_of(conn) == DeliveryResult(accepted=1, queued=1)


def test_a_row_that_is_no_message_is_refused_and_the_others_go(engine, smtp):
    with engine.begin() as conn:
        enqueue(conn, [replace(message(1), subject="a\r\nBcc: someone@else.example")], NOW, "test")
    put(engine, 2)
    assert send(engine, smtp) == DeliveryResult(accepted=1, refused=1)


def test_two_drains_at_once_send_each_message_once(engine, smtp, behaviour):
    behaviour.slow_seconds = 0.05
    put(engine, *range(1, 13))
    results: list[DeliveryResult] = []
    drains = [threading.Thread(target=lambda: results.append(drain(engine, smtp, RULES, NOW))) for _ in range(2)]
    for one in drains:
        one.start()
    for one in drains:
        one.join()
    assert results == [DeliveryResult(accepted=12)] * 2
    assert behaviour.addresses() == [address(number) for number in range(1, 13)]


def test_what_a_dead_sender_left_is_uncertain(engine, smtp, behaviour):
    put(engine, 1, 2)
    with engine.begin() as conn:
        conn.execute(text("update mail.message set state = 'sending' where address = :a"), {"a": address(1)})
    assert send(engine, smtp) == DeliveryResult(accepted=1, uncertain=1)
    assert behaviour.addresses() == [address(2)]


def test_a_database_lost_in_mid_body_leaves_one_uncertain(engine, smtp, behaviour):
    """The answer of the mail server finds nobody to note it; who sends next must not send again."""
    behaviour.slow_seconds = 0.2
    put(engine, *range(1, 6))
    failed: list[Exception] = []

    def drain_and_fail() -> None:
        try:
            drain(engine, smtp, RULES, NOW)
        except DBAPIError as error:
            failed.append(error)

    draining = threading.Thread(target=drain_and_fail)
    draining.start()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        for _ in range(500):
            if conn.execute(text("select count(*) from mail.message where state = 'sending'")).scalar():
                break
            time.sleep(0.01)
        conn.execute(text("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"))
    draining.join()
    assert len(failed) == 1
    result = send(engine, smtp)
    assert (result.uncertain, result.accepted) == (1, 4)
    assert behaviour.addresses() == [address(number) for number in range(1, 6)]


def test_settings_keep_the_password_to_themselves(smtp):
    assert PASSWORD not in repr(smtp)


@pytest.mark.parametrize("wrong", [{"security": "tls"}, {"sender": "Sở Tư pháp"}])
def test_settings_that_make_no_sense(smtp, wrong):
    with pytest.raises(ValueError, match="it must be"):
        replace(smtp, **wrong)
