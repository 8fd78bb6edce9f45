"""One whole campaign in a small world with all its weather, played once for all tests that look at it afterwards."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from include.campaign.cure.freezing import freeze_cure
from include.campaign.days import Calendar, Close
from include.campaign.endpoint import Endpoint
from include.campaign.ladder import step_ladder
from include.campaign.pace.freezing import judge_close
from include.campaign.plan import Plan
from include.campaign.plan.rules import Pull
from include.campaign.pull import ReadingContext, pull_ledger, pull_registries
from include.campaign.reconcile import close_days, gaps_to_settle, open_close
from include.campaign.redrive import count_standing
from include.campaign.transfers import decide, requeue
from include.campaign.warehouse import engine
from include.campaign.withdrawal import withdraw_flags
from include.rehearsal.address import ServerAddress
from include.rehearsal.world import World
from tests.campaign.desk_people import people_act
from tests.sources import superuser
from tests.worlds import serve_worlds

RULES = Pull(connect_seconds=5, statement_seconds=10, registry_seconds=10, at_once=6)
AFTERWARDS = timedelta(hours=6)
"""How far the world goes on after the final close, so that what was put back then is known to it."""


@dataclass(frozen=True)
class Played:
    """The campaign database after the final close, the world and its truth, and how many transfers were put back.

    What a test changes it takes back: others look at the same.
    """

    campaign: Endpoint
    plan: Plan
    calendar: Calendar
    world: World
    server: ServerAddress
    put_back: int


@pytest.fixture(scope="session")
def played(
    pg_server: Endpoint, campaign_template: str, small_plan: Plan, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """Twenty days and the final close; the world has a server of its own, since other tests make worlds too."""
    campaign = replace(pg_server, database=f"campaign_played_{os.getpid()}")
    with superuser(pg_server) as conn:
        conn.execute(f"create database {campaign.database} template {campaign_template}")
    with serve_worlds() as server:
        world = World.create(small_plan, server, tmp_path_factory.mktemp("played") / "world", seed=7, scale=1)
        proxy = subprocess.Popen(
            [sys.executable, "-m", "include.rehearsal.proxy", str(world.folder)], stdout=subprocess.PIPE, text=True
        )
        assert proxy.stdout is not None and "are open" in proxy.stdout.readline()
        calendar = Calendar(small_plan.rules)
        put_back = 0
        try:
            for close in calendar.closes():
                world.move_to(close.as_of)
                put_back += play(campaign, small_plan, calendar, world, close)
                with server.connect("truth") as truth:
                    people_act(campaign, small_plan, close, truth)
            world.move_to(world.instant + AFTERWARDS)
            yield Played(campaign, small_plan, calendar, world, server, put_back)
        finally:
            proxy.terminate()
            proxy.wait(10)
    engine(campaign).dispose()
    with superuser(pg_server) as conn:
        conn.execute(f"drop database {campaign.database} with (force)")


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
        withdraw_flags(conn, plan, calendar, close)
        judge_close(conn, plan, calendar, close)
        step_ladder(conn, plan, calendar, close)
        freeze_cure(conn, plan, calendar, close)
        decide(conn, plan, close.key, close.as_of, close.key)
    put_back = asyncio.run(requeue(campaign, registries, plan.rules.requeue, RULES, close.key, close.as_of))
    with engine(campaign).begin() as conn:
        count_standing(conn, close.key)
    return put_back.requeued
