"""Runs that are killed, cut off and doubled while they put transfers back: nothing is lost and nothing is sent twice.

What happened is judged by the registries' own logs. Each fault is recovered from in two ways: the same run once more,
as when its task is cleared, and the next run. The table is printed at the end.
"""

from __future__ import annotations

import itertools
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess

import pytest

from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan
from include.campaign.warehouse import engine
from tests.campaign.chaos_stage import (
    DUE,
    EVENING,
    REGISTRIES,
    RIGHT,
    CampaignServer,
    Stage,
    Verdict,
    campaign_server,
    wait_for,
)
from tests.campaign.scene import HOME, OTHER
from tests.killable import ended, kill
from tests.sources import superuser

LATER = timedelta(hours=3)
MIDDLE = 20
"""An entry of the third call of each registry."""
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    fault: str
    recovery: str
    before: Verdict
    after: Verdict


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[list[Row]]:
    """Collects what came of each fault; printed when all are through."""
    rows: list[Row] = []
    yield rows
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(f"\n{'fault':<62} {'recovered by':<17} {'back before':>11} {'after':>6} {'lost':>5} {'double':>7}")
        for row in rows:
            done = f"{row.before.put_back:>11} {row.after.put_back:>6} {row.after.lost:>5} {row.after.double:>7}"
            print(f"{row.fault:<62} {row.recovery:<17} {done}")


@pytest.fixture(scope="module")
def server() -> Iterator[CampaignServer]:
    with campaign_server() as started:
        yield started


@pytest.fixture
def stage(server: CampaignServer, make_source: Callable[[str], Endpoint], small_plan: Plan) -> Iterator[Stage]:
    """Two registries with a hundred transfers to put back, read once."""
    campaign = server.database(f"campaign_{next(_numbers)}")
    with server.server.connect() as conn:
        # Copied page by page, an unlogged table's index would not outlive a crash at wal_level minimal.
        conn.execute(f"create database {campaign.database} template template_campaign strategy file_copy".encode())
    registries = {code: make_source("registry") for code in REGISTRIES}
    made = Stage(server, campaign, registries, make_source("ministry"), small_plan)
    made.fill()
    yield made
    for worker in made.workers:
        kill(worker)
    engine(campaign).dispose()
    with server.server.connect() as conn:
        conn.execute(f"drop database {campaign.database} with (force)".encode())


# -------------------------------------------------------------------------------------------------------- faults


def killed_while_deciding(stage: Stage) -> None:
    with stage.server.server.connect(stage.campaign.database) as conn:
        conn.execute("begin")
        conn.execute("lock table transfers.decision in share mode")
        worker = stage.start()
        wait_for(lambda: _waits_in_campaign(stage))
        kill(worker)
    assert stage.decided() == 0


def killed_between_decision_and_effect(stage: Stage) -> None:
    with stage.held_up(1, *REGISTRIES):
        worker = stage.start()
        stage.wait_until_held_up(*REGISTRIES)
        kill(worker)
        stage.cut_lines(*REGISTRIES)
        stage.wait_until_quiet()
    assert stage.decided() == len(DUE)
    assert stage.log() == []


def killed_between_effect_and_record(stage: Stage) -> None:
    """The call that it waits for ends without it, and puts its chunk back."""
    with stage.held_up(MIDDLE, *REGISTRIES):
        worker = stage.start()
        stage.wait_until_held_up(*REGISTRIES)
        known = len(stage.log())
        kill(worker)
    stage.wait_until_quiet()
    assert 0 < known < len(stage.log()) < len(DUE)
    assert Verdict.of(stage).misrecorded == len(stage.log()) - known


def line_of_a_registry_cut_in_a_call(stage: Stage) -> None:
    with stage.held_up(MIDDLE, HOME):
        worker = stage.start()
        stage.wait_until_held_up(HOME)
        stage.cut_lines(HOME)
        assert ended(worker, 60) == 0, "a registry's line is the registry's alone"
    done = {code: sum(registry == code for registry, *_ in stage.log()) for code in REGISTRIES}
    assert 0 < done[HOME] < done[OTHER] == len(DUE) // 2


def campaign_backends_killed(stage: Stage) -> None:
    with stage.held_up(MIDDLE, *REGISTRIES):
        worker = stage.start()
        stage.wait_until_held_up(*REGISTRIES)
        stage.end_campaign_backends()
    assert ended(worker, 60) != 0
    stage.wait_until_quiet()


