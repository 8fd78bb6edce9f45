"""What the system puts back is sent and answered by the registries' own software; a kill in a move is survived."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.rehearsal.address import ServerAddress
from include.rehearsal.databases import LEDGER, registry_name
from include.rehearsal.world import World
from tests.rehearsal.conftest import MakeWorld
from tests.rehearsal.looking import facts_of, log_in, picture, rows

ROOT = Path(__file__).resolve().parents[2]
TRANSFER = (
    "select entry_id, state, attempts, queued_at, sent_at, error_code, requeue_key from sohoa.transfer order by 1"
)
TAKEN = datetime.fromisoformat("2025-03-10T18:00:00+07:00")


def put_back(world: World, code: str, entry_ids: list[int], key: str) -> list[tuple[Any, ...]]:
    """Ask a registry to put entries back, as the system does."""
    with log_in(world, registry_name(code)) as conn:
        return conn.execute("select * from sohoa.requeue(%s, %s, 'thử lại')", [entry_ids, key]).fetchall()


def unsettled(address: ServerAddress, code: str) -> list[int]:
    """Entries of a registry that failed or were never answered."""
    query = "select entry_id from sohoa.transfer where state in ('failed', 'sent') order by 1"
    return [entry_id for (entry_id,) in rows(address, registry_name(code), query)]


def received(address: ServerAddress, world: World, code: str) -> set[int]:
    """Entries of a registry for whose own number the ledger has a receipt, by what the world wrote into it."""
    first = 0
    for other in world.registry_codes:
        if other == code:
            break
        first += entries_ever(world, other)
    found = rows(address, LEDGER, "select receipt_id - %s from ledger.receipt where unit_code = %s", [first, code])
    return {entry_id for (entry_id,) in found}


def entries_ever(world: World, code: str) -> int:
    """How many entries a registry has up to the end of the world."""
    return len(next(one for one in world._histories if one.code == code).entries)


def test_put_back_is_sent_and_answered(make_world: MakeWorld, address: ServerAddress) -> None:
    world = make_world(seed=9)
    world.move_to(TAKEN)
    chosen = {code: unsettled(address, code) for code in world.registry_codes}
    before = {code: rows(address, registry_name(code), TRANSFER) for code in chosen}
    had = {code: received(address, world, code) for code in chosen}
    assert sum(map(len, chosen.values())) > 20
    for code, entry_ids in chosen.items():
        answer = put_back(world, code, entry_ids, "2025-03-10/1")
        assert [(requeued, state) for _, requeued, state in answer] == [(True, "queued")] * len(entry_ids)
        again = put_back(world, code, entry_ids, "2025-03-10/1")
        assert again == answer
    world.move_to(TAKEN + timedelta(seconds=1))
    for code, entry_ids in chosen.items():
        log = rows(address, registry_name(code), "select entry_id, put_at from sohoa.requeue_log order by 1")
        assert log == [(entry_id, TAKEN) for entry_id in entry_ids]
        now = {row[0]: row for row in rows(address, registry_name(code), TRANSFER)}
        for entry_id in entry_ids:
            assert now[entry_id][1] == "queued"
            assert now[entry_id][3] == TAKEN
            assert now[entry_id][6] == "2025-03-10/1"
    world.move_to(TAKEN + timedelta(days=2))
    outcomes = {}
    for code, entry_ids in chosen.items():
        sends = {row[0]: row[2] for row in before[code]}
        now = {row[0]: row for row in rows(address, registry_name(code), TRANSFER)}
        for entry_id in entry_ids:
            _, state, attempts, _, sent_at, error, key = now[entry_id]
            assert attempts >= sends[entry_id] + 1
            assert TAKEN < sent_at <= TAKEN + timedelta(days=2)
            assert key == "2025-03-10/1"
            if entry_id in had[code]:
                assert error == "DUP_RECORD" or state == "sent" or (error or "").startswith("REMOTE_")
            outcomes[state, error] = outcomes.get((state, error), 0) + 1
    assert outcomes["accepted", None] > 0
    assert outcomes["rejected", "DUP_RECORD"] > 0


def test_nothing_else_changes_when_something_is_put_back(make_world: MakeWorld, address: ServerAddress) -> None:
    end = TAKEN + timedelta(days=1)
    world = make_world(seed=9, scale=0.4)
    world.move_to(end)
    untouched = picture(address, world)
    world = make_world(seed=9, scale=0.4)
    world.move_to(TAKEN)
    code = max(world.registry_codes, key=lambda one: len(unsettled(address, one)))
    chosen = unsettled(address, code)[:3]
    put_back(world, code, chosen, "2025-03-10/1")
    world.move_to(end)
    now = picture(address, world)
    differ = {table for table in now if now[table] != untouched[table]}
    assert f"{code}.transfer" in differ
    assert differ <= {
        f"{code}.transfer",
        f"{code}.entry",
        f"{code}.requeue_log",
        "receipt",
        "truth.figure",
        "truth.code_count",
        "truth.class_count",
        "truth.put_back",
        "truth.failure_count",
        "truth.failure",
    }
    kept = [row for row in now[f"{code}.transfer"] if row[0] not in chosen]
    assert kept == [row for row in untouched[f"{code}.transfer"] if row[0] not in chosen]


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import include.rehearsal.world as world_of_ours

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def after(told):
    def wrapped(*arguments):
        told(*arguments)
        die()
    return wrapped

where, folder, instant = sys.argv[1:]
world = world_of_ours.World.open(Path(folder))
progress = None
if where == "some registries done":
    progress = lambda what, done, total: die() if done == 5 else None
elif where == "history saved, database not written":
    world_of_ours.save_history = after(world_of_ours.save_history)
elif where == "ledger written":
    world_of_ours.record_close = die
elif where == "truth written":
    world_of_ours.record_close = after(world_of_ours.record_close)
world.move_to(datetime.fromisoformat(instant), progress)
"""
PLACES = ["some registries done", "history saved, database not written", "ledger written", "truth written"]


@pytest.mark.timeout(120)
def test_killed_in_a_move_and_opened_again(make_world: MakeWorld, address: ServerAddress) -> None:
    """The same moves and requeues, once in peace and once with a kill in every move, end in the same world."""
    moves = [(place, TAKEN + timedelta(days=number + 1)) for number, place in enumerate(PLACES)]
    pictures = []
    for killed in (False, True):
        world = make_world(seed=9, scale=0.4)
        world.move_to(TAKEN)
        for place, to in moves:
            for code in world.registry_codes:
                put_back(world, code, unsettled(address, code), f"{to:%Y-%m-%d}/1")
            if killed:
                end = subprocess.run([sys.executable, "-c", KILLED, place, world.folder, to.isoformat()], cwd=ROOT)
                assert end.returncode == -signal.SIGKILL
                assert facts_of(world)["moving_to"] is not None
                world = World.open(world.folder)
            else:
                world.move_to(to)
            assert world.instant == to
        pictures.append(picture(address, world))
    assert pictures[0] == pictures[1]


def test_failed_move_is_finished_by_the_next(
    make_world: MakeWorld, address: ServerAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(seed=9, scale=0.3)
    with monkeypatch.context() as patch:
        patch.setattr("include.rehearsal.world.move_ledger", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            world.move_to(TAKEN)
    world.move_to(TAKEN + timedelta(hours=1))
    after_failure = picture(address, world)
    world = make_world(seed=9, scale=0.3)
    world.move_to(TAKEN + timedelta(hours=1))
    assert picture(address, world) == after_failure
