"""Weather as a reader meets it: a closed line, one that hangs, a refused log-in; and the proxy that plays the lines."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from include.campaign.days import Calendar
from include.campaign.plan import Plan
from include.rehearsal.address import ServerAddress
from include.rehearsal.databases import TRUTH
from include.rehearsal.lines import set_modes
from include.rehearsal.weather import (
    CLOSED,
    HANG,
    NO_LOGIN,
    WRONG_PASSWORD,
    Weather,
    behind_lines,
    forecast,
    in_the_way,
)
from include.rehearsal.world import World
from tests.rehearsal.conftest import MakeWorld
from tests.rehearsal.looking import rows

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def proxy(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The proxy of a world, ready."""
    command = [sys.executable, "-m", "include.rehearsal.proxy", str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "are open" in process.stdout.readline()
        yield process
    finally:
        process.terminate()
        process.wait(10)


async def reads(fields: dict[str, Any], seconds: float = 1.0) -> str:
    """What becomes of an attempt to read a registry: "read" or the name of what went wrong."""
    try:
        conn = await asyncpg.connect(
            host=fields["host"],
            port=fields["port"],
            database=fields["schema"],
            user=fields["login"],
            password=fields["password"],
            timeout=seconds,
        )
    except (OSError, TimeoutError, asyncpg.PostgresError) as problem:
        return type(problem).__name__
    try:
        await conn.fetchval("select count(*) from sohoa.book")
        return "read"
    finally:
        await conn.close()


def reading(world: World) -> dict[str, str]:
    """What becomes of reading each registry that has weather at some time."""
    fields = world.connections()
    return {one.registry_code: asyncio.run(reads(fields[f"registry_{one.registry_code}"])) for one in world.weather}


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_each_weather_is_what_it_says(make_world: MakeWorld, address: ServerAddress, small_plan: Plan) -> None:
    world = make_world(seed=5, scale=0.2)
    of_kind = {one.kind: one for one in world.weather}
    assert set(of_kind) == {CLOSED, HANG, WRONG_PASSWORD}
    with proxy(world.folder):
        assert set(reading(world).values()) == {"read"}
        met: dict[str, set[str]] = {}
        for moment in sorted({one.start for one in world.weather} | {one.end for one in world.weather}):
            world.move_to(instant(moment))
            now = in_the_way(world.weather, moment)
            for code, outcome in reading(world).items():
                met.setdefault(now.get(code, "nothing"), set()).add(outcome)
        assert met == {
            "nothing": {"read"},
            CLOSED: {"ConnectionRefusedError"},
            HANG: {"TimeoutError"},
            WRONG_PASSWORD: {"InvalidPasswordError"},
        }
    closes = [close for close in Calendar(small_plan.rules).closes() if close.as_of <= world.instant]
    for one in world.weather:
        unread = {close.key for close in closes if one.start <= close.as_of.timestamp() < one.end}
        told = rows(
            address,
            TRUTH,
            "select close_key, weather from truth.source where registry_code = %s and not readable",
            [one.registry_code],
        )
        assert dict(told) == dict.fromkeys(unread, one.kind)
        assert len(unread) == (2 if one.kind == CLOSED else 1)
    assert rows(
        address, TRUTH, "select distinct readable, weather from truth.source where registry_code = 'ministry'"
    ) == [(True, None)]


def test_no_login(make_world: MakeWorld) -> None:
    world = make_world(scale=0.1)
    code = world.registry_codes[0]
    start = int(world.instant.timestamp())
    world._weather = (Weather(code, NO_LOGIN, start + 60, start + 120),)
    fields = world.connections(direct=True)[f"registry_{code}"]
    met = [asyncio.run(reads(fields))]
    for minute in (1, 2):
        world.move_to(instant(start + 60 * minute))
        met.append(asyncio.run(reads(fields)))
    assert met == ["read", "InvalidAuthorizationSpecificationError", "read"]


def test_lines_change_under_standing_connections_and_the_proxy_ends(make_world: MakeWorld) -> None:
    world = make_world(scale=0.1)
    code = behind_lines(world.weather)[0]
    fields = world.connections()[f"registry_{code}"]

    async def read_across_a_change(mode: str) -> str:
        conn = await asyncpg.connect(
            host=fields["host"],
            port=fields["port"],
            database=fields["schema"],
            user=fields["login"],
            password=fields["password"],
            timeout=2,
        )
        await asyncio.to_thread(set_modes, world.folder, {code: mode})
        try:
            await conn.fetchval("select 1", timeout=1)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return "lost"
        finally:
            conn.terminate()
        return "read"

    with proxy(world.folder) as process:
        for mode in (CLOSED, HANG):
            assert asyncio.run(read_across_a_change(mode)) == "lost"
            set_modes(world.folder, {})
            assert asyncio.run(reads(fields)) == "read"
        set_modes(world.folder, {code: HANG})
        with socket.create_connection((fields["host"], fields["port"])) as hanging:
            hanging.sendall(b"anybody there?")
            process.send_signal(signal.SIGTERM)
            assert process.wait(5) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((fields["host"], fields["port"]))


def test_proxy_says_what_is_wrong(tmp_path: Path, make_world: MakeWorld) -> None:
    command = [sys.executable, "-m", "include.rehearsal.proxy"]
    nothing = subprocess.run([*command, str(tmp_path / "nowhere")], cwd=ROOT, capture_output=True, text=True)
    assert (nothing.returncode, "nowhere" in nothing.stderr) == (1, True)
    world = make_world(scale=0.1)
    port = world.connections()[f"registry_{behind_lines(world.weather)[0]}"]["port"]
    with socket.create_server(("127.0.0.1", port)):
        taken = subprocess.run([*command, str(world.folder)], cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert taken.returncode == 1
    assert str(port) in taken.stderr


def test_forecast_of_a_province(small_plan: Plan) -> None:
    codes = [str(19000 + number) for number in range(129)]
    start = int(Calendar(small_plan.rules).starts_at.timestamp())
    for seed in range(20):
        weather = forecast(codes, seed, start, 20)
        assert weather == forecast(codes, seed, start, 20)
        assert {one.kind for one in weather} == {CLOSED, HANG, NO_LOGIN, WRONG_PASSWORD}
        assert len({one.registry_code for one in weather}) == len(weather)
        assert all(start < one.start < one.end <= start + 20 * 86400 for one in weather)
        at_worst = max(len(in_the_way(weather, start + hour * 3600)) for hour in range(480))
        assert at_worst <= 6
    first_days = [one for one in weather if one.start < start + 3 * 86400]
    assert {one.kind for one in first_days} == {CLOSED, HANG, WRONG_PASSWORD}
    assert timedelta(seconds=first_days[0].end - first_days[0].start) == timedelta(days=2)
