"""Whole days through the real scheduler, with parts of the stack killed in the middle of them.

One stack for all tests of the file: each takes the next day of the campaign, so they run in the order written.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from include.campaign.days import Close
from include.local.__main__ import CLEANED
from include.local.closes import CAMPAIGN_DAY, runs_by_key
from include.local.home import Home, StackError
from include.local.rest import FINISHED
from include.local.screen import Screen
from include.local.stack import Stack
from include.local.up import Wish, day, up
from include.rehearsal.compare import differences
from tests.local.rehearsal import SMALL_PLAN, Rehearsal, rehearsal

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def days() -> Iterator[Rehearsal]:
    with rehearsal() as started:
        yield started


def assert_ended_right(days: Rehearsal, close: Close) -> None:
    """The day was frozen, every mail of it was accepted, and the sink holds one copy of each."""
    messages = days.messages(close)
    assert messages
    assert set(messages.values()) == {"accepted"}
    assert {message: days.mails()[message] for message in messages} == dict.fromkeys(messages, 1)


def test_a_day_is_closed_and_each_mail_arrives_once(days: Rehearsal) -> None:
    close = days.next_close()
    played = days.play(close)
    assert played.summary["close"] == close.key
    assert played.summary["state"] in ("closed", "gaps")
    assert_ended_right(days, close)


def test_the_campaign_database_is_killed_while_registries_are_read(days: Rehearsal) -> None:
    def kill(close: Close) -> None:
        days.wait_for(close, "pull_registries")
        days.stack.kill("campaign")

    close = days.next_close()
    played = days.play(close, kill)
    assert played.summary["state"] in ("closed", "gaps")
    assert_ended_right(days, close)


def test_the_scheduler_is_killed_while_registries_are_read(days: Rehearsal) -> None:
    def kill(close: Close) -> None:
        days.wait_for(close, "pull_registries")
        days.stack.kill("scheduler")

    close = days.next_close()
    played = days.play(close, kill)
    assert played.summary["state"] in ("closed", "gaps")
    assert_ended_right(days, close)


def test_a_worker_is_killed_with_its_task(days: Rehearsal) -> None:
    def kill(close: Close) -> None:
        days.wait_for(close, "open_day", "success")
        days.busy_worker().kill()

    close = days.next_close()
    played = days.play(close, kill)
    assert played.summary["state"] in ("closed", "gaps")
    assert_ended_right(days, close)


def test_the_mail_sink_is_killed_while_it_is_sent_to(days: Rehearsal) -> None:
    """SMTP cannot promise it: a mail whose answer was lost is *uncertain*, not sent again, and told at the gate."""

    def kill(close: Close) -> None:
        days.wait_for(close, "send_mail")
        days.stack.kill("mailsink")

    close = days.next_close()
    played = days.play(close, kill)
    messages = days.messages(close)
    kept = days.mails()
    assert messages
    assert max(kept.values()) == 1
    assert [message for message, state in messages.items() if state == "accepted" and not kept[message]] == []
    assert set(messages.values()) <= {"accepted", "uncertain"}
    assert played.green == (set(messages.values()) == {"accepted"})


def test_the_same_day_twice_at_once_has_its_effects_once(days: Rehearsal) -> None:
    def again(close: Close) -> None:
        days.wait_for(close, "open_day")
        conf = {"day": close.key, "now": close.as_of.isoformat(), "effects": "always"}
        days.stack.rest.trigger(CAMPAIGN_DAY, f"{close.key}-2", conf)

    close = days.next_close()
    first = days.play(close, again)
    mails, requeues = days.mails(), days.requeues()
    second = days.play(close)  # takes up the one that was asked for beside it
    assert (first.run_id, second.run_id) == (f"{close.key}-1", f"{close.key}-2")
    assert {run["state"] for run in runs_by_key(days.stack.rest, CAMPAIGN_DAY)[close.key]} <= set(FINISHED)
    assert_ended_right(days, close)
    assert days.mails() == mails
    assert days.requeues() == requeues
    for figure in ("read", "entered_total", "entered_day", "received_total", "received_day", "behind", "requeued"):
        assert second.summary[figure] == first.summary[figure]


def test_clean_knows_all_that_a_stack_keeps(days: Rehearsal) -> None:
    assert {path.name for path in days.stack.home.path.iterdir()} <= set(CLEANED)


def test_every_figure_of_these_days_is_the_truth(days: Rehearsal) -> None:
    with days.campaign() as campaign, days.truth() as truth:
        assert differences(campaign, truth) == []


def test_make_up_on_the_users_own_connections_and_make_day(days: Rehearsal, tmp_path: Path) -> None:
    """The same registries, as a province would name them: one is left out, no campaign database and no mail server."""
    offered = days.world.connections()
    del offered["registry_09303"]
    file = tmp_path / "connections.yaml"
    file.write_text(yaml.safe_dump(offered))
    folder = Path(tempfile.mkdtemp(prefix="campaign-up-"))
    told = io.StringIO()
    home, screen = Home(folder), Screen(Console(file=told, width=500))
    plan = shutil.copytree(SMALL_PLAN, tmp_path / "plan")
    with (plan / "rules.yaml").open("a") as rules:
        # What the day's weather keeps away is tried three times.
        rules.write("pull: {connect_seconds: 2, retry_delay_seconds: 1}\n")
    try:
        up(home, Wish(file, plan=plan, detach=True), screen)
        with pytest.raises(StackError, match="make down"):
            up(home, Wish(file, plan=plan, detach=True), screen)
        assert day(home, "2025-03-02", screen)
        kept = list((home.maildir / "new").iterdir())
        with Stack(home).servers["campaign"].connect("campaign") as conn:
            query = "select count(*) from mail.message where close_key = '2025-03-02' and state = 'accepted'"
            assert conn.execute(query).fetchone() == (len(kept),)
        assert kept
        with pytest.raises(StackError, match="2025-04-02"):
            day(home, "2025-04-02", screen)
    finally:
        Stack(home).stop()
        shutil.rmtree(folder)
    assert "not configured (1): 09303 Xã Khe Xa" in told.getvalue()
    assert re.search(r"2025-03-02  read \d+/12 .*1 not configured", told.getvalue())
