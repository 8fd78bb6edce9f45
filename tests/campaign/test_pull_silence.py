"""How often a registry that does not answer is tried: from what `pull.reading` remembers of it."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.plan.rules import Pull
from include.campaign.pull import READ, Outcome, ReadingContext, ShardReading, pull_registries
from include.campaign.pull.outcome import FAILED
from tests.sources import superuser

RULES = Pull(connect_seconds=1, statement_seconds=5, registry_seconds=6, silent_hours=4)
CODE = "09101"
CUT_OFF = datetime.fromisoformat("2025-03-05T18:00:00+07:00")

# Hours before the cut-off, and what came of the attempt.
HISTORIES: list[tuple[str, list[tuple[float, str]], bool]] = [
    ("the first evening of an outage", [(24, "ok"), (1, "ok")], False),
    ("fell silent this afternoon", [(24, "ok"), (2, "unreachable"), (1, "hung")], False),
    ("failed all day", [(24, "ok"), (10, "unreachable"), (5, "unreachable"), (1, "hung")], True),
    ("one attempt between two closes, failed", [(24, "ok"), (10, "unreachable")], True),
    ("silent at the last close", [(48, "ok"), (24, "unreachable"), (24, "unreachable")], True),
    ("exactly so long", [(24, "ok"), (4, "unreachable")], True),
    ("never seen, tried yesterday", [(24, "refused")], True),
    ("never tried", [], False),
    ("was back in between", [(24, "unreachable"), (10, "partial"), (1, "unreachable")], False),
    ("attempts that stepped aside say nothing", [(24, "ok"), (10, "busy"), (9, "busy")], False),
    ("no connection until today", [(48, "not_configured"), (24, "not_configured")], False),
    ("what was read later than this evening does not count", [(24, "ok"), (8, "hung"), (-5, "ok")], True),
]


def remember(campaign: Endpoint, history: list[tuple[float, str]], code: str = CODE) -> None:
    with superuser(campaign) as conn:
        for place, (hours, outcome) in enumerate(history):
            conn.execute(
                "insert into pull.reading (source_code, attempt_key, read_at, outcome) values (%s, %s, %s, %s)",
                [code, f"before-{place}", CUT_OFF - timedelta(hours=hours), outcome],
            )


def read(campaign: Endpoint, sources: dict[str, Endpoint | None]) -> ShardReading:
    context = ReadingContext(attempt_key="tonight#0", close_key="2025-03-05", read_at=CUT_OFF)
    return asyncio.run(pull_registries(campaign, sources, RULES, context))


@pytest.mark.parametrize(("history", "once"), [case[1:] for case in HISTORIES], ids=[case[0] for case in HISTORIES])
def test_a_silence_older_than_this_evening_is_tried_once(
    campaign_db: Endpoint, history: list[tuple[float, str]], once: bool
) -> None:
    remember(campaign_db, history)
    remember(campaign_db, [(1, "ok")], code="09102")
    dead = replace(campaign_db, host="127.0.0.1", port=1)
    reading = read(campaign_db, {CODE: dead, "09102": dead})
    assert reading.outcomes == {CODE: Outcome.UNREACHABLE, "09102": Outcome.UNREACHABLE}
    assert reading.retryable == (["09102"] if once else [CODE, "09102"])
    # A retry of the same evening comes to the same.
    assert read(campaign_db, {CODE: dead, "09102": dead}).retryable == reading.retryable


def test_what_hung_twice_this_evening_is_left_alone(campaign_db: Endpoint) -> None:
    remember(campaign_db, [(1, "ok")])
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hung = replace(campaign_db, host="127.0.0.1", port=silent.getsockname()[1])
        tries = [read(campaign_db, {CODE: hung}) for _ in range(2)]
    assert [one.outcomes[CODE] for one in tries] == [Outcome.HUNG, Outcome.HUNG]
    assert [one.retryable for one in tries] == [[CODE], []]


def test_the_database_and_the_code_agree_on_what_a_reading_is(campaign_db: Endpoint) -> None:
    remember(campaign_db, [(1, str(outcome)) for outcome in Outcome])
    with superuser(campaign_db) as conn:
        meant = conn.execute("select outcome, was_read, has_failed from pull.reading").fetchall()
    assert {outcome for outcome, was_read, _ in meant if was_read} == READ
    assert {outcome for outcome, _, has_failed in meant if has_failed} == FAILED