def campaign_database_restarted(stage: Stage) -> None:
    """It dies on the spot, recovers from its log, and the run that was going on is lost."""
    with stage.held_up(MIDDLE, *REGISTRIES):
        worker = stage.start()
        stage.wait_until_held_up(*REGISTRIES)
        stage.server.stop(signal.SIGQUIT)
    assert ended(worker, 60) != 0
    stage.server.start()
    stage.wait_until_quiet()


def two_runs_of_the_same_instant(stage: Stage) -> None:
    _together(stage.start(attempt="first"), stage.start(attempt="second"))


def two_runs_of_different_instants(stage: Stage) -> None:
    _together(stage.start(attempt="first"), stage.start(EVENING + timedelta(minutes=5), attempt="second"))


def two_runs_and_one_is_killed(stage: Stage) -> None:
    with stage.held_up(MIDDLE, *REGISTRIES):
        first = stage.start(attempt="first")
        stage.wait_until_held_up(*REGISTRIES)
        second = stage.start(attempt="second")
        time.sleep(2.5)
        kill(first)
    assert ended(second, 90) == 0
    stage.wait_until_quiet()


def killed_again_and_again(stage: Stage) -> None:
    """At instants that are drawn, from the first decision on, an entry a call."""
    luck = random.Random(4)
    for number in range(6):
        worker = stage.start(attempt=f"attempt-{number}", chunk=1)
        wait_for(lambda running=worker: stage.decided() or not running.is_alive())
        if number:
            wait_for(lambda running=worker: _talks(stage) or not running.is_alive())
        time.sleep(luck.uniform(0, 0.12))
        kill(worker)
        stage.wait_until_quiet()


FAULTS: dict[str, Callable[[Stage], None]] = {
    "worker killed while it decides": killed_while_deciding,
    "worker killed between decision and effect": killed_between_decision_and_effect,
    "worker killed between effect and record": killed_between_effect_and_record,
    "worker killed six times, anywhere": killed_again_and_again,
    "a registry's line cut in the middle of a call": line_of_a_registry_cut_in_a_call,
    "campaign database: all backends killed in the middle of a call": campaign_backends_killed,
    "campaign database: killed and started again": campaign_database_restarted,
    "two runs at once, of one instant": two_runs_of_the_same_instant,
    "two runs at once, of two instants": two_runs_of_different_instants,
    "two runs at once, one killed between effect and record": two_runs_and_one_is_killed,
}
RECOVERIES = {"the run once more": (EVENING, "again"), "the next run": (EVENING + LATER, "next")}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("recovery", RECOVERIES)
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_and_nothing_is_sent_twice(stage: Stage, table: list[Row], fault: str, recovery: str) -> None:
    FAULTS[fault](stage)
    before = Verdict.of(stage)
    stage.run(*RECOVERIES[recovery])
    after = Verdict.of(stage)
    table.append(Row(fault, recovery, before, after))
    assert after == RIGHT
    for number in (1, 2):
        stage.run(EVENING + LATER + timedelta(hours=number), f"later-{number}")
    assert Verdict.of(stage) == RIGHT, "what is settled is not touched again"
    assert stage.campaign_rows("select count(*) from transfers.decision where state = 'decided'") == [(0,)]


def test_the_judge_finds_what_is_lost_doubled_and_wrong(stage: Stage) -> None:
    stage.run(EVENING, "only")
    assert Verdict.of(stage) == RIGHT
    with superuser(stage.registries[HOME]) as conn:
        conn.execute("insert into sohoa.requeue_log values (1, 'another key'), (61, 'a duplicate')")
        conn.execute("delete from sohoa.requeue_log where entry_id = 2")
    assert Verdict.of(stage) == Verdict(len(DUE) + 1, lost=1, double=1, not_due=1, misrecorded=3)


# ------------------------------------------------------------------------------------------------------- helpers


def _together(*workers: BaseProcess) -> None:
    assert [ended(worker, 120) for worker in workers] == [0] * len(workers)


def _waits_in_campaign(stage: Stage) -> bool:
    return bool(
        stage.campaign_rows(
            "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
    )


def _talks(stage: Stage) -> bool:
    """Whether any registry is being told."""
    return any(stage.calls(code) for code in REGISTRIES)
