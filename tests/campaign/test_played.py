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
from include.campaign.desk.proof import Past
from include.campaign.desk.prove import FIGURES, prove
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


CLASSES = ("E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9", "E10", "E11", "R1", "R2", "R3", "R4", "R5")


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("key", ["2025-03-02", "2025-03-07", "2025-03-10", "2025-03-13", "2025-03-20-final"])
def test_every_figure_of_a_close_of_long_ago_is_the_sum_of_its_keys(played: Played, key: str, last: bool) -> None:
    """By the mirror's versions, after all that was changed, deleted and restored since."""
    found = 0
    with engine(played.campaign).connect() as conn:
        past = Past(conn)
        for figure in (*FIGURES, *CLASSES):
            proof = prove(past, played.plan, key, figure, last=last)
            assert [(group, proof.printed[group], proof.counted[group]) for group in proof.differing] == [], figure
            assert len(proof.items) == proof.total
            found += len(proof.items)
    assert found > 10_000
