"""One whole campaign in a small world, looked at afterwards: restatements, proofs of figures, lives of entries."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from include.campaign.days import Calendar
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from include.rehearsal.address import ServerAddress
from include.rehearsal.compare import differences, restatement_differences
from include.rehearsal.world import World
from tests.campaign.test_truth import play
from tests.sources import superuser


@dataclass(frozen=True)
class Played:
    """The campaign database after the final close, and the world's truth."""

    campaign: Endpoint
    plan: Plan
    calendar: Calendar
    server: ServerAddress


@pytest.fixture(scope="module")
def played(
    pg_server: Endpoint,
    campaign_template: str,
    small_plan: Plan,
    world_server: ServerAddress,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Played]:
    campaign = replace(pg_server, database=f"campaign_played_{os.getpid()}")
    with superuser(pg_server) as conn:
        conn.execute(f"create database {campaign.database} template {campaign_template}")
    world = World.create(small_plan, world_server, tmp_path_factory.mktemp("played") / "world", seed=7, scale=1)
    proxy = subprocess.Popen([sys.executable, "-m", "include.rehearsal.proxy", str(world.folder)])
    time.sleep(1)
    calendar = Calendar(small_plan.rules)
    try:
        for close in calendar.closes():
            world.move_to(close.as_of)
            play(campaign, small_plan, calendar, world, close)
        yield Played(campaign, small_plan, calendar, world_server)
    finally:
        proxy.terminate()
        proxy.wait(10)
        engine(campaign).dispose()
        with superuser(pg_server) as conn:
            conn.execute(f"drop database {campaign.database} with (force)")


def test_what_a_source_changed_of_yesterday_is_found_and_nothing_else(played: Played) -> None:
    with superuser(played.campaign) as campaign, played.server.connect("truth") as truth:
        assert truth.execute("select count(*) from truth.restatement").fetchone() != (0,)
        assert restatement_differences(campaign, truth) == []
        assert differences(campaign, truth) == []


def test_a_missing_restatement_is_found(played: Played) -> None:
    with (
        superuser(played.campaign) as campaign,
        played.server.connect("truth") as truth,
        campaign.transaction(force_rollback=True),
    ):
        campaign.execute("delete from closing.restatement where why = 'source changed'")
        assert restatement_differences(campaign, truth) != []
