"""What the server puts off: how long it waits, when it is given up, and how many go in a minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from include.campaign.mail import DeliveryResult, drain
from include.campaign.mail.throttle import Throttle
from include.campaign.plan.mail_rules import Mail
from tests.campaign.mail.letters import NOW, RULES, address, events, put, send, states

WAITS = RULES.model_copy(update={"back_off_minutes": (0, 2, 15, 60)})


def test_it_waits_longer_each_time_and_is_then_given_up(engine, smtp, behaviour):
    behaviour.to = {address(1): "defer"}
    put(engine, 1, 2)
    attempts = []
    for minute in range(0, 100):
        before = events(engine, 1).count("deferred")
        send(engine, smtp, WAITS, NOW + timedelta(minutes=minute))
        if events(engine, 1).count("deferred") > before:
            attempts.append(minute)
    # The first drain tries twice: the first wait is none.
    assert attempts == [0, 2, 17] and events(engine, 1) == ["queued", *["deferred"] * 4, "refused"]
    with engine.connect() as conn:
        row = conn.execute(text("select state, attempts, smtp_code, detail from mail.message where attempts > 1")).one()
    assert row == ("refused", 5, 451, "given up, put off 5 times: 4.7.1 come again later")
    behaviour.to = {}
    assert send(engine, smtp, WAITS, NOW + timedelta(days=1)) == DeliveryResult(accepted=1, refused=1)
    assert behaviour.addresses() == [address(2)]


@pytest.mark.parametrize("how", ["defer", "defer_data"])
def test_a_greylisted_first_letter_is_accepted_once_its_wait_is_over(engine, smtp, behaviour, how):
    behaviour.to, behaviour.times = {address(1): how}, {address(1): 2}
    put(engine, 1)
    assert send(engine, smtp) == DeliveryResult(deferred=1)
    assert send(engine, smtp, now=NOW + timedelta(minutes=1)) == DeliveryResult(deferred=1)
    assert send(engine, smtp, now=NOW + timedelta(minutes=2)) == DeliveryResult(accepted=1)
    with engine.connect() as conn:
        assert conn.execute(text("select next_try, attempts from mail.message")).one() == (None, 3)


def test_a_line_cut_after_the_answer_is_an_accepted_letter_and_the_others_go(engine, smtp, behaviour):
    behaviour.to = {address(2): "drop_after_answer"}
    put(engine, 1, 2, 3)
    assert send(engine, smtp) == DeliveryResult(accepted=3)
    assert behaviour.addresses() == [address(1), address(2), address(3)]
    assert behaviour.sessions == 2 and not behaviour.cut


def test_a_server_that_answers_too_late_makes_letters_uncertain_and_is_left_alone(engine, smtp, behaviour):
    behaviour.slow_seconds = 0.4
    put(engine, *range(1, 6))
    result = send(engine, smtp, RULES.model_copy(update={"timeout_seconds": 0.2}))
    assert (result.uncertain, result.queued) == (3, 2)
    assert "3 lines lost in a row" in str(result.trouble)
    behaviour.slow_seconds = 0
    assert send(engine, smtp) == DeliveryResult(accepted=2, uncertain=3)
    assert len(states(engine)) == 5 and len(set(behaviour.addresses())) == len(behaviour.addresses())


class Clock:
    """Goes forward by what is waited, and by a second a letter."""

    def __init__(self) -> None:
        self.at = 0.0
        self.waited: list[float] = []

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.at += seconds

    def __call__(self) -> float:
        return self.at


def test_no_minute_has_more_than_the_plan_allows():
    clock = Clock()
    throttle = Throttle(5, clock.pause, clock)
    begun = []
    for letter in range(23):
        throttle.wait()
        begun.append(clock.at)
        clock.at += 0.5 * (letter % 3)
    for first in begun:
        assert sum(first <= other < first + 60 for other in begun) <= 5
    assert clock.waited and clock.at < 60 * 5
    assert begun[:5] == [0, 0, 0.5, 1.5, 1.5], "the first ones wait for nothing"


def test_a_drain_keeps_to_the_plan_and_the_days_letters_do_not_wait(engine, smtp):
    clock = Clock()
    put(engine, *range(1, 8))
    rules = RULES.model_copy(update={"per_minute": 3})
    assert drain(engine, smtp, rules, NOW, pause=clock.pause, clock=clock) == DeliveryResult(accepted=7)
    assert clock.waited == [60.0, 60.0]
    assert Mail().per_minute >= 300


@pytest.mark.parametrize("waits", [(), (5, 2), (0, 0), (-1,)])
def test_waits_that_do_not_grow_are_refused(waits):
    with pytest.raises(ValidationError):
        Mail(back_off_minutes=waits)
