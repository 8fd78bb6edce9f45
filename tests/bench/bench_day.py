"""How long the steps of a day take, as ratios to a bare copy of the same rows in the same run."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest

from include.campaign.days import Calendar, Close
from include.campaign.endpoint import Endpoint
from include.campaign.plan import Plan, load_plan
from include.campaign.pull import ReadingContext, pull_ledger, pull_registries
from include.campaign.reconcile import close_days, open_close
from include.campaign.transfers import decide
from include.campaign.warehouse import engine, sql
from include.rehearsal.address import ServerAddress
from include.rehearsal.world import World
from tests.bench.conftest import ROOT, SCALE, Ratios, timed


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(ROOT / "include" / "plan")


@pytest.fixture(scope="module")
def world(plan: Plan, world_server: ServerAddress, tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.create(plan, world_server, tmp_path_factory.mktemp("bench") / "world", seed=1, scale=SCALE)


def endpoints(world: World) -> dict[str, Endpoint]:
    return {
        name: Endpoint(fields["host"], fields["port"], fields["schema"], fields["login"], fields["password"])
        for name, fields in world.connections(direct=True).items()
    }


async def copy_bare(warehouse: Endpoint, registries: dict[str, Endpoint], at_once: int) -> None:
    """The same columns from source to target, nothing else: no digest, no version, no key."""
    pool = await asyncpg.create_pool(**warehouse.asyncpg_arguments(), min_size=at_once, max_size=at_once)
    await pool.execute("create table bare (like mirror.entry)")
    await pool.execute("alter table bare drop column registry_code, drop column since, drop column entry_key")

    async def one(source: Endpoint) -> None:
        async with pool.acquire() as conn:
            reader = await asyncpg.connect(**source.asyncpg_arguments())
            books = "{" + ",".join(str(row[0]) for row in await reader.fetch("select book_id from sohoa.book")) + "}"
            rows = io.BytesIO()
            await reader.copy_from_query(sql("registry/select_entries"), books, output=rows, format="binary")
            rows.seek(0)
            await conn.copy_to_table("bare", source=rows, format="binary")
            await reader.close()

    await _all(one, list(registries.values()))
    await pool.close()


async def _all(one: Callable[[Endpoint], Awaitable[None]], sources: list[Endpoint]) -> None:
    await asyncio.gather(*(one(source) for source in sources))


def test_the_steps_of_a_day(campaign_db: Endpoint, plan: Plan, world: World, ratios: Ratios) -> None:
    calendar = Calendar(plan.rules)
    first, second = calendar.closes()[:2]
    reach = endpoints(world)
    registries = {registry.code: reach[f"registry_{registry.code}"] for registry in plan.registries}
    seconds: dict[str, float] = {}
    world.move_to(first.as_of - timedelta(minutes=1))
    with timed(seconds, "bare copy of the entries"):
        asyncio.run(copy_bare(campaign_db, registries, plan.rules.pull.at_once))

    def read(close: Close, name: str) -> None:
        with engine(campaign_db).begin() as conn:
            open_close(conn, plan, calendar, close, close.key, close.as_of)
        context = ReadingContext(close.key, close.key, close.as_of)
        with timed(seconds, f"{name}: registries"):
            asyncio.run(pull_registries(campaign_db, registries, plan.rules.pull, context))
        with timed(seconds, f"{name}: ledger"):
            asyncio.run(pull_ledger(campaign_db, reach["ministry_ledger"], plan.rules.pull, context))
        with timed(seconds, f"{name}: close"), engine(campaign_db).begin() as conn:
            close_days(conn, calendar, [close], close.key, close.as_of)
        with timed(seconds, f"{name}: decide"), engine(campaign_db).begin() as conn:
            decide(conn, plan, close.key, close.as_of, close.key)

    world.move_to(first.as_of)
    read(first, "first reading")
    with timed(seconds, "(the world moves a day)"):
        world.move_to(second.as_of)
    read(second, "a day later")

    bare = seconds["bare copy of the entries"]
    ratios.at_most("first reading of the registries, to a bare copy", seconds["first reading: registries"], bare, 2.5)
    for step, spent in seconds.items():
        ratios.told(f"... {step}, and to the bare copy", f"{spent:.2f} s, {spent / bare:.2f}")
