"""Twenty days and the final close in a small world with all its weather: every figure equals the world's truth."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from include.campaign.days import Calendar, Close
from include.campaign.endpoint import Endpoint
from include.campaign.ladder import step_ladder
from include.campaign.pace import flag_laggards
from include.campaign.plan import Plan
from include.campaign.plan.rules import Pull
from include.campaign.pull import ReadingContext, pull_ledger, pull_registries
from include.campaign.reconcile import close_days, gaps_to_settle, open_close
from include.campaign.transfers import decide, requeue
from include.campaign.warehouse import engine
from include.rehearsal.address import ServerAddress
from include.rehearsal.compare import differences, verdict_differences
from include.rehearsal.world import World
from tests.sources import superuser

RULES = Pull(connect_seconds=5, statement_seconds=10, registry_seconds=10, at_once=6)


@pytest.fixture
def world(small_plan: Plan, world_server: ServerAddress, tmp_path: Path) -> Iterator[World]:
    made = World.create(small_plan, world_server, tmp_path / "world", seed=7, scale=1)
    proxy = subprocess.Popen(
        [sys.executable, "-m", "include.rehearsal.proxy", str(made.folder)], stdout=subprocess.PIPE, text=True
    )
    assert proxy.stdout is not None and "are open" in proxy.stdout.readline()
    try:
        yield made
    finally:
        proxy.terminate()
        proxy.wait(10)


def endpoints(world: World) -> dict[str, Endpoint]:
    return {
        name: Endpoint(fields["host"], fields["port"], fields["schema"], fields["login"], fields["password"])
        for name, fields in world.connections().items()
    }


def play(campaign: Endpoint, plan: Plan, calendar: Calendar, world: World, close: Close) -> int:
    """One evening through the domain's rooms; returns how many transfers were put back."""
    reach = endpoints(world)
    registries = {registry.code: reach.get(f"registry_{registry.code}") for registry in plan.registries}
    with engine(campaign).begin() as conn:
        open_close(conn, plan, calendar, close, close.key, close.as_of)
    context = ReadingContext(close.key, close.key, close.as_of)
    asyncio.run(pull_registries(campaign, registries, RULES, context))
    asyncio.run(pull_ledger(campaign, reach["ministry_ledger"], RULES, context))
    with engine(campaign).begin() as conn:
        closes = [*gaps_to_settle(conn, calendar, close), close]
        close_days(conn, calendar, closes, close.key, close.as_of)
        flag_laggards(conn, plan, close)
        step_ladder(conn, plan, calendar, close)
        decide(conn, plan, close.key, close.as_of, close.key)
    put_back = asyncio.run(requeue(campaign, registries, plan.rules.requeue, RULES, close.key, close.as_of))
    return put_back.requeued


def test_every_figure_of_every_close_is_the_truth(
    campaign_db: Endpoint, small_plan: Plan, world: World, world_server: ServerAddress
) -> None:
    calendar = Calendar(small_plan.rules)
    put_back = 0
    for close in calendar.closes():
        world.move_to(close.as_of)
        put_back += play(campaign_db, small_plan, calendar, world, close)
    with superuser(campaign_db) as campaign, world_server.connect("truth") as truth:
        assert differences(campaign, truth) == []
        assert_every_report_has_its_verdict(campaign, truth)
        assert_the_world_had_weather(truth)
        assert_every_gap_was_settled(campaign)
        assert_requeues_are_the_registries_own(campaign, world, world_server, put_back)


def assert_the_world_had_weather(truth: psycopg.Connection) -> None:
    """What is proved must have been there to prove."""
    weather = dict(
        truth.execute("select weather, count(*) from truth.source where weather is not null group by 1").fetchall()
    )
    assert len(weather) >= 3, weather
    totals = truth.execute(
        "select sum(received), sum(failed), sum(rejected), sum(awaiting), sum(queued), sum(corrected) from truth.figure"
    ).fetchone()
    assert totals is not None
    assert all(total > 0 for total in totals), totals


def assert_every_report_has_its_verdict(campaign: psycopg.Connection, truth: psycopg.Connection) -> None:
    """Verdicts on registries' reports are the truth's, there is each kind to prove, and a wrong one is found."""
    assert verdict_differences(campaign, truth) == []
    judged = dict(campaign.execute("select verdict, count(*) from closing.self_report group by 1").fetchall())
    assert set(judged) == {"missing", "late", "over", "under", "matches"}, judged
    with campaign.transaction(force_rollback=True):
        campaign.execute("update closing.self_report set verdict = 'over' where verdict = 'under'")
        assert verdict_differences(campaign, truth) != []


def assert_every_gap_was_settled(campaign: psycopg.Connection) -> None:
    """What could not be read on its evening was filled by a later reading; what the state was then stays unknown."""
    late = campaign.execute(
        "select count(*), count(f.entered), count(f.received), count(f.queued) from closing.registry_close k"
        " join closing.figure f using (close_key, registry_code) where k.outcome = 'late'"
    ).fetchone()
    assert late is not None
    rows, entered, received, queued = late
    assert rows > 0
    assert (entered, received, queued) == (rows, rows, 0)
    states = campaign.execute("select distinct state from closing.close where close_key < '2025-03-20'").fetchall()
    assert states == [("closed",)]


def assert_requeues_are_the_registries_own(
    campaign: psycopg.Connection, world: World, server: ServerAddress, put_back: int
) -> None:
    """What we recorded as put back is what the registries' logs say, entry by entry; and no receipt was sent twice."""
    recorded = set(
        campaign.execute(
            "select registry_code, entry_id, requeue_key from transfers.decision where state = 'requeued'"
        ).fetchall()
    )
    logged = set()
    for code in world.registry_codes:
        with server.connect(f"registry_{code}") as conn:
            logged |= {(code, *row) for row in conn.execute("select entry_id, key from sohoa.requeue_log").fetchall()}
    assert recorded == logged
    assert len(recorded) == put_back > 0


def test_a_wrong_figure_is_found(
    campaign_db: Endpoint, small_plan: Plan, world: World, world_server: ServerAddress
) -> None:
    """The comparison itself can fail: one figure off by one is named."""
    calendar = Calendar(small_plan.rules)
    first = calendar.closes()[0]
    world.move_to(first.as_of)
    play(campaign_db, small_plan, calendar, world, first)
    with superuser(campaign_db) as campaign, world_server.connect("truth") as truth:
        assert differences(campaign, truth) == []
        campaign.execute(
            "update closing.figure set received = received + 1"
            " where ctid = (select ctid from closing.figure where received > 0 limit 1)"
        )
        found = differences(campaign, truth)
        assert len(found) == 1 and "received is" in found[0]
        campaign.execute("delete from breaks.spell where break_id = (select min(break_id) from breaks.spell)")
        campaign.execute(
            "update breaks.spell set items = items + 1 where break_id = (select max(break_id) from breaks.spell)"
        )
        assert len(differences(campaign, truth)) == len(found) + 2
